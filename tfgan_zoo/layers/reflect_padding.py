"""Padding by mirrored pixels, which Keras does not have."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ReflectPadding(keras.layers.Layer):
    """Continues an image at its borders by its own pixels, mirrored; the border itself is not repeated.

    Args:
        size: pixels that each side gains, fewer than the image has.

    Call arguments:
        inputs: float tensor [n, H, W, C].

    Returns:
        Float tensor [n, H + 2·size, W + 2·size, C].
    """

    def __init__(self, size: int, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def call(self, inputs):
        both = [self.size, self.size]
        return tf.pad(inputs, [[0, 0], both, both, [0, 0]], "REFLECT")

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return batch, height + 2 * self.size, width + 2 * self.size, channels

    def get_config(self):
        return {**super().get_config(), "size": self.size}
