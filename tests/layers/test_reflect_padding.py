"""Padding by mirrored pixels."""

import keras
import numpy as np

from tfgan_zoo.layers import ReflectPadding


def test_the_border_is_not_repeated():
    rows = np.arange(3.0)[None, :, None, None] * np.ones((1, 3, 3, 1))
    padded = ReflectPadding(2)(rows).numpy()
    assert padded.shape == (1, 7, 7, 1)
    np.testing.assert_array_equal(padded[0, :, 0, 0], [2, 1, 0, 1, 2, 1, 0])
    np.testing.assert_array_equal(padded[0, 3, :, 0], [1] * 7)


def test_its_shape_is_known_and_its_configuration_returns():
    inputs = keras.Input((5, 6, 2))
    assert ReflectPadding(1)(inputs).shape == (None, 7, 8, 2)
    assert ReflectPadding.from_config(ReflectPadding(3).get_config()).size == 3
