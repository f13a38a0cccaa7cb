"""PacGAN's networks and settings for points in the plane, shared by every model that runs on the mixtures.

Reference: Lin et al. 2018, "PacGAN: The power of two samples in generative adversarial networks", arXiv:1712.04086,
§4.1.
"""

import keras
from keras import layers

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.layers import Maxout

from .recipe import Recipe

RECIPE = Recipe(
    latent_dim=2,
    latent_distribution="normal",
    learning_rate=1e-4,
    beta_1=0.8,
    batch_size=100,
    steps_per_execution=20,
)


def batch_normalization() -> layers.Layer:
    """Batch normalization as Keras has it."""
    return layers.BatchNormalization()


def make_generator(
    image_shape: tuple, *, latent_dim: int = 2, normalization=batch_normalization, seed: int = 0
) -> keras.Model:
    """z [latent_dim] → 4 × (400, normalization, ReLU) → point."""
    seeds = layer_seeds(seed, "generator")
    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for _ in range(4):
        x = layers.Dense(400, use_bias=False, kernel_initializer=glorot(next(seeds)))(x)
        x = layers.ReLU()(normalization()(x))
    points = layers.Dense(image_shape[0], kernel_initializer=glorot(next(seeds)), dtype="float32", name="points")(x)
    return keras.Model(latents, points, name="generator")


def make_discriminator(image_shape: tuple, *, before_logits=None, seed: int = 0) -> keras.Model:
    """Point → 3 × (200 maxout units of 5 pieces), the last named `features` → `before_logits` → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    points = keras.Input(image_shape, name="points")
    x = points
    for index in range(3):
        name = "features" if index == 2 else None
        x = Maxout(200, pieces=5, kernel_initializer=glorot(next(seeds)), name=name)(x)
    if before_logits is not None:
        x = before_logits(x)
    logits = layers.Dense(1, kernel_initializer=glorot(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(points, logits, name="discriminator")


def glorot(seed: int) -> keras.initializers.Initializer:
    """Returns the initializer of every kernel."""
    return keras.initializers.GlorotUniform(seed=seed)
