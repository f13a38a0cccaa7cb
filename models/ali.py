"""ALI: a stochastic encoder and a generator learn the same joint distribution, from its two ends.

Paper: Dumoulin et al. 2017, "Adversarially Learned Inference", arXiv:1606.00704, with its code
(github.com/IshmaelBelghazi/ALI); the networks on points are those that PacGAN's code (arXiv:1712.04086) gives ALI.

Idea: E draws latents for an example, ẑ ~ q(z | x), and G an example for latents. D tells (x, ẑ) from (G(z), z). Where
it cannot, the marginals agree, so that G makes data, and the conditionals too, so that E infers where they come from.

    D descends      E ζ(−D(x, ẑ)) + E ζ(D(G(z), z))         ζ(l) = log(1 + eˡ), z ~ N(0, 1)
    G, E descend    E ζ(D(x, ẑ)) + E ζ(−D(G(z), z))
    ẑ = μ(x) + σ(x) ε,  ε ~ N(0, 1): E answers μ and log σ         on points ẑ = E(x, ε)

On images E and D_x are G turned round: convolutions 5×5 / 2, BN and LeakyReLU 0.1 in E, maxout of two and no BN in D.
D_z and the joint part have two maxout layers each. An export's `encode` answers μ, on points E(x, 0).

Command: python train.py --model=ali
         python train.py --model=ali --dataset=grid25 --steps=40000

Deviations: on images the sizes, G, and the initial weights N(0, 0.02) are DCGAN's; G's last bias begins at 0, not at
the log-odds of the mean image. D drops 0.2 of its input and of each layer, as on the paper's SVHN, where its CIFAR-10
network drops half of the layers. On points D drops nothing, as in PacGAN's code. The paper states β₂ = 10⁻³, and its
code leaves β₂ at 0.999, as we do.
"""

import dataclasses

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.layers import Dropout, Maxout
from tfgan_zoo.machine.precision import at_least_float32

from . import dcgan, point_networks
from .pairs import PairsGAN
from .recipe import Recipe, completed_by

ON_IMAGES = Recipe(latent_dim=64, latent_distribution="normal", learning_rate=1e-4, beta_1=0.5, batch_size=100)
ON_POINTS = dataclasses.replace(point_networks.RECIPE, steps_per_execution=10)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ALI(PairsGAN):
    """Adversarially learned inference. `encoder` maps `[x, ε]` to latents; ε has their shape."""

    def encode(self, images, training=False):
        noise = tf.zeros([tf.shape(images)[0], self.latent_dim])
        return self._infer(images, noise, training)

    def inferred_latents(self, forward):
        return self._infer(forward.real, forward.noise, forward.training)

    def _infer(self, examples, noise, training):
        return at_least_float32(self.encoder([examples, noise], training=training))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Reparameterized(layers.Layer):
    """[μ, log σ] side by side and ε → μ + σ ε.

    Call arguments:
        statistics: float [n, 2 d].
        noise: float [n, d].

    Returns:
        Float32 [n, d].
    """

    def call(self, statistics, noise):
        mean, log_deviation = keras.ops.split(statistics, 2, axis=-1)
        return mean + keras.ops.exp(log_deviation) * noise


# On images.


def make_encoder(image_shape: tuple, *, latent_dim: int, width: int, seed: int) -> keras.Model:
    """[image, ε] → latents."""
    seeds = layer_seeds(seed, "encoder")
    images, noise = keras.Input(image_shape, name="images"), keras.Input((latent_dim,), name="noise")
    x = images
    for level in range(dcgan.doublings(image_shape[0])):
        x = dcgan.downsampling(width * 2**level, next(seeds), use_bias=False)(x)
        x = layers.LeakyReLU(0.1)(dcgan.batch_normalization()(x))
    kernel = dcgan.normal(next(seeds))
    statistics = layers.Dense(2 * latent_dim, kernel_initializer=kernel, dtype="float32")(layers.Flatten()(x))
    latents = Reparameterized(dtype="float32", name="latents")(statistics, noise)
    return keras.Model([images, noise], latents, name="encoder")


def make_discriminator(image_shape: tuple, *, latent_dim: int, width: int, dropout: float, seed: int) -> keras.Model:
    """[image, latents] → one logit."""
    seeds, drops = layer_seeds(seed, "discriminator"), layer_seeds(seed, "dropout")

    def dropped(x):
        return Dropout(dropout, seed=next(drops))(x)

    def maxout(units, x):
        return Maxout(units, pieces=2, kernel_initializer=dcgan.normal(next(seeds)))(dropped(x))

    images, latents = keras.Input(image_shape, name="images"), keras.Input((latent_dim,), name="latents")
    x = images
    for level in range(dcgan.doublings(image_shape[0])):
        x = dropped(x)
        pieces = [dcgan.downsampling(width * 2**level // 2, next(seeds))(x) for _ in range(2)]
        x = layers.Maximum()(pieces)
    z = maxout(4 * width, maxout(4 * width, latents))
    pair = layers.Concatenate()([layers.Flatten()(x), z])
    pair = maxout(8 * width, maxout(8 * width, pair))
    logits = layers.Dense(1, kernel_initializer=dcgan.normal(next(seeds)), dtype="float32", name="logits")
    return keras.Model([images, latents], logits(dropped(pair)), name="discriminator")


# On points.


def make_encoder_of_points(shape: tuple, *, latent_dim: int, seed: int) -> keras.Model:
    """[point, ε] → 2 × (400, BN, ReLU) → latents."""
    seeds = layer_seeds(seed, "encoder")
    points, noise = keras.Input(shape, name="points"), keras.Input((latent_dim,), name="noise")
    x = layers.Concatenate()([points, noise])
    for _ in range(2):
        x = layers.Dense(400, use_bias=False, kernel_initializer=point_networks.glorot(next(seeds)))(x)
        x = layers.ReLU()(point_networks.batch_normalization()(x))
    kernel = point_networks.glorot(next(seeds))
    latents = layers.Dense(latent_dim, kernel_initializer=kernel, dtype="float32", name="latents")(x)
    return keras.Model([points, noise], latents, name="encoder")


def make_discriminator_of_points(shape: tuple, *, latent_dim: int, seed: int) -> keras.Model:
    """[point, latents] → PacGAN's discriminator of both side by side → one logit."""
    points, latents = keras.Input(shape, name="points"), keras.Input((latent_dim,), name="latents")
    joint = point_networks.make_discriminator((shape[0] + latent_dim,), seed=seed)
    return keras.Model([points, latents], joint(layers.Concatenate()([points, latents])), name="discriminator")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, width: int | None = None, dropout: float | None = None, seed: int = 0, **options
) -> ALI:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image (side, side, channels), as `dcgan` takes it, or (2,) for points.
        width: feature maps next to the image, an even number, 64 unless given. The networks on points have a fixed
            width.
        dropout: share of its input and of each layer that D drops on images, in [0, 1); 0.2 unless given.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: a shape that the networks cannot make, an odd width, or an argument about images for points.
    """
    if len(image_shape) == 1:
        return _build_on_points(image_shape, {"width": width, "dropout": dropout}, seed, ON_POINTS.changed(**options))
    dcgan.check_image_shape("ali", image_shape)
    width, dropout = 64 if width is None else width, 0.2 if dropout is None else dropout
    if width < 2 or width % 2:
        raise UserError(f"width={width}: a maxout of ali's D has two pieces: choose an even number from 2.")
    recipe = ON_IMAGES.changed(**options)
    sizes = {"latent_dim": recipe.latent_dim, "width": width, "seed": seed}
    generator = dcgan.make_generator(image_shape, **sizes)
    encoder = make_encoder(image_shape, **sizes)
    discriminator = make_discriminator(image_shape, dropout=dropout, **sizes)
    return recipe.assemble(ALI, generator, encoder, discriminator, seed=seed)


def _build_on_points(shape: tuple, of_images: dict, seed: int, recipe: Recipe) -> ALI:
    for name, value in of_images.items():
        if value is not None:
            raise UserError(f"{name}={value}: the networks on points have it fixed; it is for images alone.")
    makers = (point_networks.make_generator, make_encoder_of_points, make_discriminator_of_points)
    networks = [make(shape, latent_dim=recipe.latent_dim, seed=seed) for make in makers]
    return recipe.assemble(ALI, *networks, seed=seed)
