"""A watch for the two ways in which a GAN stops learning without any number going wrong."""

import sys

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.source import Source
from tfgan_zoo.game.fixed_inputs import FixedInputs
from tfgan_zoo.training.diversity import SAMPLES, Diversity

EXAMPLES = 512  # real ones, whose diversity is the measure
ROWS = 3  # a state must hold in so many logged rows in a row before a warning
LEAST_DIVERSITY = 1 / 3  # of the data's
DIVERSE = 0.5  # a G that has reached this share and then falls below the least has collapsed
ROWS_TO_SPREAD, STEPS_TO_SPREAD = 20, 500  # one that has not may still be on its way there,
GROWTH = 1.25  # also later, if its diversity is that many times what it was in the second quarter of the run
VANISHED = 1e-3  # of the largest gradient norm that was logged

ADVICE = {
    "diversity": (
        "G's samples are nearly all alike, copies of a few, or of few classes (less than a third of the data's "
        "diversity). pacgan, minibatch_discrimination, a larger batch, a smaller learning rate or, of few images, "
        "--augment=color,translation,cutout often help."
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
        self._inputs = FixedInputs(gan, SAMPLES, "diversity", source if gan.takes == "images" else None)
        self._measures = _measures(gan, source)
        self._largest_norm = 0.0
        self._diversities = []
        self._in_a_row = dict.fromkeys(ADVICE, 0)
        self._warned = set()
        for row in rows:
            self._count(row)
            self._warned |= self._collapsed()

    def diversity(self) -> float:
        """Returns how varied G's samples are, as a share of the data's: see `Diversity`; of domains, the least.

        Averaged weights are measured where there are some, as in the sample pictures.
        """
        samples = tf.nest.flatten(self._inputs.fakes())
        return min(measure(part) for measure, part in zip(self._measures, samples, strict=True))

    def look(self, step: int, values: dict) -> float:
        """Takes a row in.

        Args:
            step: of the row.
            values: name → value of the metrics, None where a player had no turn, and `sample_diversity`.

        Returns:
            1.0 if training has collapsed, or else 0.0.
        """
        self._count({**values, "step": step})
        collapsed = self._collapsed()
        for kind in ADVICE:
            if kind in collapsed - self._warned:
                print(f"warning: step {step}: {ADVICE[kind]}", file=sys.stderr, flush=True)
        self._warned |= collapsed
        return float(bool(collapsed))

    def _collapsed(self) -> set[str]:
        return {kind for kind, rows in self._in_a_row.items() if rows >= ROWS}

    def _count(self, row: dict) -> None:
        norm = row.get("g_gradient_norm")
        self._largest_norm = max(self._largest_norm, norm or 0.0)
        vanished = norm is not None and norm < VANISHED * self._largest_norm
        self._diversities.append(row.get("sample_diversity", 1.0))
        found = {
            "diversity": self._diversities[-1] < LEAST_DIVERSITY and (self._was_diverse or self._stands_still(row)),
            "ceiling": vanished and self._loss.is_sure(row),
        }
        for kind, holds in found.items():
            self._in_a_row[kind] = self._in_a_row[kind] + 1 if holds else 0

    @property
    def _was_diverse(self) -> bool:
        return max(self._diversities) >= DIVERSE

    def _stands_still(self, row: dict) -> bool:
        """Tells whether a G that never was diverse has had enough time, and its diversity does not grow."""
        rows = len(self._diversities)
        had_time = rows >= ROWS_TO_SPREAD and row["step"] >= STEPS_TO_SPREAD
        return had_time and self._diversities[-1] <= GROWTH * np.mean(self._diversities[rows // 4 : rows // 2])


def _measures(gan, source: Source) -> list[Diversity]:
    """Returns the measure of each tensor that G makes."""
    batches = []
    for real, labels in source.once(SAMPLES, count=EXAMPLES, seed=gan.seed):
        if gan.takes == "images":
            real, labels = gan.forward_pass(gan, real, labels, "diversity", training=False).target, None
        batches.append((tf.nest.map_structure(np.asarray, real), labels))
    parts = [np.concatenate(part) for part in zip(*(tf.nest.flatten(real) for real, _ in batches), strict=True)]
    all_labels = None if batches[0][1] is None else np.concatenate([labels for _, labels in batches])
    return [Diversity(part, all_labels) for part in parts]
