"""R3GAN lite: small residual networks in R3GAN's game, for a folder of pictures and a computer without a GPU.

Paper: Huang, Gokaslan, Kuleshov & Tompkin 2024, "The GAN is dead; long live the GAN! A modern baseline GAN",
arXiv:2501.05441, for the game; the networks are our own.

Idea: D scores each fake against a real picture, and penalties keep D flat at both. With these penalties, networks
without normalization train stably, on small batches too. The networks here are small enough for a CPU: the widest maps
have the smallest sides, and the convolutions between two sides run at the smaller one.

    D descends  E ζ(D(G(z)) − D(x)) + ½ γ E‖∇ D(x)‖² + ½ γ E‖∇ D(G(z))‖²       ζ(l) = log(1 + eˡ)
    G descends  E ζ(D(x) − D(G(z)))

Colours and positions of all pictures that D sees, real and fake, are changed at random (DiffAugment, Zhao et al. 2020,
arXiv:2006.10738). `--augment=none` turns this off.

    block: x + 3×3 → LeakyReLU 0.2 → 3×3, the last kernel starts at 0
    G: z(64) → dense to s × s × 8w, LeakyReLU → k × (3×3, LeakyReLU, nearest doubling, block) → 3×3   (2w, 4w: k = 1, 2)
    D: 3×3, LeakyReLU → k × (block, mean of 2×2, 3×3, LeakyReLU) → dense to one logit            sides s·2^k, s = 4 … 7

Command: python train.py --model=r3gan_lite --dataset=folder:PATH --image_size=64 --flip --steps=4000

Measured, seed 0, one core of an AMD EPYC without AMX, shared with other work, 2026-11-28: the 127 faces of npm's
@lobehub/fluent-emoji-3d over white at 64 pixels, the command above with `--threads=1 --penalty=r1:1,every=4
--penalty=r2:1,every=4`. By eye: discs with eyes and mouths after 600 steps; after 1,535, clear faces of few kinds, most
with wide eyes, or a hand at the mouth.

Deviations: the networks are our own (`r3gan` has the paper's). The rates, γ, β₂ and the average's decay are constant.
"""

import keras
from keras import layers

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.choices import penalties_of
from tfgan_zoo.game.penalties import R1, R2

from .dcgan import doublings
from .r3gan import R3GAN
from .recipe import Recipe, check_at_least_0, completed_by
from .residual_networks import (
    GAIN,
    add_branch,
    check_image_shape,
    convolution,
    fixup_gain,
    last_of_branch,
    scaled,
    width_at,
)

RECIPE = Recipe(
    latent_dim=64,
    latent_distribution="normal",
    learning_rate=4e-4,
    beta_1=0.0,
    beta_2=0.99,
    batch_size=16,
    loss="relativistic",
    ema={"generator": 0.995},
    augmentation="color,translation",
)


def residual_block(x, blocks: int, seeds):
    """x + two convolutions of it; `blocks` is the number of such blocks in the network."""
    maps = x.shape[-1]
    first = convolution(maps, seeds, gain=fixup_gain(blocks, depth=2))
    return add_branch(x, first, last_of_branch(maps, seeds))


def make_generator(image_shape: tuple, *, latent_dim: int = 64, width: int = 16, seed: int = 0) -> keras.Model:
    """z [latent_dim] → 4 … 7 pixels a side → levels × (convolution, LeakyReLU, doubling, block) → image, linear."""
    seeds = layer_seeds(seed, "generator")
    side, _, channels = image_shape
    levels = doublings(side)
    start, maps = side // 2**levels, width_at(levels, width)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(start * start * maps, kernel_initializer=scaled(next(seeds), GAIN))(latents)
    x = layers.LeakyReLU(0.2)(layers.Reshape((start, start, maps))(x))
    for level in reversed(range(levels)):
        x = layers.LeakyReLU(0.2)(convolution(width_at(level, width), seeds)(x))
        x = residual_block(layers.UpSampling2D(2)(x), levels, seeds)
    images = convolution(channels, seeds, gain=1.0, dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="generator")


def make_discriminator(image_shape: tuple, *, width: int = 16, seed: int = 0) -> keras.Model:
    """Image → convolution, LeakyReLU → levels × (block, halving, convolution, LeakyReLU) → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    levels = doublings(image_shape[0])
    images = keras.Input(image_shape, name="images")
    x = layers.LeakyReLU(0.2)(convolution(width, seeds)(images))
    for level in range(levels):
        x = layers.AveragePooling2D(2)(residual_block(x, levels, seeds))
        x = layers.LeakyReLU(0.2)(convolution(width_at(level + 1, width), seeds)(x))
    x = layers.Flatten(name="features")(x)
    logits = layers.Dense(1, kernel_initializer=scaled(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, width: int = 16, gamma: float = 1.0, penalties=None, seed: int = 0, **options
) -> R3GAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels): side one of `IMAGE_SIZES`, 8 to 256 pixels; 1, 3 or 4 channels.
        width: feature maps next to the image; each halving of the sides doubles them, up to 8 times as many.
        gamma: γ of both penalties. The best value depends on the pictures; a larger one keeps D flatter.
        penalties: further ones, or replacements of those of the same kind: see `penalties_of`.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make, or a negative γ.
    """
    check_image_shape("r3gan_lite", image_shape)
    check_at_least_0(gamma=gamma)
    own = {"discriminator": [R1(gamma), R2(gamma)]}
    recipe = RECIPE.changed(penalties=penalties_of(penalties, own), **options)
    generator = make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    discriminator = make_discriminator(image_shape, width=width, seed=seed)
    return recipe.assemble(R3GAN, generator, discriminator, seed=seed)
