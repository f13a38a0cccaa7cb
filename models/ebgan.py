"""EBGAN: D is an auto-encoder, and its reconstruction error an energy: low on the data, high elsewhere.

Paper: Zhao, Mathieu & LeCun 2017, "Energy-based Generative Adversarial Network", arXiv:1609.03126.

Idea: an auto-encoder of the data reconstructs data well. D learns to reconstruct fakes badly besides, up to a margin
m, and G to make what D reconstructs well. The pulling-away term turns the codes of a batch of fakes away from each
other, so that they do not become one image.

    e(x) = mean over pixels and channels of (Dec(Enc(x)) − x)²                         of one example, in [0, 4]
    D descends  E e(x) + E max(0, m − e(G(z)))                                         the hinge of each example
    G descends  E e(G(z)) + w · f_PT
    f_PT = 1/(N (N − 1)) Σᵢ Σ_{j ≠ i} (sᵢ·sⱼ / ‖sᵢ‖ ‖sⱼ‖)²,  sᵢ = Enc(G(zᵢ))         0: orthogonal codes, 1: equal ones

The energy's gradient passes to x both by the reconstruction and by the target that it is compared with. Where G makes
the data, e is the same constant in [0, m] on both (the paper's theorems 1 and 2). The margin has the energy's unit:
here a mean of squared differences of pixels in [−1, 1], the same at any size of images.

Command: python train.py --model=ebgan

Measured, seed 0, 2 CPU cores (AMD, no AVX-512) shared with other work, 2026-11-28, with --set=width=32. After 600
steps, in the mean of the last 50, e(x) = 0.041 and e(G(z)) = 0.092, below the margin of 0.1. After 3,000 steps (`python
benchmarks/ebgan_codes.py RUN`), e(x) = 0.049 on test digits and e(G(z)) = 0.118: above the margin D has no reason to
raise it. G makes digits of all kinds that one can read. The mean squared cosine of two codes is 0.34 with the
pulling-away term and 0.36 without: at this weight it does little. With --set=margin=0.5 the digits are rough, with
--set=margin=1 G makes noise.

Deviations: the paper's energy is a norm, so its margins (10 on MNIST, 20 on CelebA) do not carry over. G is DCGAN's.
D has 4×4 convolutions as the paper's on CelebA, as many as halve the sides to between 4 and 7, and mirrored ones back.
"""

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import SMALL_LOSS, Loss
from tfgan_zoo.machine.precision import at_least_float32

from . import dcgan
from .recipe import Recipe, completed_by

MARGIN, PULLING_AWAY_WEIGHT = 0.1, 0.1


def pulling_away_term(codes: tf.Tensor) -> tf.Tensor:
    """Returns f_PT: the mean squared cosine of two codes of a batch.

    Args:
        codes: float32 [n, …], n ≥ 2. Under a `tf.distribute` strategy they are the replica's share of the batch.

    Reference: Zhao et al. 2017, arXiv:1609.03126, equation 7.
    """
    count = tf.cast(tf.shape(codes)[0], tf.float32)
    directions = tf.math.l2_normalize(tf.reshape(codes, [tf.shape(codes)[0], -1]), axis=1)
    squared_cosines = tf.square(tf.matmul(directions, directions, transpose_b=True))
    others = tf.reduce_sum(squared_cosines) - tf.reduce_sum(tf.linalg.diag_part(squared_cosines))
    return others / (count * (count - 1.0))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class EnergyMargin(Loss):
    """D: E e(x) + E max(0, m − e(G(z))). G: E e(G(z)) + w · f_PT of the fakes' codes.

    Args:
        margin: m, in the unit of the energies.
        pulling_away_weight: w; 0 for no pulling-away term.

    Reference: Zhao et al. 2017, arXiv:1609.03126, equations 1, 2 and 7.
    """

    reads = "energies"
    watched = ("real_energy", "fake_energy")
    has_signs = False

    def __init__(self, margin: float = MARGIN, pulling_away_weight: float = PULLING_AWAY_WEIGHT):
        if margin <= 0 or pulling_away_weight < 0:
            raise UserError(
                f"margin={margin}, pulling_away_weight={pulling_away_weight}: "
                "ebgan's margin is above 0, and the weight of its pulling-away term not below."
            )
        self.margin = margin
        self.pulling_away_weight = pulling_away_weight

    def discriminator(self, forward):
        real, fake = self.watch(forward)
        return tf.reduce_mean(real) + tf.reduce_mean(tf.nn.relu(self.margin - fake))

    def generator(self, forward):
        energy = tf.reduce_mean(forward.fake_output["energies"])
        if self.pulling_away_weight == 0:
            return energy
        return energy + self.pulling_away_weight * pulling_away_term(forward.fake_output["codes"])

    def watch(self, forward):
        return forward.real_output["energies"], forward.fake_output["energies"]

    def is_sure(self, row):
        return row.get("d_loss") is not None and row["d_loss"] < SMALL_LOSS * self.margin

    def get_config(self):
        return {"margin": self.margin, "pulling_away_weight": self.pulling_away_weight}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class EBGAN(GAN):
    """D is an auto-encoder; its network answers `{"codes": …, "reconstructions": …}`."""

    answers = "energies"

    def discriminate(self, shown, labels=None, training=False):
        """Returns `{"energies": float32 [n], "codes": float32 [n, …]}`."""
        answer = at_least_float32(self.discriminator(self.discriminator_inputs(shown, labels), training=training))
        errors = tf.square(answer["reconstructions"] - shown)
        return {"energies": tf.reduce_mean(errors, axis=[1, 2, 3]), "codes": answer["codes"]}


def make_discriminator(image_shape: tuple, *, width: int = 64, seed: int = 0) -> keras.Model:
    """Image → codes → its reconstruction in [−1, 1]."""
    seeds = layer_seeds(seed, "discriminator")
    levels = dcgan.doublings(image_shape[0])
    images = keras.Input(image_shape, name="images")
    x = layers.LeakyReLU(0.2)(halving(width, next(seeds))(images))
    for level in range(1, levels):
        x = halving(width * 2**level, next(seeds), use_bias=False)(x)
        x = layers.LeakyReLU(0.2)(dcgan.batch_normalization()(x))
    codes = x
    for level in reversed(range(levels - 1)):
        x = doubling(width * 2**level, next(seeds), use_bias=False)(x)
        x = layers.LeakyReLU(0.2)(dcgan.batch_normalization()(x))
    images_again = doubling(image_shape[-1], next(seeds), activation="tanh", dtype="float32", name="reconstructions")(x)
    return keras.Model(images, {"codes": codes, "reconstructions": images_again}, name="discriminator")


def halving(filters: int, seed: int, **options) -> layers.Layer:
    """The paper's convolution, which halves the sides."""
    return layers.Conv2D(filters, 4, strides=2, padding="same", kernel_initializer=dcgan.normal(seed), **options)


def doubling(filters: int, seed: int, **options) -> layers.Layer:
    """Its mirror image, which doubles the sides."""
    kernel = dcgan.normal(seed)
    return layers.Conv2DTranspose(filters, 4, strides=2, padding="same", kernel_initializer=kernel, **options)


@completed_by(Recipe.changed)
def build(
    image_shape: tuple,
    *,
    margin: float = MARGIN,
    pulling_away_weight: float = PULLING_AWAY_WEIGHT,
    width: int = 64,
    loss=None,
    seed: int = 0,
    **options,
) -> EBGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels), as `dcgan` takes it.
        margin: m, up to which D raises the energy of fakes: a mean of squared differences of pixels in [−1, 1].
        pulling_away_weight: w of the pulling-away term in G's loss; 0 for none.
        width: feature maps next to the image; each halving of the sides doubles them.
        loss: refused: the model has its own.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make, a margin or a weight out of range, or a loss.
    """
    dcgan.check_image_shape("ebgan", image_shape)
    own = EnergyMargin(margin, pulling_away_weight)
    recipe = dcgan.RECIPE.changed(loss=own if loss is None else loss, **options)
    generator = dcgan.make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    discriminator = make_discriminator(image_shape, width=width, seed=seed)
    return recipe.assemble(EBGAN, generator, discriminator, seed=seed)
