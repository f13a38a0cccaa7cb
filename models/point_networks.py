"""PacGAN's networks and settings for points in the plane, shared by every model that runs on the mixtures.

Reference: Lin et al. 2018, "PacGAN: The power of two samples in generative adversarial networks", arXiv:1712.04086,
§4.1.
"""

import keras
from keras import layers

from tfgan_zoo.layers import Maxout
from tfgan_zoo.randomness import layer_seeds

from .settings import Settings

SETTINGS = Settings(latent_dim=2, latent_distribution="normal", learning_rate=1e-4, beta_1=0.8, batch_size=100)


def make_generator(latent_dim: int = 2, *, seed: int = 0) -> keras.Model:
    """z [latent_dim] → 4 × (400, batch normalization, ReLU) → point [2]."""
    seeds = layer_seeds(seed, "generator")
    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for _ in range(4):
        x = layers.Dense(400, use_bias=False, kernel_initializer=glorot(next(seeds)))(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    points = layers.Dense(2, kernel_initializer=glorot(next(seeds)), name="points")(x)
    return keras.Model(latents, points, name="generator")


def make_discriminator(num_points: int = 1, *, seed: int = 0) -> keras.Model:
    """Point [2] (or `num_points` of them side by side) → 3 × (200 maxout units of 5 pieces) → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    points = keras.Input((2 * num_points,), name="points")
    x = points
    for index in range(3):
        name = "features" if index == 2 else None
        x = Maxout(200, pieces=5, kernel_initializer=glorot(next(seeds)), name=name)(x)
    logits = layers.Dense(1, kernel_initializer=glorot(next(seeds)), name="logits")(x)
    return keras.Model(points, logits, name="discriminator")


def glorot(seed: int) -> keras.initializers.Initializer:
    """Returns the initializer of every kernel."""
    return keras.initializers.GlorotUniform(seed=seed)
