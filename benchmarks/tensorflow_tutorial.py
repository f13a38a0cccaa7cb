"""The TensorFlow tutorial "Deep Convolutional Generative Adversarial Network": its networks and settings as a GAN.

What many people start from, and so what the zoo is measured against: for its samples (`benchmarks/tables.py
--table=tensorflow_tutorial`) and for its speed (`benchmarks/peers.py`).

    G: z(100) ~ N(0, 1) → 7×7×256, BN, LeakyReLU → 128 (5×5 / 1), BN, LeakyReLU → 64 (5×5 / 2), BN, LeakyReLU
       → 1 (5×5 / 2), tanh; no biases
    D: 64 (5×5 / 2), LeakyReLU, dropout 0.3 → 128 (5×5 / 2), LeakyReLU, dropout 0.3 → one logit

Adam 1e-4 (β₁ 0.9) for both, batch 256, both players moved by one shared forward pass; every layer's other settings are
Keras's own. Normalization and dropout are the zoo's layers, which do the same in fewer passes over the data; the loops
that this is compared to have Keras's.

Reference: https://www.tensorflow.org/tutorials/generative/dcgan
"""

import keras
from keras import layers

from models.recipe import Recipe
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.layers import BatchNormalization, Dropout

IMAGE_SHAPE = (28, 28, 1)
RECIPE = Recipe(latent_dim=100, latent_distribution="normal", learning_rate=1e-4, beta_1=0.9, batch_size=256)


def glorot(seed: int) -> keras.initializers.Initializer:
    """Returns the initializer that Keras's layers have unless told otherwise, with a seed."""
    return keras.initializers.GlorotUniform(seed=seed)


def make_generator(*, normalization: type[layers.Layer] = BatchNormalization, seed: int = 0) -> keras.Model:
    """z [100] → image [28, 28, 1] in [−1, 1]."""
    seeds = layer_seeds(seed, "generator")

    def upsampling(filters: int, strides: int, **options) -> layers.Layer:
        return layers.Conv2DTranspose(
            filters, 5, strides, "same", use_bias=False, kernel_initializer=glorot(next(seeds)), **options
        )

    return keras.Sequential(
        [
            keras.Input((RECIPE.latent_dim,)),
            layers.Dense(7 * 7 * 256, use_bias=False, kernel_initializer=glorot(next(seeds))),
            normalization(),
            layers.LeakyReLU(),
            layers.Reshape((7, 7, 256)),
            upsampling(128, 1),
            normalization(),
            layers.LeakyReLU(),
            upsampling(64, 2),
            normalization(),
            layers.LeakyReLU(),
            upsampling(1, 2, activation="tanh"),
        ],
        name="generator",
    )


def make_discriminator(*, dropout: type[layers.Layer] = Dropout, seed: int = 0) -> keras.Model:
    """Image [28, 28, 1] → logit [1]."""
    seeds = layer_seeds(seed, "discriminator")

    def downsampling(filters: int) -> layers.Layer:
        return layers.Conv2D(filters, 5, 2, "same", kernel_initializer=glorot(next(seeds)))

    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            downsampling(64),
            layers.LeakyReLU(),
            dropout(0.3, seed=next(seeds)),
            downsampling(128),
            layers.LeakyReLU(),
            dropout(0.3, seed=next(seeds)),
            layers.Flatten(),
            layers.Dense(1, kernel_initializer=glorot(next(seeds))),
        ],
        name="discriminator",
    )


def build(image_shape: tuple, *, schedule="simultaneous", seed: int = 0) -> GAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (28, 28, 1), the one that the tutorial's networks make.
        schedule: as `GAN.compile` takes it.
        seed: keys the initial weights and every random draw of the training.

    Raises:
        UserError: another shape.
    """
    if tuple(image_shape) != IMAGE_SHAPE:
        raise UserError(f"the tutorial's networks make images of shape {IMAGE_SHAPE}. Received: {tuple(image_shape)}.")
    recipe = RECIPE.changed(schedule=schedule)
    return recipe.assemble(GAN, make_generator(seed=seed), make_discriminator(seed=seed), seed=seed)
