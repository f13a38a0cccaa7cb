"""A watch for the two ways in which a GAN stops learning without any number going wrong."""

import sys

import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.data.source import Source

EXAMPLES = 64
ROWS = 3  # a state is told from a moment by holding in so many logged rows
LEAST_DIVERSITY = 0.05
ROWS_TO_SPREAD = 20  # logged rows in which G may still be on its way to more diversity than that
CEILING = 0.99  # of what D can answer at most
SMALL_LOSS = 0.02  # of a D whose objective's least value is 0
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
        self._gan = gan
        latents = gan.sample_latents(EXAMPLES, randomness.key(gan.seed, 0, "diversity"))
        labels = tf.range(EXAMPLES) % gan.num_classes if gan.num_classes else None
        real, _ = next(iter(source.batches(EXAMPLES, seed=gan.seed, purpose="diversity")))
        self._real_spread = float(_spread(real))
        self._fake_spread = tf.function(lambda: _spread(gan.generate(latents, labels, training=False)))
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
        with self._gan.inference_weights():
            return float(self._fake_spread()) / max(self._real_spread, 1e-12)

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
            "ceiling": vanished and self._d_is_sure(values),
        }
        for kind, holds in found.items():
            self._in_a_row[kind] = self._in_a_row[kind] + 1 if holds else 0

    def _d_is_sure(self, values: dict) -> bool:
        loss = self._gan.loss
        if loss.reads_probabilities:
            real, fake = values.get("real_probability"), values.get("fake_probability")
            target = getattr(loss, "real_target", 1.0)
            return real is not None and real > CEILING * target and fake < 1.0 - CEILING
        # The Wasserstein objective has no least value, and so no ceiling.
        d_loss = values.get("d_loss")
        return not loss.needs_lipschitz and d_loss is not None and d_loss < SMALL_LOSS


def _spread(examples: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.math.reduce_std(examples, axis=0))
