"""BEGAN: D is an auto-encoder, and a controller keeps its errors on fakes and on real data in a fixed ratio.

Paper: Berthelot, Schumm & Metz 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks", arXiv:1703.10717.

Idea: D learns to reconstruct real data well and fakes badly; a weight k limits the second aim. After each step k moves
so that the error on fakes stays γ times that on real data. So neither player can win. M measures convergence.

    e(x) = mean over pixels and channels of |Dec(Enc(x)) − x|
    D descends  E e(x) − k E e(G(z))
    G descends  E e(G(z))
    k ← clip(k + λ_k (γ E e(x) − E e(G(z))), 0, 1)            k = 0 at the start, λ_k = 0.001
    M = E e(x) + |γ E e(x) − E e(G(z))|                       the log's column `convergence`

A lower γ gives sharper and less varied images. n, N_h and N_z are 64.

Command: python train.py --model=began

Deviations: the smallest maps have 4 to 7 cells a side, where the paper's have 8. The rate stays 1e-4, where the paper
halves it when M stalls. Adam's β₁ is 0.5. There are no skip connections.
"""

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Loss
from tfgan_zoo.machine.distribution import mean_over_replicas
from tfgan_zoo.machine.precision import at_least_float32

from . import dcgan
from .recipe import Recipe, check_at_least_0, completed_by

RECIPE = Recipe(latent_dim=64, latent_distribution="uniform", learning_rate=1e-4, beta_1=0.5, batch_size=16)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Equilibrium(Loss):
    """D: E e(x) − k E e(G(z)), with the model's k. G: E e(G(z)).

    Reference: Berthelot et al. 2017, arXiv:1703.10717, §3.3 and §3.4.
    """

    reads = "energies"
    watched = ("real_energy", "fake_energy")
    has_signs = False

    def discriminator(self, forward):
        real, fake = (tf.reduce_mean(energies) for energies in self.watch(forward))
        return real - forward.gan.k.value * fake

    def generator(self, forward):
        return tf.reduce_mean(forward.fake_output["energies"])

    def watch(self, forward):
        return forward.real_output["energies"], forward.fake_output["energies"]

    def is_sure(self, row):
        return False  # k keeps the errors in balance


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BEGAN(GAN):
    """A GAN whose D reconstructs images.

    Args:
        gamma: γ, the target ratio of the errors, in (0, 1].
        k_rate: λ_k, 0 or more.
        **kwargs: those of `GAN`.
    """

    answers = "energies"

    def __init__(self, *networks, gamma: float = 0.5, k_rate: float = 1e-3, **kwargs):
        super().__init__(*networks, **kwargs)
        self.gamma = gamma
        self.k_rate = k_rate
        self.k = self.add_weight(trainable=False, aggregation="only_first_replica", initializer="zeros", name="k")
        self.balance = keras.metrics.Mean(name="k")
        self.convergence = keras.metrics.Mean(name="convergence")

    def discriminate(self, shown, labels=None, training=False):
        """Returns `{"energies": float32 [n]}`."""
        again = at_least_float32(self.discriminator(self.discriminator_inputs(shown, labels), training=training))
        return {"energies": tf.reduce_mean(tf.abs(again - shown), axis=[1, 2, 3])}

    def after_update(self, forward):
        energies = forward.for_discriminator.real_output["energies"], forward.for_discriminator.fake_output["energies"]
        real, fake = mean_over_replicas(tuple(tf.reduce_mean(energy) for energy in energies))
        self.k.assign(tf.clip_by_value(self.k.value + self.k_rate * (self.gamma * real - fake), 0.0, 1.0))
        self.balance.update_state(self.k.value)
        self.convergence.update_state(real + tf.abs(self.gamma * real - fake))

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma, "k_rate": self.k_rate}


def make_decoder(image_shape: tuple, *, inputs: int, width: int, seed: int, name: str) -> keras.Model:
    """Vector → cells → pairs of 3×3 convolutions with a doubling between pairs → image, linear."""
    seeds = layer_seeds(seed, name)
    vector = keras.Input((inputs,))
    return keras.Model(vector, decode(vector, image_shape, width, seeds), name=name)


def decode(vector, image_shape: tuple, width: int, seeds):
    """Applies the decoder. G has the same layers."""
    k = dcgan.doublings(image_shape[0])
    side = image_shape[0] // 2**k
    x = layers.Reshape((side, side, width))(layers.Dense(side * side * width, kernel_initializer=glorot(seeds))(vector))
    for level in range(k + 1):
        for _ in range(2):
            x = convolution(width, seeds, activation="elu")(x)
        if level < k:
            x = layers.UpSampling2D(interpolation="nearest")(x)
    return convolution(image_shape[-1], seeds, dtype="float32")(x)


def make_discriminator(image_shape: tuple, *, hidden: int, width: int, seed: int) -> keras.Model:
    """Image → encoder, wider at each halving → `hidden` numbers → decoder → image."""
    seeds = layer_seeds(seed, "discriminator")
    k = dcgan.doublings(image_shape[0])
    images = keras.Input(image_shape, name="images")
    x = convolution(width, seeds, activation="elu")(images)
    for level in range(1, k + 2):
        for _ in range(2):
            x = convolution(level * width, seeds, activation="elu")(x)
        if level <= k:
            x = convolution((level + 1) * width, seeds, strides=2, activation="elu")(x)
    codes = layers.Dense(hidden, kernel_initializer=glorot(seeds), name="codes")(layers.Flatten()(x))
    return keras.Model(images, decode(codes, image_shape, width, seeds), name="discriminator")


def convolution(filters: int, seeds, **options) -> layers.Layer:
    return layers.Conv2D(filters, 3, padding="same", kernel_initializer=glorot(seeds), **options)


def glorot(seeds) -> keras.initializers.Initializer:
    return keras.initializers.GlorotUniform(seed=next(seeds))


@completed_by(Recipe.changed)
def build(
    image_shape: tuple,
    *,
    gamma: float = 0.5,
    k_rate: float = 1e-3,
    hidden: int = 64,
    width: int = 64,
    loss=None,
    seed: int = 0,
    **options,
) -> BEGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels), as `dcgan` takes it.
        gamma: γ, the target ratio of the error on fakes to that on real data, in (0, 1]; the paper's are 0.3 to 0.7.
        k_rate: λ_k, the step size of k; 0 or more.
        hidden: N_h, units between encoder and decoder.
        width: n, feature maps next to the image.
        loss: refused, since the model has its own.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make, γ or λ_k out of range, or a loss.
    """
    dcgan.check_image_shape("began", image_shape)
    if not 0 < gamma <= 1:
        raise UserError(f"gamma={gamma}: give began a ratio of errors above 0 and at most 1.")
    check_at_least_0(k_rate=k_rate)
    if loss is not None:
        raise UserError(f"loss={loss}: began has its own loss. Give --model=dcgan to use another.")
    recipe = RECIPE.changed(loss=Equilibrium(), **options)
    return recipe.assemble(
        BEGAN,
        make_decoder(image_shape, inputs=recipe.latent_dim, width=width, seed=seed, name="generator"),
        make_discriminator(image_shape, hidden=hidden, width=width, seed=seed),
        seed=seed,
        gamma=gamma,
        k_rate=k_rate,
    )
