"""Spectral normalization that leaves the weights alone (Miyato et al. 2018, arXiv:1802.05957)."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectralNormalization(keras.layers.Wrapper):
    """Wraps a dense layer or a convolution so that it computes with W / σ(W), σ(W) the largest singular value.

    W is the kernel as a matrix with a row for each output. A vector u estimates its first left singular vector, by one
    power iteration in each call in training mode:

        v ← Wᵀu / ‖Wᵀu‖,  u ← Wv / ‖Wv‖,  σ = uᵀWv            u and v constants to the gradient

    Keras's layer of that name overwrites the kernel by W / σ(W) instead, so the optimizer loses its own weights.

    Args:
        layer: a `keras.layers.Dense` or `Conv2D`.
        initializer: of u, which is then scaled to length 1.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: what the wrapped layer takes.
        training: whether u moves.

    Returns:
        What the wrapped layer returns.

    Reference: Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks", arXiv:1802.05957,
    algorithm 1.
    """

    def __init__(self, layer, initializer="random_normal", **kwargs):
        super().__init__(layer, **kwargs)
        if not isinstance(layer, (keras.layers.Dense, keras.layers.Conv2D)):
            raise ValueError(f"layer must be Dense or Conv2D. Received: layer={layer}")
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape):
        super().build(input_shape)

        def unit(shape, dtype):
            return tf.math.l2_normalize(self.initializer(shape, dtype=dtype))

        options = {"trainable": False, "autocast": False, "aggregation": "only_first_replica"}
        self.u = self.add_weight((self.layer.kernel.shape[-1],), unit, name="u", **options)

    def call(self, inputs, training=False):
        outputs = self._linear(inputs, self.layer.kernel / self.norm(training))
        if self.layer.use_bias:
            outputs = outputs + keras.ops.cast(self.layer.bias, outputs.dtype)
        return self.layer.activation(outputs)

    def norm(self, training: bool = False) -> tf.Tensor:
        """Returns σ(W), a scalar; in training mode after an update of u."""
        kernel = keras.ops.cast(self.layer.kernel, self.variable_dtype)
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])  # Wᵀ
        constant, u = (
            tf.stop_gradient(matrix),
            tf.math.l2_normalize(self.u.value),
        )  # averages of unit vectors are shorter
        v = tf.math.l2_normalize(tf.linalg.matvec(constant, u))
        if training:
            u = tf.math.l2_normalize(tf.linalg.matvec(constant, v, transpose_a=True))
            self.u.assign(u)
        return tf.tensordot(v, tf.linalg.matvec(matrix, u), 1)

    def _linear(self, inputs, kernel):
        kernel = keras.ops.cast(kernel, inputs.dtype)
        is_dense = isinstance(self.layer, keras.layers.Dense)
        return keras.ops.matmul(inputs, kernel) if is_dense else self.layer.convolution_op(inputs, kernel)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        return {**super().get_config(), "initializer": keras.initializers.serialize(self.initializer)}
