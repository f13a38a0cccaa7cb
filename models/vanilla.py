"""Vanilla GAN: two small fully connected networks.

Paper: Goodfellow et al. 2014, "Generative Adversarial Networks", arXiv:1406.2661, with the networks and settings of
the wiseodd TensorFlow tutorial.

Idea: G turns noise into data and D tells data from noise; each is the other's teacher. G learns by the gradient that
reaches it through D, and never sees an example.

    D ascends  log σ(D(x)) + log(1 − σ(D(G(z))))
    G ascends  log σ(D(G(z)))                       z ~ U(−1, 1)

Command: python train.py --model=vanilla --dataset=mnist --steps=20000

Measured: the command above, seed 0, 2 CPU cores: a minute and a half (2026-11-28); digits one can read among others
that are broken, of many classes and no two alike (docs/vanilla-mnist.png, 2026-11-23); at the end D gives real images
0.77, fakes 0.23.

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 735, coverage 0.00, by the classifier. `grid25`, a minute, 3 seeds: 11.3 ± 1.2 modes, 3 ± 1 % of high
quality.

As WGAN-GP on points, `--dataset=ring8 --batch_size=256 --loss=wasserstein --schedule=n_critic:5 --penalty=gradient:0.1
--steps=25000 --evaluate_every=2500 --threads=1`, seed 0 (2 CPU cores, AMD, no AVX-512, shared, 2026-11-28): all 8 modes
at each of the ten evaluations. With `--penalty=gradient:10 --steps=10000` the mean slope of D between real and fake
points is 0.995 (`python benchmarks/slopes.py RUN`), and G learns slowly: 4 modes.

Deviations: none from the tutorial on images, apart from the zoo's image range: the networks work in [0, 1] and convert
at their borders. On points (`ring8`, `grid25`) the networks and settings are PacGAN's: see `point_networks.py`.
"""

import dataclasses
import math

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN

from . import point_networks
from .recipe import Recipe, completed_by

TUTORIAL = Recipe(
    latent_dim=100,
    latent_distribution="uniform",
    learning_rate=1e-3,
    beta_1=0.9,
    batch_size=128,
    steps_per_execution=20,
    schedule="sequential",
)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Vanilla(GAN):
    """The GAN of Goodfellow et al. 2014 with fully connected networks."""


def tutorial_normal(fan_in: int, seed: int) -> keras.initializers.Initializer:
    """Returns the tutorial's initializer: N(0, 1/√(fan_in / 2))."""
    return keras.initializers.RandomNormal(stddev=1.0 / math.sqrt(fan_in / 2.0), seed=seed)


def make_generator(image_shape: tuple, *, latent_dim: int = 100, width: int = 128, seed: int = 0) -> keras.Model:
    """z [latent_dim] → width, ReLU → H·W·C, sigmoid, stretched to [−1, 1]."""
    seeds = layer_seeds(seed, "generator")
    pixels = math.prod(image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(width, "relu", kernel_initializer=tutorial_normal(latent_dim, next(seeds))),
            layers.Dense(pixels, "sigmoid", kernel_initializer=tutorial_normal(width, next(seeds)), dtype="float32"),
            layers.Reshape(image_shape, dtype="float32"),
            layers.Rescaling(2.0, offset=-1.0, dtype="float32"),
        ],
        name="generator",
    )


def make_discriminator(image_shape: tuple, *, width: int = 128, seed: int = 0) -> keras.Model:
    """x in [−1, 1], brought to [0, 1] → width, ReLU → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    pixels = math.prod(image_shape)
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Rescaling(0.5, offset=0.5),
            layers.Flatten(),
            layers.Dense(width, "relu", kernel_initializer=tutorial_normal(pixels, next(seeds))),
            layers.Dense(1, kernel_initializer=tutorial_normal(width, next(seeds)), dtype="float32"),
        ],
        name="discriminator",
    )


@completed_by(Recipe.changed)
def build(image_shape: tuple, *, width: int | None = None, seed: int = 0, **options) -> Vanilla:
    """Builds the compiled GAN.

    Args:
        image_shape: (height, width, channels) of images, any size; or (2,) for points.
        width: units of the hidden layer of both networks on images, 128 unless given; those on points have a fixed one.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the tutorial's on images and PacGAN's on points: see `Recipe.changed`.

    Raises:
        UserError: a width for points.
    """
    if len(image_shape) == 1:
        if width is not None:
            raise UserError(f"width={width}: the networks on points have a fixed width; it is for images alone.")
        recipe = dataclasses.replace(point_networks.RECIPE, schedule="sequential").changed(**options)
        generator = point_networks.make_generator(image_shape, latent_dim=recipe.latent_dim, seed=seed)
        discriminator = point_networks.make_discriminator(image_shape, seed=seed)
    else:
        recipe = TUTORIAL.changed(**options)
        generator = make_generator(image_shape, latent_dim=recipe.latent_dim, width=width or 128, seed=seed)
        discriminator = make_discriminator(image_shape, width=width or 128, seed=seed)
    return recipe.assemble(Vanilla, generator, discriminator, seed=seed)
