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
        batch, height, width, channels = tf.unstack(tf.shape(inputs))
        padded = [batch, 2 * height + 2, 2 * width + 2, channels]
        kernel = _kernel(inputs, scale=4.0)
        doubled = tf.nn.depthwise_conv2d_backprop_input(padded, kernel, inputs, [1, 2, 2, 1], "VALID")
        return tf.ensure_shape(doubled[:, 1:-1, 1:-1], self.compute_output_shape(inputs.shape))

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
        padded = tf.pad(inputs, [[0, 0], [1, 1], [1, 1], [0, 0]])
        return tf.nn.depthwise_conv2d(padded, _kernel(inputs), [1, 2, 2, 1], "VALID")

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return batch, height // 2, width // 2, channels


def _kernel(inputs, scale: float = 1.0):
    """Returns the filter for each channel, [4, 4, channels, 1], whose sum is `scale`."""
    line = tf.constant([1.0, 3.0, 3.0, 1.0], inputs.dtype) / 8.0
    square = tf.cast(scale, inputs.dtype) * line[:, None] * line[None, :]
    return tf.tile(square[:, :, None, None], [1, 1, inputs.shape[-1], 1])
