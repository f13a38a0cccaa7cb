"""A watch for the two ways in which a GAN stops learning without any number going wrong."""

import sys

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.source import Source
from tfgan_zoo.game.fixed_inputs import FixedInputs

EXAMPLES = 64
ROWS = 3  # a state is told from a moment by holding in so many logged rows
LEAST_DIVERSITY = 0.05
ROWS_TO_SPREAD = 20  # logged rows in which G may still be on its way to more diversity than that
VANISHED = 1e-3  # of the largest gradient norm that was logged

ADVICE = {
    "diversity": (
        f"G's samples are nearly all alike (diversity below {LEAST_DIVERSITY} of the data's). pacgan, "
        "minibatch_discrimination, a larger batch or a smaller learning rate often help."
    ),
    "ceiling": (
        "D is sure of itself and G's gradient has vanished. --loss=non_saturating or least_squares, a smaller learning "
        "rate, or label smoothing often help."
    ),
}


class CollapseWatch:
    """Looks at each logged row, and warns once of each kind of collapse.

    What it says is a function of the rows alone, so that a resumed run says the same, and nothing twice.

    Args:
        gan: the compiled `GAN`.
        source: the dataset, whose diversity is the measure.
        rows: those that the run has logged so far, as `MetricsFile.read` returns them.
    """

    def __init__(self, gan, source: Source, rows: list[dict]):
        self._loss = gan.loss
        self._inputs = FixedInputs(gan, EXAMPLES, "diversity", source if gan.takes == "images" else None)
        real, labels = next(iter(gan.batches(source, EXAMPLES)))
        self._real_spread = _spread(gan.forward_pass(gan, real, labels, "diversity", training=False).target)
        self._largest_norm = 0.0
        self._rows = 0
        self._has_spread = False
        self._in_a_row = dict.fromkeys(ADVICE, 0)
        self._warned = set()
        for row in rows:
            self._count(row)
            self._warned |= self._collapsed()

    def diversity(self) -> float:
        """Returns the standard deviation of G's samples, in the mean over pixels, over that of real examples.

        Averaged weights are measured where there are some, as in the sample pictures.
        """
        return _spread(self._inputs.fakes()) / max(self._real_spread, 1e-12)

    def look(self, step: int, values: dict) -> float:
        """Takes a row in.

        Args:
            step: of the row.
            values: name → value of the metrics, None where a player had no turn, and `sample_diversity`.

        Returns:
            1.0 if training has collapsed, or else 0.0.
        """
        self._count(values)
        collapsed = self._collapsed()
        for kind in ADVICE:
            if kind in collapsed - self._warned:
                print(f"warning: step {step}: {ADVICE[kind]}", file=sys.stderr, flush=True)
        self._warned |= collapsed
        return float(bool(collapsed))

    def _collapsed(self) -> set[str]:
        return {kind for kind, rows in self._in_a_row.items() if rows >= ROWS}

    def _count(self, values: dict) -> None:
        alike = values.get("sample_diversity", 1.0) < LEAST_DIVERSITY
        self._rows += 1
        self._has_spread |= not alike
        norm = values.get("g_gradient_norm")
        self._largest_norm = max(self._largest_norm, norm or 0.0)
        vanished = norm is not None and norm < VANISHED * self._largest_norm
        found = {
            "diversity": alike and (self._has_spread or self._rows >= ROWS_TO_SPREAD),
            "ceiling": vanished and self._loss.is_sure(values),
        }
        for kind, holds in found.items():
            self._in_a_row[kind] = self._in_a_row[kind] + 1 if holds else 0


def _spread(examples) -> float:
    """Returns the standard deviation over the examples, in the mean over pixels and over the tensors of a structure."""
    return float(np.mean([np.std(np.asarray(part), axis=0).mean() for part in tf.nest.flatten(examples)]))
