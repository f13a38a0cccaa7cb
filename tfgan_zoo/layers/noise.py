"""Noise that a generator adds to its feature maps, with a learned weight."""

import keras
import tensorflow as tf

from tfgan_zoo.machine.distribution import share_of


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LearnedNoise(keras.layers.Layer):
    """x + weight · ε, where ε ~ N(0, 1) is drawn for each position of each example. The weight starts at 0.

    All channels share ε.

    At inference all examples share one ε, drawn from the seed: so an example's result does not depend on the others in
    the batch.

    Args:
        seed: int; keys the draws.
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
        count, height, width, _ = tf.unstack(tf.shape(inputs))
        key = tf.cast(self.seed_generator.next() if training else [self.seed, 0], tf.int64)

        def draw(rows):
            return tf.random.stateless_normal([rows, height, width, 1], key, alg="philox")

        noise = share_of(draw, count) if training else draw(1)
        return inputs + self.weight * tf.cast(noise, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}
