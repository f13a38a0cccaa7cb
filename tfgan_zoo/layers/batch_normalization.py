"""Batch normalization by one kernel (Ioffe & Szegedy 2015, arXiv:1502.03167)."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's batch normalization by TensorFlow's fused kernel: the same weights, and the same numbers up to rounding.

    Keras composes it of a dozen operations, each of which goes over the whole tensor again. Outside of training, with a
    mask, and with weights of another precision than float32 it is Keras's own.

    Args:
        **kwargs: those of `keras.layers.BatchNormalization`; `axis` is the last.

    Call arguments:
        inputs: float tensor of shape [n, …, c], normalized over all axes but the last.
        training: whether to normalize by the batch's statistics, which the moving ones then follow.

    Returns:
        Float tensor of the inputs' shape.

    Raises:
        ValueError: another axis, renormalization, or statistics of all replicas.

    Reference: Ioffe & Szegedy 2015, "Batch normalization: Accelerating deep network training by reducing internal
    covariate shift", arXiv:1502.03167.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        if self.axis != -1 or self.renorm or self.synchronized:
            raise ValueError(
                "this layer normalizes the last axis by what one replica sees: use keras.layers.BatchNormalization. "
                f"Received: axis={self.axis}, renorm={self.renorm}, synchronized={self.synchronized}"
            )

    def call(self, inputs, training=None, mask=None):
        # The kernel's weights and statistics are of float32, whatever the inputs are; it knows no masks.
        if mask is not None or self.variable_dtype != "float32" or not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        width, shape = inputs.shape[-1], tf.shape(inputs)
        outputs, mean, unbiased_variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=tf.reshape(inputs, [shape[0], -1, 1, width]),
            scale=self.gamma.value if self.scale else tf.ones(width),
            offset=self.beta.value if self.center else tf.zeros(width),
            mean=tf.zeros(0),
            variance=tf.zeros(0),
            epsilon=self.epsilon,
            is_training=True,
        )
        count = tf.cast(tf.size(inputs) // width, tf.float32)
        self._follow(self.moving_mean, mean)
        self._follow(self.moving_variance, unbiased_variance * (count - 1.0) / count)
        return tf.reshape(outputs, shape)

    def _follow(self, moving, of_batch) -> None:
        moving.assign(moving * self.momentum + of_batch * (1.0 - self.momentum))
