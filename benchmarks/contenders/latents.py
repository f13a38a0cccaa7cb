"""Latents as the tutorials draw them: by TensorFlow's stateful generator."""

import tensorflow as tf


def draw(numbers, count) -> tf.Tensor:
    """Returns `count` latents of the recipe's distribution, float32 [count, latent_dim]."""
    shape = (count, numbers.latent_dim)
    return tf.random.normal(shape) if numbers.latent_distribution == "normal" else tf.random.uniform(shape, -1.0, 1.0)
