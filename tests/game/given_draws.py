"""Draws that a test knows: what an augmentation is given in place of those that a key makes."""

import zlib

import numpy as np
import tensorflow as tf


class GivenDraws:
    """Uniform numbers of a generator keyed by the purpose, of which the test can read each.

    Args:
        count: of images.
        seed: of all draws.
        **fixed: purpose → the number that every image gets.
    """

    def __init__(self, count: int, seed: int = 0, fixed: dict | None = None):
        self.count = count
        self.seed = seed
        self.fixed = fixed or {}
        self.purposes = []

    def __call__(self, purpose: str, shape: tuple) -> tf.Tensor:
        """What `Augmentation.augment` is given."""
        self.purposes.append(purpose)
        return tf.constant(self.of(purpose).reshape(self.count, *shape))

    def of(self, purpose: str) -> np.ndarray:
        """Returns the numbers of a purpose, float32 [count]."""
        rng = np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])
        drawn = rng.uniform(size=self.count).astype(np.float32)
        return np.full(self.count, self.fixed[purpose], np.float32) if purpose in self.fixed else drawn


def assert_gradients_by_finite_differences(augment, images: np.ndarray) -> None:
    """Compares the gradient of a weighted sum of the result with differences, which are exact: the map is affine."""
    weights = np.random.default_rng(5).normal(size=augment(tf.constant(images)).shape).astype(np.float32)
    point = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(point)
        total = tf.reduce_sum(weights * augment(point))
    gradient = tape.gradient(total, point).numpy()

    def value(at):
        return float(np.sum(weights.astype(float) * augment(tf.constant(at)).numpy()))

    rng = np.random.default_rng(6)
    for _ in range(20):
        place = tuple(rng.integers(0, size) for size in images.shape)
        step = np.zeros_like(images)
        step[place] = 0.5
        found = (value(images + step) - value(images - step)) / 1.0
        np.testing.assert_allclose(gradient[place], found, atol=2e-4)
