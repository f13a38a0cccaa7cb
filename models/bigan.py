"""BiGAN: an encoder learns the inverse of the generator, by a discriminator that sees both sides at once.

Paper: Donahue, Krähenbühl & Darrell 2017, "Adversarial Feature Learning", arXiv:1605.09782, with the networks and
settings of the authors' MNIST experiment (`train_mnist.sh` of github.com/jeffdonahue/bigan).

Idea: D tells (x, E(x)) from (G(z), z). To fool it, E and G have to make the two kinds of pairs alike, and where they
are, E inverts G. E is never told what to answer, and never sees a fake.

    D descends      E ζ(−D(x, E(x))) + E ζ(D(G(z), z))         ζ(l) = log(1 + eˡ)
    G, E descend    E ζ(D(x, E(x))) + E ζ(−D(G(z), z))         z ~ U(−1, 1)

    G: z → 1024, BN, ReLU → [h, z] → 1024, BN, ReLU → H·W·C, sigmoid
    E: x → 1024, LeakyReLU 0.2 → 1024, BN, LeakyReLU → latents, 2σ(·) − 1
    D: x → 1024, LeakyReLU 0.2 → [h, z] → 1024, BN, LeakyReLU → one logit

No layer has a bias, and batch normalization (BN) neither gain nor bias. An export has `encode` and `reconstruct`.

Command: python train.py --model=bigan

Measured, seed 0, 2 CPU cores (AMD, no AVX-512) shared with other work, 2026-11-28: the command with --dataset=mnist
--steps=782, then benchmarks/bigan_anchor.py on its export: the mean distance of test images to the nearest of 100,000
samples is 6.66, and a reconstruction is 0.880 as far from its image as from another. The authors' log has 7.19 and
0.911 after 391 steps, at which our G has not yet moved (13.44 and 0.997), and 4.61 and 0.767 after 25 epochs.

Deviations: the learning rate stays constant; the authors let it fall exponentially to a hundredth over the second half
of their 400 epochs. They halve both losses, so that their weight decay of 2.5e-5 w beside the halved gradient is our
5e-5 w beside the whole one. BN has ε = 1e-5 instead of 1e-8, and at inference the statistics of 256 examples under the
current weights, for which the authors take 1,000 batches. The networks work in [0, 1] and convert at their borders.
"""

import math

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.layers import BatchNormalization
from tfgan_zoo.machine.precision import at_least_float32

from .pairs import PairsGAN
from .recipe import Recipe, completed_by

RECIPE = Recipe(
    latent_dim=50,
    latent_distribution="uniform",
    learning_rate=2e-4,
    beta_1=0.5,
    batch_size=128,
    steps_per_execution=10,
)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BiGAN(PairsGAN):
    """The bidirectional GAN of Donahue et al. 2017, whose encoder is a function."""

    def encode(self, images, training=False):
        return at_least_float32(self.encoder(images, training=training))


class Dense:
    """Makes a network's fully connected layers: no bias, kernels N(0, 0.02) from its seeds, weight decay.

    Args:
        seed, network: as for `layer_seeds`.
        weight_decay: w in a gradient w·W beside that of the halved losses: see the card.
    """

    def __init__(self, seed: int, network: str, weight_decay: float):
        self._seeds = layer_seeds(seed, network)
        self._weight_decay = weight_decay

    def __call__(self, units: int, inputs, activation=None, **options):
        kernel = keras.initializers.RandomNormal(stddev=0.02, seed=next(self._seeds))
        decay = keras.regularizers.L2(self._weight_decay)
        layer = layers.Dense(
            units, activation, use_bias=False, kernel_initializer=kernel, kernel_regularizer=decay, **options
        )
        return layer(inputs)


def batch_normalization() -> layers.Layer:
    """Batch normalization without gain and bias."""
    return BatchNormalization(scale=False, center=False, momentum=0.9, epsilon=1e-5)


def unit_pixels(images):
    """Images in [−1, 1] → their pixels in [0, 1]."""
    return layers.Flatten()(layers.Rescaling(0.5, offset=0.5)(images))


def make_generator(image_shape: tuple, *, latent_dim: int, width: int, dense: Dense) -> keras.Model:
    """z [latent_dim] → image in [−1, 1]."""
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.ReLU()(batch_normalization()(dense(width, latents)))
    x = layers.ReLU()(batch_normalization()(dense(width, layers.Concatenate()([x, latents]))))
    pixels = dense(math.prod(image_shape), x, "sigmoid", dtype="float32")
    images = layers.Rescaling(2.0, offset=-1.0, dtype="float32")(layers.Reshape(image_shape, dtype="float32")(pixels))
    return keras.Model(latents, images, name="generator")


def make_encoder(image_shape: tuple, *, latent_dim: int, width: int, dense: Dense) -> keras.Model:
    """Image in [−1, 1] → latents in [−1, 1]."""
    images = keras.Input(image_shape, name="images")
    x = layers.LeakyReLU(0.2)(dense(width, unit_pixels(images)))
    x = layers.LeakyReLU(0.2)(batch_normalization()(dense(width, x)))
    unit_latents = dense(latent_dim, x, "sigmoid", dtype="float32")
    latents = layers.Rescaling(2.0, offset=-1.0, dtype="float32", name="latents")(unit_latents)
    return keras.Model(images, latents, name="encoder")


def make_discriminator(image_shape: tuple, *, latent_dim: int, width: int, dense: Dense) -> keras.Model:
    """[image, latents] → one logit."""
    images, latents = keras.Input(image_shape, name="images"), keras.Input((latent_dim,), name="latents")
    x = layers.LeakyReLU(0.2)(dense(width, unit_pixels(images)))
    x = layers.LeakyReLU(0.2)(batch_normalization()(dense(width, layers.Concatenate()([x, latents]))))
    logits = dense(1, x, dtype="float32", name="logits")
    return keras.Model([images, latents], logits, name="discriminator")


@completed_by(Recipe.changed)
def build(image_shape: tuple, *, width: int = 1024, weight_decay: float = 2.5e-5, seed: int = 0, **options) -> BiGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (height, width, channels), any size.
        width: units of the hidden layers of all three networks.
        weight_decay: the authors' coefficient w, of w‖W‖² in our losses.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the authors': see `Recipe.changed`.

    Raises:
        UserError: points instead of images.
    """
    if len(image_shape) != 3:
        raise UserError("bigan makes images, not points: choose a dataset of images, or --model=ali.")
    recipe = RECIPE.changed(**options)
    makers = {"generator": make_generator, "encoder": make_encoder, "discriminator": make_discriminator}
    networks = [
        make(image_shape, latent_dim=recipe.latent_dim, width=width, dense=Dense(seed, name, weight_decay))
        for name, make in makers.items()
    ]
    return recipe.assemble(BiGAN, *networks, seed=seed)
