"""A unit in which half of the feature maps gate the others (Dauphin et al. 2017, arXiv:1612.08083)."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GatedLinearUnit(keras.layers.Layer):
    """a · σ(b), a the first half of the channels and b the second.

    Call arguments:
        inputs: float tensor [n, …, 2C].

    Returns:
        Float tensor [n, …, C].

    Reference: Dauphin et al. 2017, "Language Modeling with Gated Convolutional Networks", arXiv:1612.08083, §2.
    """

    def call(self, inputs):
        values, gates = tf.split(inputs, 2, axis=-1)
        return values * tf.sigmoid(gates)

    def compute_output_shape(self, input_shape):
        *others, channels = input_shape
        return (*others, channels // 2)
