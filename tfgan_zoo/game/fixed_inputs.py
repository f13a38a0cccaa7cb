"""What a model is given again and again while it trains, so that pictures and figures change with its weights alone."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.data.source import Source

ROWS_AT_ONCE = 250


class FixedInputs:
    """Latents and labels of a model that is given latents; examples of a dataset for all else.

    Averaged weights are used where there are some.

    Args:
        gan: the compiled `GAN`.
        count: how many.
        purpose: keys the latents.
        examples: the dataset whose examples, in a fixed order, a model of images is given; None for none.
    """

    def __init__(self, gan, count: int, purpose: str, examples: Source | None = None):
        self._gan = gan
        self._purpose = purpose
        self.real = self.labels = self.latents = None
        self._paired = examples is not None and examples.has_pairs
        if examples is not None:
            examples = examples.paired() if self._paired else examples
            count = min(count, examples.num_examples)
            self.real, self.labels = next(examples.once(count, count=count, seed=gan.seed))
        if gan.takes == "latents":
            self.latents = gan.sample_latents(count, randomness.key(gan.seed, 0, purpose))
        if gan.num_classes:
            self.labels = tf.range(count) % gan.num_classes
        self.count = count
        self._compute_targets = tf.function(lambda rows: self._pass(rows).target)
        self._compute_fakes = tf.function(lambda rows: self._pass(rows).fake)
        self._compute_views = tf.function(lambda rows: gan.views(self._pass(rows)))

    def fakes(self):
        """Returns what G makes: images float32 [count, H, W, C] in [−1, 1] or points [count, 2], or a structure."""
        return self._in_parts(self._compute_fakes)

    def targets(self):
        """Returns the real examples that the fakes are to look like, of a model that is given examples."""
        return self._in_parts(self._compute_targets)

    def views(self) -> dict[str, np.ndarray]:
        """Returns what the model shows of the examples, a column each: see `GAN.views`; empty without examples."""
        return {} if self.real is None else self._in_parts(self._compute_views)

    def _pass(self, rows: dict):
        forward = self._gan.forward_pass(self._gan, rows.get("real"), rows.get("labels"), self._purpose, training=False)
        forward.latents = rows.get("latents")
        forward.paired = self._paired
        return forward

    def _in_parts(self, compute):
        given = {"real": self.real, "labels": self.labels, "latents": self.latents}
        given = {name: value for name, value in given.items() if value is not None}
        with self._gan.inference_weights():
            parts = [compute(_rows(given, start)) for start in range(0, self.count, ROWS_AT_ONCE)]
        return tf.nest.map_structure(lambda *tensors: np.concatenate(tensors), *parts)


def _rows(given: dict, start: int) -> dict:
    return tf.nest.map_structure(lambda value: tf.constant(value[start : start + ROWS_AT_ONCE]), given)
