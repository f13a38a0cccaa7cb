"""InfoGAN: some latents get a meaning, because a network has to read them from G's samples.

Paper: Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel 2016, "InfoGAN: Interpretable Representation Learning by
Information Maximizing Generative Adversarial Nets", arXiv:1606.03657, with the authors' networks for MNIST.

Idea: a part c of the latents is a code: one of K categories, and some numbers. A network Q predicts the code from D's
features of a sample. Its log-likelihood gives a lower bound I of the mutual information between code and sample, and G
and Q ascend I. So categories become classes, and numbers become slant or width, without any labels.

    I = H(c) + E log Q(c | G(z, c)),  summed over the category and the numbers; Q models a number as Gaussian with σ = 1
    D and Q descend  E ζ(−D(x)) + E ζ(D(G(z, c))) − λ I                        ζ(l) = log(1 + eˡ)
    G descends       E ζ(−D(G(z, c))) − λ I

Command: python train.py --model=infogan --dataset=mnist --steps=5000

A sample's latents are [noise in U(−1, 1), one-hot category, numbers in U(−1, 1)]. The log's column `information` is the
category's I in nats, at most ln K. D's optimizer trains Q too.

Deviations: images of other sizes than 28 × 28 have the same layers; G's smallest maps have a quarter of their sides. I
leaves out the numbers' entropy and the Gaussian's factor, which are constant. The slope of the LeakyReLU is 0.1, as the
paper states; the authors' code has 0.01.
"""

import math

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.machine.precision import at_least_float32

from .dcgan import batch_normalization, normal
from .recipe import Recipe, check_at_least_0, completed_by

RECIPE = Recipe(
    latent_dim=74,
    latent_distribution="uniform",
    learning_rate=2e-4,
    generator_learning_rate=1e-3,
    beta_1=0.5,
    batch_size=128,
    schedule="sequential",
)
SLOPE = 0.1


class CodePass(ForwardPass):
    """Keeps I, so that Q runs once on the fakes of a pass."""

    @computed_once
    def information(self):
        return self.gan.information(self)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InfoGAN(GAN):
    """A GAN whose D returns `{"logits": …, "features": …}`; the recognizer, Q, predicts codes from the features.

    Args:
        *networks: `generator`, `discriminator`, and `recognizer`: features → K logits and the means of the numbers.
        categories: K.
        information_weight: λ.
        **kwargs: those of `GAN`.
    """

    discriminator_networks = ("discriminator", "recognizer")
    forward_pass = CodePass

    def __init__(self, *networks, categories: int = 10, information_weight: float = 1.0, **kwargs):
        super().__init__(*networks, **kwargs)
        self.categories = categories
        self.information_weight = information_weight
        self.recovered = keras.metrics.Mean(name="information")

    @property
    def code_length(self) -> int:
        return self.recognizer.output_shape[-1]

    def sample_latents(self, batch_size, key):
        latents = super().sample_latents(batch_size, key)
        noise, numbers = self.latent_dim - self.code_length, self.code_length - self.categories
        category = tf.random.stateless_uniform([batch_size], key + 1, 0, self.categories, tf.int32, alg="philox")
        return tf.concat(
            [latents[:, :noise], tf.one_hot(category, self.categories), latents[:, self.latent_dim - numbers :]], axis=1
        )

    def recognize(self, features, training: bool = False):
        """Returns Q's prediction from D's features: logits float32 [n, K], and the numbers' means."""
        found = at_least_float32(self.recognizer(features, training=training))
        return found[:, : self.categories], found[:, self.categories :]

    def information(self, forward) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns I of the category in nats, at most ln K, and I of the numbers without its constants."""
        logits, means = self.recognize(forward.fake_output["features"], forward.training)
        code = forward.latents[:, self.latent_dim - self.code_length :]
        category, numbers = code[:, : self.categories], code[:, self.categories :]
        missing = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(category, logits))
        squares = tf.reduce_sum(tf.square(numbers - means), axis=1)
        return math.log(self.categories) - missing, -0.5 * tf.reduce_mean(squares)

    def discriminator_loss(self, forward):
        return super().discriminator_loss(forward) - self.information_weight * tf.add_n(forward.information)

    def generator_loss(self, forward):
        return super().generator_loss(forward) - self.information_weight * tf.add_n(forward.information)

    def after_update(self, forward):
        self.recovered.update_state(forward.information[0])

    def get_config(self):
        own = ("categories", "information_weight")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def make_generator(image_shape: tuple, *, latent_dim: int, width: int, seed: int) -> keras.Model:
    """z → 16·width → sides/4 × sides/4 × 2·width → two doublings → image; BN and ReLU between."""
    seeds = layer_seeds(seed, "generator")
    height, breadth, channels = image_shape
    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for units in (16 * width, height // 4 * (breadth // 4) * 2 * width):
        x = layers.Dense(units, use_bias=False, kernel_initializer=normal(next(seeds)))(x)
        x = layers.ReLU()(batch_normalization()(x))
    x = layers.Reshape((height // 4, breadth // 4, 2 * width))(x)
    options = {"strides": 2, "padding": "same"}
    x = layers.Conv2DTranspose(width, 4, use_bias=False, kernel_initializer=normal(next(seeds)), **options)(x)
    x = layers.ReLU()(batch_normalization()(x))
    last = layers.Conv2DTranspose(
        channels, 4, kernel_initializer=normal(next(seeds)), activation="tanh", dtype="float32", **options
    )
    return keras.Model(latents, last(x), name="generator")


def make_discriminator(image_shape: tuple, *, width: int, seed: int) -> keras.Model:
    """Image → two halvings → 16·width features → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    images = keras.Input(image_shape, name="images")
    options = {"strides": 2, "padding": "same"}
    x = layers.Conv2D(width, 4, kernel_initializer=normal(next(seeds)), **options)(images)
    x = layers.Conv2D(2 * width, 4, use_bias=False, kernel_initializer=normal(next(seeds)), **options)(
        layers.LeakyReLU(SLOPE)(x)
    )
    x = layers.Flatten()(layers.LeakyReLU(SLOPE)(batch_normalization()(x)))
    x = layers.Dense(16 * width, use_bias=False, kernel_initializer=normal(next(seeds)))(x)
    features = layers.LeakyReLU(SLOPE, name="features")(batch_normalization()(x))
    logits = layers.Dense(1, kernel_initializer=normal(next(seeds)), dtype="float32", name="logits")(features)
    return keras.Model(images, {"logits": logits, "features": features}, name="discriminator")


def make_recognizer(features: int, *, width: int, code_length: int, seed: int) -> keras.Model:
    """D's features → 2·width → the code's parameters."""
    seeds = layer_seeds(seed, "recognizer")
    inputs = keras.Input((features,))
    x = layers.Dense(2 * width, use_bias=False, kernel_initializer=normal(next(seeds)))(inputs)
    x = layers.LeakyReLU(SLOPE)(batch_normalization()(x))
    code = layers.Dense(code_length, kernel_initializer=normal(next(seeds)), dtype="float32")(x)
    return keras.Model(inputs, code, name="recognizer")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple,
    *,
    categories: int = 10,
    numbers: int = 2,
    information_weight: float = 1.0,
    width: int = 64,
    seed: int = 0,
    **options,
) -> InfoGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (height, width, channels), sides that are multiples of 4.
        categories: K, at least 2.
        numbers: how many numbers the code has, at least 0. `latent_dim` includes the whole code.
        information_weight: λ, 0 or more.
        width: feature maps next to the image.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the authors': see `Recipe.changed`.

    Raises:
        UserError: points, other sides, a negative λ, or a code that leaves no noise.
    """
    if len(image_shape) != 3:
        raise UserError("infogan makes images, not points: choose a dataset of images.")
    if any(side % 4 for side in image_shape[:2]):
        size = "×".join(map(str, image_shape[:2]))
        raise UserError(f"infogan makes images whose sides are multiples of 4: see --image_size. Received: {size}.")
    check_at_least_0(information_weight=information_weight)
    recipe = RECIPE.changed(**options)
    length = categories + numbers
    if categories < 2 or numbers < 0 or length >= recipe.latent_dim:
        raise UserError(
            f"categories={categories}, numbers={numbers}, latent_dim={recipe.latent_dim}: infogan needs 2 or more "
            "categories, and more latents than the code's length."
        )
    return recipe.assemble(
        InfoGAN,
        make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed),
        make_discriminator(image_shape, width=width, seed=seed),
        make_recognizer(16 * width, width=width, code_length=length, seed=seed),
        seed=seed,
        categories=categories,
        information_weight=information_weight,
    )
