"""The installed training command: `tfgan-zoo-train`, or `python -m tfgan_zoo.models`."""

import sys

from tfgan_zoo import cli

from . import ZOO


def main() -> int:
    """Runs the training command on this zoo."""
    return cli.train(ZOO, name="tfgan-zoo-train")


if __name__ == "__main__":
    sys.exit(main())
