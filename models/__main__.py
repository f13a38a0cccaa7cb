"""The installed training command: `tfgan-zoo-train`, or `python -m tfgan_zoo.models`."""

import sys

from tfgan_zoo import train

from . import ZOO


def main() -> int:
    """Runs the training command on this zoo."""
    return train.main(ZOO, name="tfgan-zoo-train")


if __name__ == "__main__":
    sys.exit(main())
