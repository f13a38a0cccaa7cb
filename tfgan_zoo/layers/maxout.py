"""Maxout (Goodfellow et al. 2013, arXiv:1302.4389): a unit answers with the largest of several linear functions."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Maxout(keras.layers.Layer):
    """A dense layer of maxout units.

    For inputs x of shape [..., d], with W of shape [d, k, u] and b of shape [k, u]:

        z[..., p, j] = Σ_i x[..., i] W[i, p, j] + b[p, j],    h[..., j] = max_p z[..., p, j]

    W is kept as the matrix [d, k·u], so that initializers see the fans of the linear map.

    Args:
        units: u, the number of outputs.
        pieces: k, the number of linear functions that a unit chooses from.
        kernel_initializer: of W.
        bias_initializer: of b.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor of shape [..., d].

    Returns:
        Float tensor of shape [..., units].

    Raises:
        ValueError: if `units` or `pieces` is not positive.

    Reference:
        Goodfellow et al. 2013, "Maxout Networks", arXiv:1302.4389; five pieces as in PacGAN, arXiv:1712.04086.
    """

    def __init__(
        self,
        units: int,
        pieces: int = 5,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        if units < 1 or pieces < 1:
            raise ValueError(f"units and pieces must be positive. Received: units={units}, pieces={pieces}")
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape):
        width = self.pieces * self.units
        self.kernel = self.add_weight((input_shape[-1], width), self.kernel_initializer, name="kernel")
        self.bias = self.add_weight((width,), self.bias_initializer, name="bias")

    def call(self, inputs):
        outputs = keras.ops.matmul(inputs, self.kernel) + self.bias
        # The pieces lie on the last axis but one: a maximum over neighbouring rows runs faster than over columns.
        pieces_shape = (*keras.ops.shape(outputs)[:-1], self.pieces, self.units)
        return keras.ops.max(keras.ops.reshape(outputs, pieces_shape), axis=-2)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = {
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
        return {**super().get_config(), **config}
