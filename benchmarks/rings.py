"""Measures what a translator makes of `rings`: which mode goes to which, how many are covered, and the way back.

    python benchmarks/rings.py RUN [RUN …]

Takes 2,500 held-out points of each domain. Prints, for each direction, the mode that most points of each mode go to,
how many different ones these are, and the share of points within 3 σ of a mode; and the root mean square of the
distance between a coordinate and the same after the way there and back, in σ.
"""

import pathlib
import sys

import numpy as np
from absl import flags

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
if str(CHECKOUT) not in sys.path:  # as a script Python puts this folder there, not the one above
    sys.path.insert(0, str(CHECKOUT))

from tfgan_zoo.common.command import run_command  # noqa: E402
from tfgan_zoo.metrics.modes import nearest_modes  # noqa: E402

SUMMARY = "Measures the maps between the two rings that an export has learned."
POINTS = 2500


def map_of_modes(points: np.ndarray, labels: np.ndarray, mixture) -> tuple[list[int], float]:
    """Returns the mode that most points of each label are nearest to, and the share of high quality.

    Args:
        points: translated points, float [n, 2].
        labels: int [n], the modes that they come from.
        mixture: of the domain that they went to.
    """
    nearest, is_good = nearest_modes(points, mixture.centres, mixture.deviation)
    modes = len(mixture.centres)
    return [int(np.bincount(nearest[labels == k], minlength=modes).argmax()) for k in range(modes)], is_good.mean()


def _measure(values: flags.FlagValues, *runs: str) -> None:
    from tfgan_zoo import data
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.serving.exported import ExportedModel

    test = data.load("rings", split="test")
    for run in runs:
        model = ExportedModel(run)
        for here, there, way, back in ((test.a, test.b, "a_to_b", "b_to_a"), (test.b, test.a, "b_to_a", "a_to_b")):
            points, labels = next(here.once(POINTS, count=POINTS))
            moved = model.translate(points, way)
            to, good = map_of_modes(moved, labels, there.mixture)
            error = np.sqrt(np.mean((model.translate(moved, back) - points) ** 2)) / here.mixture.deviation
            print(f"{run} {way}: {to}, {len(set(to))} modes, {good:.1%} of high quality, back within {error:.2f} σ")


def main() -> int:
    """Runs the command."""
    return run_command("benchmarks/rings.py", SUMMARY, lambda values: None, _measure, operand="RUN …")


if __name__ == "__main__":
    sys.exit(main())
