"""WGAN-GP: a Wasserstein GAN in which a penalty, instead of clipped weights, keeps D's slope near 1.

Paper: Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville 2017, "Improved Training of Wasserstein GANs", arXiv:1704.00028.

Idea: the best D with slope at most 1 has slope 1 almost everywhere on the lines between samples and data. So D pays a
penalty where its slope on these lines differs from 1. Clipped weights would restrict D to simpler functions.

    D descends  E D(G(z)) − E D(x) + λ E(‖∇ D(x̂)‖ − 1)²,   x̂ = ε x + (1 − ε) G(z),  ε ~ U(0, 1); five steps for one of G
    G descends  −E D(G(z))

On images: λ = 10, z ~ N(0, 1)^128, Adam at 1e-4 (β 0.5 and 0.9) and batches of 50, as in the authors' MNIST code. On
points: λ = 0.1, z ~ N(0, 1)², batches of 256, and three hidden layers of 512 ReLUs in both networks, as in their code
for toy data.

Command: python train.py --model=wgan_gp
         python train.py --model=wgan_gp --dataset=ring8 --steps=25000

Deviations: the networks on images are DCGAN's, D's without batch normalization. G keeps its batch normalization, where
the authors' G for MNIST has none. The mixtures have the zoo's scale; the authors' have deviations of 0.014
(8 Gaussians) and 0.018 (25).
"""

import dataclasses

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.penalties import GradientPenalty

from . import dcgan
from .point_networks import glorot
from .recipe import Recipe, check_at_least_0, completed_by

RECIPE = Recipe(
    latent_dim=128,
    latent_distribution="normal",
    learning_rate=1e-4,
    beta_1=0.5,
    beta_2=0.9,
    batch_size=50,
    loss="wasserstein",
    schedule="n_critic:5",
)
ON_POINTS = dataclasses.replace(RECIPE, latent_dim=2, batch_size=256, steps_per_execution=20)
HIDDEN, UNITS = 3, 512  # of the networks on points


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WGANGP(GAN):
    """A GAN that comes with the Wasserstein loss and the gradient penalty."""


def make_mlp(inputs: int, outputs: int, *, seed: int, name: str) -> keras.Model:
    """Vector → 3 × (512, ReLU) → vector."""
    seeds = layer_seeds(seed, name)
    vector = keras.Input((inputs,))
    x = vector
    for _ in range(HIDDEN):
        x = layers.Dense(UNITS, "relu", kernel_initializer=glorot(next(seeds)))(x)
    y = layers.Dense(outputs, kernel_initializer=glorot(next(seeds)), dtype="float32")(x)
    return keras.Model(vector, y, name=name)


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, weight: float | None = None, width: int | None = None, seed: int = 0, **options
) -> WGANGP:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image (side, side, channels), as `dcgan` takes it, or (2,) for points.
        weight: λ. Default: 10 on images, 0.1 on points.
        width: feature maps next to the image. Default: 64. The networks on points have a fixed width.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the authors': see `Recipe.changed`.

    Raises:
        UserError: a shape that the networks cannot make, a negative λ, or a width for points.
    """
    is_point = len(image_shape) == 1
    if is_point and width is not None:
        raise UserError(f"width={width}: the networks on points have it fixed; it is for images alone.")
    weight = (0.1 if is_point else 10.0) if weight is None else weight
    check_at_least_0(weight=weight)
    penalty = GradientPenalty(weight)
    own = dataclasses.replace(ON_POINTS if is_point else RECIPE, penalties={"discriminator": [penalty]})
    recipe = own.changed(**options)
    if is_point:
        networks = _of_points(image_shape, recipe, seed)
    else:
        networks = _of_images(image_shape, recipe, 64 if width is None else width, seed)
    return recipe.assemble(WGANGP, *networks, seed=seed)


def _of_points(shape: tuple, recipe: Recipe, seed: int) -> tuple[keras.Model, keras.Model]:
    return (
        make_mlp(recipe.latent_dim, *shape, seed=seed, name="generator"),
        make_mlp(*shape, 1, seed=seed, name="discriminator"),
    )


def _of_images(shape: tuple, recipe: Recipe, width: int, seed: int) -> tuple[keras.Model, keras.Model]:
    dcgan.check_image_shape("wgan_gp", shape)
    return (
        dcgan.make_generator(shape, latent_dim=recipe.latent_dim, width=width, seed=seed),
        dcgan.make_discriminator(shape, width=width, normalization="none", seed=seed),
    )
