"""Noise that a generator adds to its feature maps, as much as it learns to."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LearnedNoise(keras.layers.Layer):
    """x + weight · ε, ε ~ N(0, 1) for each position of each example and the same for all its channels; weight from 0.

    Outside of training ε is one image, drawn by the seed, for all examples: what becomes of an example does not depend
    on what else is in the batch.

    Args:
        seed: int; of the draws.
        **kwargs: those of `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor [n, H, W, C].
        training: whether each example gets noise of its own.

    Returns:
        Float tensor of the inputs' shape.

    Reference: Karras et al. 2019, "A Style-Based Generator Architecture", arXiv:1812.04948, §2; with one weight for all
    channels, Liu et al. 2021, arXiv:2101.04775.
    """

    def __init__(self, seed: int, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        self.weight = self.add_weight((), "zeros", name="weight")

    def call(self, inputs, training=False):
        shape = tf.shape(inputs)
        count = shape[0] if training else 1
        key = self.seed_generator.next() if training else [self.seed, 0]
        noise = tf.random.stateless_normal([count, shape[1], shape[2], 1], tf.cast(key, tf.int64), alg="philox")
        return inputs + self.weight * tf.cast(noise, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}
