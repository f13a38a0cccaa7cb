"""Doubling and halving of an image's sides by the smooth filter of R3GAN."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FilteredUpsampling(keras.layers.Layer):
    """Doubles the sides: each pixel twice, filtered by [1, 2, 1] / 4 along both axes, with zeros around the image.

    Together these weigh a pixel's neighbours by [1, 3, 3, 1] / 4: a new pixel is ¾ of the nearest old one and ¼ of the
    next.

    Call arguments:
        inputs: float tensor [n, H, W, C].

    Returns:
        Float tensor [n, 2H, 2W, C].

    Reference: Huang et al. 2024, arXiv:2501.05441, §4.
    """

    def call(self, inputs):
        return _doubled(_doubled(inputs, axis=1), axis=2)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return batch, 2 * height, 2 * width, channels


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FilteredDownsampling(keras.layers.Layer):
    """Halves the sides: a mean by the weights [1, 3, 3, 1] / 8 along both axes, with zeros around the image.

    Call arguments:
        inputs: float tensor [n, H, W, C], H and W even.

    Returns:
        Float tensor [n, H / 2, W / 2, C].

    Reference: Huang et al. 2024, arXiv:2501.05441, §4.
    """

    def call(self, inputs):
        return _halved(_halved(inputs, axis=1), axis=2)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return batch, height // 2, width // 2, channels


def _doubled(x, axis: int):
    """Returns pixels 2i = ¾ x[i] + ¼ x[i − 1] and 2i + 1 = ¾ x[i] + ¼ x[i + 1]."""
    size = x.shape[axis]
    padded = tf.pad(0.25 * x, [[int(a == axis)] * 2 for a in range(4)])
    before, after = (_part(padded, axis, start, start + size) for start in (0, 2))
    pairs = tf.stack([0.75 * x + before, 0.75 * x + after], axis=axis + 1)
    shape = [-1, *x.shape[1:]]
    shape[axis] = 2 * size
    return tf.reshape(pairs, shape)


def _halved(x, axis: int):
    """Returns pixels i = (x[2i − 1] + 3 x[2i] + 3 x[2i + 1] + x[2i + 2]) / 8."""
    size = x.shape[axis]
    padded = tf.pad(x, [[int(a == axis)] * 2 for a in range(4)])
    first, second, third, fourth = (_part(padded, axis, start, start + size - 1, 2) for start in range(4))
    return 0.125 * (first + fourth) + 0.375 * (second + third)


def _part(x, axis: int, start: int, stop: int, step: int = 1):
    return x[(slice(None),) * axis + (slice(start, stop, step),)]
