"""Virtual batch normalization (Salimans et al. 2016, arXiv:1606.03498, section 3.5).

Batch normalization makes an example's output depend on its neighbours. Here it depends on a *reference batch*
instead, fixed once, and on the example itself. The reference runs through the network ahead of the live rows, with
the current weights, at each training step, and gradients flow through its statistics. In a generator:

    latents = keras.Input((100,))
    x = ReferenceBatch(64, keras.initializers.RandomUniform(-1, 1, seed=7))(latents)  # training: 64 + n rows
    x = keras.layers.Dense(256, use_bias=False)(x)
    x = VirtualBatchNormalization(64)(x)
    x = keras.layers.Dense(784, activation="tanh")(keras.layers.ReLU()(x))
    images = DropReference(64)(x)                                                     # n rows
    generator = keras.Model(latents, images)

Outside of training, each VirtualBatchNormalization uses the reference statistics that it keeps from its last training
call, so one image costs one image. They are of the weights of that call: after changing weights (an optimizer's last
step, averaged weights, a checkpoint of weights alone) bring them up to date by `refresh_reference_statistics`.
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ReferenceBatch(keras.layers.Layer):
    """Puts a fixed batch ahead of the inputs while training; without training it passes the inputs on.

    The batch is a non-trainable weight (`reference`), drawn once when the layer is built and saved with the model. It
    may be assigned other examples of the same shape.

    Args:
        reference_size: R, the number of examples.
        reference_initializer: draws the batch, from the distribution of the inputs; N(0, 1) unless given. Give an
            initializer with a seed for a reproducible reference.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float [n, …], such as latents.
        training: bool.

    Returns:
        [R + n, …] if training, else the inputs.

    Raises:
        ValueError: if `reference_size` is not positive.

    Reference:
        Salimans et al. 2016, arXiv:1606.03498, section 3.5.
    """

    def __init__(self, reference_size: int, reference_initializer=None, **kwargs):
        super().__init__(**kwargs)
        _check_reference_size(reference_size)
        self.reference_size = reference_size
        self.reference_initializer = keras.initializers.get(
            keras.initializers.RandomNormal(stddev=1.0) if reference_initializer is None else reference_initializer
        )

    def build(self, input_shape):
        shape = (self.reference_size, *input_shape[1:])
        self.reference = self.add_weight(shape, self.reference_initializer, trainable=False, name="reference")

    def call(self, inputs, training=False):
        if not training:
            return inputs
        return tf.concat([tf.cast(tf.convert_to_tensor(self.reference), inputs.dtype), inputs], axis=0)

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:])

    def get_config(self):
        config = {
            "reference_size": self.reference_size,
            "reference_initializer": keras.initializers.serialize(self.reference_initializer),
        }
        return {**super().get_config(), **config}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DropReference(keras.layers.Layer):
    """Drops the rows that `ReferenceBatch` put ahead while training.

    Args:
        reference_size: R, as in `ReferenceBatch`.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: [R + n, …] if training, else [n, …].
        training: bool.

    Returns:
        [n, …], the live rows.

    Raises:
        ValueError: if `reference_size` is not positive.
    """

    def __init__(self, reference_size: int, **kwargs):
        super().__init__(**kwargs)
        _check_reference_size(reference_size)
        self.reference_size = reference_size

    def call(self, inputs, training=False):
        return inputs[self.reference_size :] if training else inputs

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:])

    def get_config(self):
        return {**super().get_config(), "reference_size": self.reference_size}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class VirtualBatchNormalization(keras.layers.Layer):
    """Normalizes each example by the statistics of a reference batch and its own.

    Per channel, with μ_R, σ²_R the mean and variance of the R reference examples, and x̄, v those of the example itself
    (over its height and width; for a dense layer x̄ = x and v = 0):

        μ = (x̄ + R μ_R) / (R + 1)
        σ² = (v + x̄² + R (σ²_R + μ_R²)) / (R + 1) − μ²
        y = γ (x − μ) / √(σ² + ε) + β

    computed as σ² = (v + R σ²_R) / (R + 1) + R (x̄ − μ_R)² / (R + 1)², the same number without the difference of
    two large ones. The reference examples themselves are normalized as by batch normalization, with μ_R and σ²_R.

    While training, the first R rows are the reference batch; each training call computes μ_R and σ²_R from them, lets
    gradients flow through both, and keeps them (`reference_mean`, `reference_variance`). Without training, all rows
    are live and the statistics kept are constants; they are mean 0 and variance 1 until the first training call.
    The statistics are taken in float32 or wider under a mixed precision policy.

    Args:
        reference_size: R, as in `ReferenceBatch`.
        epsilon: ε, added to the variance.
        gamma_initializer: of γ, N(1, 0.02) unless given.
        beta_initializer: of β.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float [rows, …, channels], the channels last; rows is R + n if training, else n.
        training: bool.

    Returns:
        Float of the shape of the inputs.

    Raises:
        ValueError: if `reference_size` is not positive, or if training on fewer than `reference_size` rows.

    Reference:
        Salimans et al. 2016, arXiv:1606.03498, section 3.5; ε, γ and the weights 1 and R of example and reference as
        in the authors' code, github.com/openai/improved-gan.
    """

    def __init__(
        self,
        reference_size: int,
        epsilon: float = 1e-5,
        gamma_initializer=None,
        beta_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        _check_reference_size(reference_size)
        self.reference_size = reference_size
        self.epsilon = epsilon
        self.gamma_initializer = keras.initializers.get(
            keras.initializers.RandomNormal(mean=1.0, stddev=0.02) if gamma_initializer is None else gamma_initializer
        )
        self.beta_initializer = keras.initializers.get(beta_initializer)

    def build(self, input_shape):
        channels = (input_shape[-1],)
        self.gamma = self.add_weight(channels, self.gamma_initializer, autocast=False, name="gamma")
        self.beta = self.add_weight(channels, self.beta_initializer, autocast=False, name="beta")
        # Every replica sees the same reference, so any one's statistics are those of all.
        state = {"trainable": False, "autocast": False, "aggregation": "only_first_replica"}
        self.reference_mean = self.add_weight(channels, "zeros", name="reference_mean", **state)
        self.reference_variance = self.add_weight(channels, "ones", name="reference_variance", **state)

    def call(self, inputs, training=False):
        x = tf.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        mean, variance = tf.nn.moments(x, list(range(1, x.shape.rank - 1)), keepdims=True)
        if training:
            mean, variance = self._training_statistics(mean, variance)
        else:
            mean, variance = self._live_statistics(mean, variance, self.reference_mean, self.reference_variance)
        factor = self.gamma * tf.math.rsqrt(variance + self.epsilon)
        return tf.cast(x * factor + (self.beta - mean * factor), inputs.dtype)

    def _training_statistics(self, means, variances):
        """Returns each row's μ and σ², [R + n, …, channels], reference rows first, from the rows' own x̄ and v."""
        size = self.reference_size
        if means.shape[0] is not None and means.shape[0] < size:
            raise ValueError(
                f"In training the first reference_size={size} rows are the reference batch. "
                f"Received: inputs of {means.shape[0]} rows"
            )
        batch_axes = list(range(means.shape.rank - 1))
        mean, spread = tf.nn.moments(means[:size], batch_axes)
        variance = spread + tf.reduce_mean(variances[:size], batch_axes)
        self.reference_mean.assign(tf.stop_gradient(mean))
        self.reference_variance.assign(tf.stop_gradient(variance))
        live_means, live_variances = self._live_statistics(means[size:], variances[size:], mean, variance)
        reference_rows = tf.ones_like(means[:size])
        return (
            tf.concat([mean * reference_rows, live_means], axis=0),
            tf.concat([variance * reference_rows, live_variances], axis=0),
        )

    def _live_statistics(self, means, variances, reference_mean, reference_variance):
        """Returns μ and σ² of live rows from their own x̄ and v, all [n, …, channels], and those of the reference."""
        own, reference = 1 / (self.reference_size + 1), self.reference_size / (self.reference_size + 1)
        mean = own * means + reference * reference_mean
        variance = own * variances + reference * reference_variance
        return mean, variance + own * reference * tf.square(means - reference_mean)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = {
            "reference_size": self.reference_size,
            "epsilon": self.epsilon,
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
            "beta_initializer": keras.initializers.serialize(self.beta_initializer),
        }
        return {**super().get_config(), **config}


def refresh_reference_statistics(network):
    """Brings the statistics kept by a network's `VirtualBatchNormalization` layers up to date with its weights.

    Runs the network once in training mode on its reference batch alone: call it before exporting or evaluating
    weights that have changed since the last training pass. Other layers' training-mode state moves as well: moving
    averages of batch normalization, seeds of dropout.

    Args:
        network: a functional or sequential Keras model that holds a `ReferenceBatch` and a `DropReference`.
    """
    no_rows = keras.tree.map_structure(lambda tensor: tf.zeros([0, *tensor.shape[1:]], tensor.dtype), network.input)
    network(no_rows, training=True)


def _check_reference_size(reference_size):
    if reference_size < 1:
        raise ValueError(f"reference_size must be positive. Received: reference_size={reference_size}")
