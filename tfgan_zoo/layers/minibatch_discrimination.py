"""Minibatch discrimination (Salimans et al. 2016, arXiv:1606.03498, section 3.2): D sees how alike a batch is.

A naive similarity of all pairs holds batch² · num_kernels · kernel_dim floats, 524 MB at batch 512 with 100 × 5
kernels, several times over in the backward pass. Here the pairs are visited in blocks, forward, and again backward
by an analytic gradient. Forward and backward for 100 × 5 kernels on 2 CPU cores:

| batch | naive            | in blocks     |
|-------|------------------|---------------|
| 128   | 69 ms, 363 MB    | 18 ms, 8 MB   |
| 512   | 1960 ms, 1547 MB | 244 ms, 12 MB |
"""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.layers.initialization import initializing

# Pairs per block and kernel. Fewer, and the operations' overhead dominates; more, and a block leaves the cache.
_PAIRS_PER_BLOCK = 512


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MinibatchDiscrimination(keras.layers.Layer):
    """Appends to each example's features how close it is to the other examples of its batch.

    For features f(x_i) ∈ ℝ^A and a learned tensor T ∈ ℝ^{A×B×C}, with B = `num_kernels` and C = `kernel_dim`:

        M_i = f(x_i) · T ∈ ℝ^{B×C}
        c_b(x_i, x_j) = exp(−‖M_{i,b} − M_{j,b}‖₁)
        o(x_i)_b = Σ_{j ≠ i} c_b(x_i, x_j)

    Deviation: the paper sums over all j; the authors' code leaves j = i out, and so does this layer (the term is
    always 1).

    The batch is the one that the layer is called on: call D on real and on generated examples separately, and expect
    D's answers to depend on the batch and its size. Under a `tf.distribute` strategy it is the replica's share.

    Second derivatives, which a gradient penalty needs, are right too, but keep all blocks in memory (several times
    batch² · B · C / 2 floats). The loop over blocks does not compile under XLA (`supports_jit`). The differences are
    taken in float32 or wider under a mixed precision policy.

    Args:
        num_kernels: B, the number of similarities appended.
        kernel_dim: C, the dimension of the space of each kernel.
        kernel_initializer: of T, N(0, 0.05) unless given. Give an initializer with a seed for reproducible weights.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float [batch, A], the features; flatten those of a convolution.

    Returns:
        Float [batch, A + num_kernels], the features followed by o.

    Raises:
        ValueError: if `num_kernels` or `kernel_dim` is not positive.

    Reference:
        Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498, section 3.2. The authors use
        100 × 5 kernels, 300 × 50 on ImageNet.
    """

    def __init__(self, num_kernels: int = 100, kernel_dim: int = 5, kernel_initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.supports_jit = False
        if num_kernels < 1 or kernel_dim < 1:
            raise ValueError(
                "num_kernels and kernel_dim must be positive. "
                f"Received: num_kernels={num_kernels}, kernel_dim={kernel_dim}"
            )
        self.num_kernels = num_kernels
        self.kernel_dim = kernel_dim
        self.kernel_initializer = keras.initializers.get(
            keras.initializers.RandomNormal(stddev=0.05) if kernel_initializer is None else kernel_initializer
        )
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        shape = (input_shape[-1], self.num_kernels, self.kernel_dim)
        self.kernel = self.add_weight(shape, self.kernel_initializer, name="kernel")

    def project(self, features):
        """Returns M, float [batch, num_kernels, kernel_dim], for features [batch, A]."""
        kernel = tf.cast(tf.convert_to_tensor(self.kernel), features.dtype)
        return tf.tensordot(features, kernel, axes=1)

    def closeness(self, features):
        """Returns o, float [batch, num_kernels], for features [batch, A]."""
        projections = self.project(features)
        wide = keras.backend.result_type(projections.dtype, "float32")
        return tf.cast(_closeness_sums(tf.cast(projections, wide)), features.dtype)

    def call(self, inputs):
        return tf.concat([inputs, self.closeness(inputs)], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + self.num_kernels)

    def get_config(self):
        config = {
            "num_kernels": self.num_kernels,
            "kernel_dim": self.kernel_dim,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
        return {**super().get_config(), **config}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WeightNormalizedMinibatchDiscrimination(MinibatchDiscrimination):
    """Minibatch discrimination as in the authors' code: T is weight-normalised and o has a bias.

    With a parameter θ (`kernel`) in place of T, a learned log-scale s ∈ ℝ^{B×C} and a learned bias β ∈ ℝ^B:

        T_{·,b,c} = exp(s_{b,c}) θ_{·,b,c} / ‖θ_{·,b,c}‖,    o(x_i)_b = β_b + Σ_{j ≠ i} c_b(x_i, x_j)

    s starts at 0 and β at −1. Data-dependent initialization (`initialize`, or `initialize_from_data` for a whole
    network) divides each kernel's distances by half the mean distance to the nearest other example, and sets β so
    that o has mean 0 over the batch.

    Arguments, shapes and costs are those of `MinibatchDiscrimination`.

    Reference:
        Salimans et al. 2016, arXiv:1606.03498, and the authors' code, github.com/openai/improved-gan.
    """

    def build(self, input_shape):
        super().build(input_shape)
        kernels = (self.num_kernels, self.kernel_dim)
        self.log_scale = self.add_weight(kernels, "zeros", autocast=False, name="log_scale")
        self.bias = self.add_weight((self.num_kernels,), keras.initializers.Constant(-1.0), name="bias")

    def project(self, features):
        norms = tf.math.reduce_euclidean_norm(tf.cast(tf.convert_to_tensor(self.kernel), self.log_scale.dtype), axis=0)
        return super().project(features) * tf.cast(tf.exp(self.log_scale) / norms, features.dtype)

    def closeness(self, features):
        return super().closeness(features) + tf.cast(tf.convert_to_tensor(self.bias), features.dtype)

    def call(self, inputs):
        if initializing():
            self.initialize(inputs)
        return super().call(inputs)

    def initialize(self, features):
        """Sets the log-scale and the bias from one batch.

        Args:
            features: float [batch, A], eager tensor or array, at least two examples.

        Raises:
            ValueError: if for some kernel every example coincides with another one.
        """
        features = tf.cast(features, self.variable_dtype)
        self.log_scale.assign(tf.zeros_like(self.log_scale))
        scale = 0.5 * _mean_nearest_distances(self.project(features).numpy())
        if not np.all((scale > 0) & np.isfinite(scale)):
            raise ValueError(
                f"The examples that initialize layer '{self.name}' must differ from each other. "
                f"Received: features of shape {tuple(features.shape)} with nearest distances down to {2 * scale.min()}"
            )
        self.log_scale.assign(np.repeat(-np.log(scale)[:, None], self.kernel_dim, axis=1))
        self.bias.assign(tf.zeros_like(self.bias))
        self.bias.assign(-tf.reduce_mean(self.closeness(features), axis=0))


def _mean_nearest_distances(projections):
    """Returns for each kernel the mean over examples of the L1 distance to the nearest other one, float64 [B]."""
    means = []
    for kernel in np.moveaxis(projections, 1, 0):
        distances = np.abs(kernel[:, None] - kernel[None]).sum(axis=-1, dtype=np.float64)
        np.fill_diagonal(distances, np.inf)
        means.append(distances.min(axis=1).mean())
    return np.array(means)


def _closeness_sums(projections):
    """Returns Σ_{j ≠ i} exp(−‖M_{i,b} − M_{j,b}‖₁), float [batch, B], for M of shape [batch, B, C]."""
    return _blockwise_closeness_sums(tf.transpose(projections, [2, 0, 1]))


@tf.custom_gradient
def _blockwise_closeness_sums(components):
    """The same for M laid out as [C, batch, B]; each pair (i, j) is visited once, as i and its s-th follower."""
    batch_size, num_kernels = tf.shape(components)[1], components.shape[2]
    zeros = tf.zeros([batch_size, num_kernels], components.dtype)

    def add_block(block, sums):
        _, closeness = _closeness(components, block)
        return [sums + tf.reduce_sum(closeness + block.to_followers(closeness), axis=0)]

    def gradient(sums_gradient):
        def add_block_gradient(block, *gradients):
            # o_i and o_j both gain c(i, j), whose derivative is −c sign(M_i − M_j) by M_i and the opposite by M_j.
            differences, closeness = _closeness(components, block)
            weights = closeness * (sums_gradient + block.followers(sums_gradient))
            terms = [weights * tf.sign(difference) for difference in differences]
            return [
                total + tf.reduce_sum(block.to_followers(term) - term, axis=0)
                for total, term in zip(gradients, terms, strict=True)
            ]

        return tf.stack(_for_each_block(batch_size, add_block_gradient, [zeros] * components.shape[0]))

    return _for_each_block(batch_size, add_block, [zeros])[0], gradient


def _closeness(components, block):
    """Returns the differences M_i − M_j of a block's pairs, C times [shifts, batch, B], and c(i, j) likewise."""
    differences = [component - block.followers(component) for component in tf.unstack(components)]
    distances = tf.add_n([tf.abs(difference) for difference in differences])
    return differences, tf.exp(-distances) * tf.cast(block.weights, components.dtype)


def _for_each_block(batch_size, body, sums):
    """Runs `sums = body(block, *sums)` over the blocks of all pairs of a batch, and returns the last sums."""
    shifts_per_block = tf.maximum(1, _PAIRS_PER_BLOCK // tf.maximum(1, batch_size))
    shapes = [tf.TensorShape([None, total.shape[-1]]) for total in sums]

    def step(first_shift, *sums):
        block = _Block(first_shift + tf.range(shifts_per_block), batch_size)
        return first_shift + shifts_per_block, *body(block, *sums)

    return tf.while_loop(
        lambda first_shift, *_: 2 * first_shift <= batch_size,
        step,
        [tf.constant(1), *sums],
        shape_invariants=[tf.TensorShape([]), *shapes],
        parallel_iterations=1,
    )[1:]


class _Block:
    """The pairs (i, i + s mod batch) for all examples i and a few shifts s.

    The shifts 1 … batch/2 meet every unordered pair once, but that of s = batch/2 twice: it has half the weight.
    Shifts beyond have none.
    """

    def __init__(self, shifts, batch_size):
        rows = tf.range(batch_size)
        shifts = shifts[:, None]
        self._ahead = (rows + shifts) % batch_size
        self._behind = (rows - shifts) % batch_size + batch_size * tf.range(tf.size(shifts))[:, None]
        self.weights = (tf.sign(batch_size - 2 * shifts) + 1)[:, :, None] / 2

    def followers(self, rows):
        """Maps values of the examples, [batch, B], to those of each pair's second example, [shifts, batch, B]."""
        return tf.gather(rows, self._ahead)

    def to_followers(self, pairs):
        """Maps values of pairs, [shifts, batch, B], from the place of the first example to that of the second."""
        return tf.gather(tf.reshape(pairs, [-1, pairs.shape[-1]]), self._behind)
