"""SNGAN: D's slope is bounded by dividing each of its kernels by its largest singular value.

Paper: Miyato, Kataoka, Koyama & Yoshida 2018, "Spectral Normalization for Generative Adversarial Networks",
arXiv:1802.05957.

Idea: if every layer of a network has slope at most 1, so has the network. The slope of a layer is the largest singular
value σ(W) of its kernel. One power iteration in each call of D in training estimates it, at little cost. D needs no
penalty, no clipping and no batch normalization.

    W̄ = W / σ(W) in each layer of D
    D descends  E max(0, 1 − D(x)) + E max(0, 1 + D(G(z)))
    G descends  −E D(G(z))
    D: k × (3×3, 4×4 / 2) with LeakyReLU 0.1, maps doubled by each pair → 3×3 → one logit             sides s·2^k

Command: python train.py --model=sngan

Deviations: G and the batch are DCGAN's. Adam's 2e-4 (β 0.5 and 0.999) and one step of D per step of G are one of the
settings that the paper compares. The paper's D has three pairs of convolutions; here the image's side sets their
number. Both players move at once. Keras's `SpectralNormalization` overwrites the kernel; ours does not.
"""

import dataclasses

import keras
from keras import layers

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.layers import SpectralNormalization

from . import dcgan
from .recipe import Recipe, completed_by

RECIPE = dataclasses.replace(dcgan.RECIPE, loss="hinge")


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SNGAN(GAN):
    """A GAN whose D is spectrally normalized."""


def normalized(layer: layers.Layer, seed: int, **options) -> SpectralNormalization:
    """Wraps a layer; the seed keys the first u."""
    return SpectralNormalization(layer, keras.initializers.RandomNormal(seed=seed), **options)


def make_discriminator(image_shape: tuple, *, width: int, seed: int) -> keras.Model:
    """Image → pairs of convolutions, the second of which halves the sides → features → one logit."""
    seeds = layer_seeds(seed, "discriminator")

    def convolution(filters, size, strides=1):
        kernel = keras.initializers.GlorotUniform(seed=next(seeds))
        layer = layers.Conv2D(filters, size, strides, padding="same", kernel_initializer=kernel)
        return normalized(layer, next(seeds))

    images = keras.Input(image_shape, name="images")
    x, doublings = images, dcgan.doublings(image_shape[0])
    for level in range(doublings):
        for size, strides in ((3, 1), (4, 2)):
            x = layers.LeakyReLU(0.1)(convolution(width * 2**level, size, strides)(x))
    x = layers.LeakyReLU(0.1)(convolution(width * 2**doublings, 3)(x))
    features = layers.Flatten(name="features")(x)
    kernel = keras.initializers.GlorotUniform(seed=next(seeds))
    logits = normalized(layers.Dense(1, kernel_initializer=kernel), next(seeds), dtype="float32")(features)
    return keras.Model(images, logits, name="discriminator")


@completed_by(Recipe.changed)
def build(image_shape: tuple, *, width: int = 64, seed: int = 0, **options) -> SNGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels), as `dcgan` takes it.
        width: feature maps next to the image, in both networks.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the recipe's: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make.
    """
    dcgan.check_image_shape("sngan", image_shape)
    recipe = RECIPE.changed(**options)
    generator = dcgan.make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    return recipe.assemble(SNGAN, generator, make_discriminator(image_shape, width=width, seed=seed), seed=seed)
