"""Dropout from fewer random bits (Srivastava et al. 2014, JMLR 15)."""

import keras
import tensorflow as tf

LEVELS = 2**16


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Dropout(keras.layers.Dropout):
    """Keras's dropout with 16 random bits for each unit, where Keras draws 32 and makes a float of them.

    The rate is rounded to a multiple of 2⁻¹⁶; what is kept is divided by the share that this leaves, so that the
    expectation is the input. Where Keras's layer keeps a seed, this one keeps the same.

    Args:
        rate: share of the units that are set to zero, in [0, 1).
        seed: as in `keras.layers.Dropout`.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor of any shape.
        training: whether to drop anything.

    Returns:
        Float tensor of the inputs' shape.

    Raises:
        ValueError: a rate outside [0, 1), or a `noise_shape`.

    Reference: Srivastava et al. 2014, "Dropout: A simple way to prevent neural networks from overfitting", JMLR 15.
    """

    def __init__(self, rate: float, noise_shape=None, seed=None, **kwargs):
        super().__init__(rate, noise_shape=noise_shape, seed=seed, **kwargs)
        if rate == 1 or noise_shape is not None:
            raise ValueError(
                "this layer drops each unit by itself at a rate below 1: use keras.layers.Dropout. "
                f"Received: rate={rate}, noise_shape={noise_shape}"
            )

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        dropped = min(round(self.rate * LEVELS), LEVELS - 1)
        scale = tf.constant(LEVELS / (LEVELS - dropped), inputs.dtype)
        return inputs * (tf.cast(self._draw(tf.shape(inputs)) >= dropped, inputs.dtype) * scale)

    def _draw(self, shape: tf.Tensor) -> tf.Tensor:
        """Returns uint16 numbers of a shape, uniform over all there are."""
        count = tf.reduce_prod(shape)
        key = tf.cast(self.seed_generator.next(), tf.int64)
        pairs = tf.random.stateless_uniform([(count + 1) // 2], key, None, None, tf.uint32, alg="philox")
        return tf.reshape(tf.reshape(tf.bitcast(pairs, tf.uint16), [-1])[:count], shape)
