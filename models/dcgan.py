"""DCGAN: convolutional networks that train stably.

Paper: Radford, Metz & Chintala 2016, "Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks", arXiv:1511.06434.

Idea: replace pooling by strided convolutions in D and by fractionally strided ones in G, normalise every layer but D's
first and G's last by its batch, and drop hidden dense layers.

    G: z(100) ~ U(−1, 1) → project, reshape to s × s × w·2^(k−1) → k × (transposed convolution 5×5 / 2), BN, ReLU … tanh
    D: k × (convolution 5×5 / 2), BN but in the first, LeakyReLU 0.2 → one logit           sides s·2^k, s = 4 … 7

Command: python train.py --model=dcgan

Measured, seed 0, 2 CPU cores: the command above, digits one can read after 90 s (docs/digits.png, 2026-11-28);
`--dataset=mnist --steps=2700`: digits of all ten classes (docs/dcgan-mnist.png, 2026-11-23); at the end D gives real
images 0.76, fakes 0.24. A step on MNIST's size takes 0.15 s (docs/scaling.md, 2026-11-28). On stacked MNIST it loses
modes; 10 minutes on MNIST bring it to a Fréchet distance of 59 ± 12 where the TensorFlow tutorial's networks and
settings come to 311 ± 78, by the classifier: docs/benchmarks.md.

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 124, coverage 0.25, by the classifier.

Deviations: width 64 instead of the paper's 128, as in most later work; the schedule is simultaneous (one shared
forward pass, half the generator's work), which the paper does not state; sides other than 64 take as many layers as
they have doublings, so that 28×28 images start at 7×7.
"""

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.layers import BatchNormalization

from .recipe import Recipe, completed_by

RECIPE = Recipe(latent_dim=100, latent_distribution="uniform", learning_rate=2e-4, beta_1=0.5, batch_size=128)
NORMALIZATIONS = ("batch", "none")  # of D
IMAGE_SIZES = (16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128)  # s·2^k, s = 4 … 7, k from 2 on


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DCGAN(GAN):
    """The deep convolutional GAN of Radford et al. 2016."""


def normal(seed: int) -> keras.initializers.Initializer:
    """Returns the paper's initializer for every kernel: N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02, seed=seed)


def check_image_shape(model: str, shape: tuple) -> None:
    """Refuses what the networks cannot make.

    Raises:
        UserError: points instead of images, or a size or number of channels that the networks do not have.
    """
    if len(shape) != 3:
        raise UserError(f"{model} makes images, not points: choose a dataset of images, or --model=vanilla.")
    height, width, channels = shape
    if height != width or height not in IMAGE_SIZES or channels not in (1, 3, 4):
        sizes = ", ".join(map(str, IMAGE_SIZES))
        raise UserError(
            f"{model} makes square images of side {sizes} with 1, 3 or 4 channels: see --image_size. "
            f"Received: {height}×{width}×{channels}."
        )


def doublings(side: int) -> int:
    """Returns k of side = s·2ᵏ with s in 4 … 7: how often G doubles its sides, and D halves them."""
    return 0 if side < 8 else 1 + doublings(side // 2)


def batch_normalization() -> layers.Layer:
    """Batch normalization with the momentum and ε of the authors' later code."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def make_generator(
    image_shape: tuple, *, latent_dim: int = 100, width: int = 64, normalization=batch_normalization, seed: int = 0
) -> keras.Model:
    """z [latent_dim] → image in [−1, 1]; `normalization` makes the layer of that name, one at each call."""
    seeds = layer_seeds(seed, "generator")
    side, _, channels = image_shape
    k = doublings(side)
    start, filters = side // 2**k, width * 2 ** (k - 1)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(start * start * filters, use_bias=False, kernel_initializer=normal(next(seeds)))(latents)
    x = layers.Reshape((start, start, filters))(x)
    x = layers.ReLU()(normalization()(x))
    for level in reversed(range(k - 1)):
        x = upsampling(width * 2**level, next(seeds), use_bias=False)(x)
        x = layers.ReLU()(normalization()(x))
    images = upsampling(channels, next(seeds), activation="tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="generator")


def make_discriminator(
    image_shape: tuple, *, width: int = 64, normalization: str = "batch", before_logits=None, seed: int = 0
) -> keras.Model:
    """Image in [−1, 1] → layers, the last named `features` → `before_logits`, where there is one → one logit.

    With `normalization` `"none"` each convolution has the bias that the normalization would have subtracted.
    """
    if normalization not in NORMALIZATIONS:
        raise unknown("discriminator_normalization", normalization, NORMALIZATIONS)
    seeds = layer_seeds(seed, "discriminator")
    images = keras.Input(image_shape, name="images")
    x = layers.LeakyReLU(0.2)(downsampling(width, next(seeds))(images))
    for level in range(1, doublings(image_shape[0])):
        x = downsampling(width * 2**level, next(seeds), use_bias=normalization == "none")(x)
        x = layers.LeakyReLU(0.2)(batch_normalization()(x) if normalization == "batch" else x)
    x = layers.Flatten(name="features")(x)
    if before_logits is not None:
        x = before_logits(x)
    logits = layers.Dense(1, kernel_initializer=normal(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


def upsampling(filters: int, seed: int, **options) -> layers.Layer:
    """A fractionally strided convolution, which doubles the sides."""
    return layers.Conv2DTranspose(filters, 5, strides=2, padding="same", kernel_initializer=normal(seed), **options)


def downsampling(filters: int, seed: int, **options) -> layers.Layer:
    """A strided convolution, which halves the sides."""
    return layers.Conv2D(filters, 5, strides=2, padding="same", kernel_initializer=normal(seed), **options)


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, width: int = 64, discriminator_normalization: str = "batch", seed: int = 0, **options
) -> DCGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels): side one of `IMAGE_SIZES`, 1, 3 or 4 channels.
        width: feature maps next to the image; each halving of the sides doubles them. The paper's is 128.
        discriminator_normalization: `"batch"`, or `"none"` for a D in which examples do not meet, as penalties on its
            slope want it.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make.
    """
    check_image_shape("dcgan", image_shape)
    recipe = RECIPE.changed(**options)
    generator = make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    discriminator = make_discriminator(image_shape, width=width, normalization=discriminator_normalization, seed=seed)
    return recipe.assemble(DCGAN, generator, discriminator, seed=seed)
