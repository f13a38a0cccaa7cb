"""draft"""
import keras
from keras import layers

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.choices import penalties_of
from tfgan_zoo.game.penalties import R1, R2

from .dcgan import doublings
from .r3gan import R3GAN
from .recipe import Recipe, completed_by
from .residual_networks import GAIN, check_image_shape, convolution, fixup_gain, scaled, width_at

RECIPE = Recipe(
    latent_dim=64,
    latent_distribution="normal",
    learning_rate=4e-4,
    beta_1=0.0,
    beta_2=0.99,
    batch_size=16,
    loss="relativistic",
    ema={"generator": 0.995},
)
import os
CHEAP = os.environ.get("CHEAP", "1") == "1"

def residual_block(x, blocks: int, seeds):
    """x + convolution(LeakyReLU(convolution(x))), the last one 0 at the start."""
    maps = x.shape[-1]
    branch = layers.LeakyReLU(0.2)(convolution(maps, seeds, gain=fixup_gain(blocks, depth=2))(x))
    return layers.Add()([x, convolution(maps, seeds, kernel_initializer="zeros")(branch)])


def make_generator(image_shape: tuple, *, latent_dim: int = 64, width: int = 16, seed: int = 0) -> keras.Model:
    seeds = layer_seeds(seed, "generator")
    side, _, channels = image_shape
    levels = doublings(side)
    start, maps = side // 2**levels, width_at(levels, width)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(start * start * maps, kernel_initializer=scaled(next(seeds), GAIN))(latents)
    x = layers.LeakyReLU(0.2)(layers.Reshape((start, start, maps))(x))
    for level in reversed(range(levels)):
        c = convolution(width_at(level, width), seeds)
        up = layers.UpSampling2D()
        if CHEAP:
            x = up(layers.LeakyReLU(0.2)(c(x)))
        else:
            x = layers.LeakyReLU(0.2)(c(up(x)))
        x = residual_block(x, levels, seeds)
    images = convolution(channels, seeds, gain=1.0, dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="generator")


def make_discriminator(image_shape: tuple, *, width: int = 16, seed: int = 0) -> keras.Model:
    seeds = layer_seeds(seed, "discriminator")
    levels = doublings(image_shape[0])
    images = keras.Input(image_shape, name="images")
    x = layers.LeakyReLU(0.2)(convolution(width, seeds)(images))
    for level in range(levels):
        x = residual_block(x, levels, seeds)
        c = convolution(width_at(level + 1, width), seeds)
        pool = layers.AveragePooling2D(2)
        if CHEAP:
            x = layers.LeakyReLU(0.2)(c(pool(x)))
        else:
            x = pool(layers.LeakyReLU(0.2)(c(x)))
    x = layers.Flatten(name="features")(x)
    logits = layers.Dense(1, kernel_initializer=scaled(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, width: int = 16, gamma: float = 1.0, penalties=None, seed: int = 0, **options
) -> R3GAN:
    """Builds the compiled GAN.
    """
    check_image_shape("r3gan_lite", image_shape)
    own = {"discriminator": [R1(gamma), R2(gamma)]}
    recipe = RECIPE.changed(penalties=penalties_of(penalties, own), **options)
    generator = make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    discriminator = make_discriminator(image_shape, width=width, seed=seed)
    return recipe.assemble(R3GAN, generator, discriminator, seed=seed)
