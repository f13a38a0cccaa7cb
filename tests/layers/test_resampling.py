"""Filtered doubling and halving against the definition: zeros between the pixels, and a convolution."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.signal import convolve2d

from tfgan_zoo.layers import FilteredDownsampling, FilteredUpsampling

FILTER = np.convolve([1, 2, 1], [1, 1])  # [1, 3, 3, 1]


def test_doubling_is_the_filter_of_an_image_with_zeros_between(rng):
    images = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    found = FilteredUpsampling()(images).numpy()
    assert found.shape == (2, 6, 8, 5)
    for image, doubled in zip(images, found, strict=True):
        for channel in range(5):
            spread = np.zeros((6, 8))
            spread[::2, ::2] = image[..., channel]
            expected = convolve2d(spread, np.outer(FILTER, FILTER) / 16)[1:7, 1:9]
            np.testing.assert_allclose(doubled[..., channel], expected, atol=1e-6)


def test_halving_keeps_every_other_pixel_of_a_filtered_image(rng):
    images = rng.normal(size=(2, 4, 6, 3)).astype(np.float32)
    found = FilteredDownsampling()(images).numpy()
    assert found.shape == (2, 2, 3, 3)
    for image, halved in zip(images, found, strict=True):
        for channel in range(3):
            expected = convolve2d(image[..., channel], np.outer(FILTER, FILTER) / 64)[2:6:2, 2:8:2]
            np.testing.assert_allclose(halved[..., channel], expected, atol=1e-6)


def test_the_slope_of_halving_has_a_gradient(rng):
    """D's penalties need it. With y = halved(x), the gradient of ‖∂ Σ y³‖² by finite differences along a direction."""
    point, direction = rng.normal(size=(2, 1, 4, 4, 1))

    def squared_slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(FilteredDownsampling(dtype="float64")(x) ** 3)
        return tf.reduce_sum(tf.square(tape.gradient(total, x)))

    x = tf.constant(point)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = squared_slope(x)
    ahead, behind = (squared_slope(tf.constant(point + step * direction)) for step in (1e-5, -1e-5))
    along = float(tf.reduce_sum(tape.gradient(value, x) * direction))
    assert along == pytest.approx(float(ahead - behind) / 2e-5, rel=1e-6)


def test_far_from_the_border_a_ramp_stays_one():
    ramp = np.arange(8.0, dtype=np.float32)[None, :, None, None] * np.ones((1, 8, 4, 1), np.float32)
    np.testing.assert_allclose(FilteredUpsampling()(ramp)[0, 4:8, 4, 0], [1.75, 2.25, 2.75, 3.25])
    np.testing.assert_allclose(FilteredDownsampling()(np.tile(ramp, [1, 1, 2, 1]))[0, 1:3, 1, 0], [2.5, 4.5])


def test_their_shapes_are_known():
    inputs = keras.Input((6, 4, 2))
    assert FilteredUpsampling()(inputs).shape == (None, 12, 8, 2)
    assert FilteredDownsampling()(inputs).shape == (None, 3, 2, 2)
