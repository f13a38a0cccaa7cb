"""Semi-supervised learning: a discriminator that classifies, taught by a handful of labels.

Paper: Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498, §5 and §6.1 (MNIST, permutation
invariant).

Idea: D has K classes and one more, "generated", whose logit is fixed at 0. Unlabelled images teach it that they are
one of the K, whichever; the few labelled ones teach it which. G matches the mean features of D's last hidden layer.

    l(x) ∈ R^K the logits, L(x) = log Σ exp l(x):  p(real | x) = σ(L(x)),  p(class | x, real) = softmax l(x)
    labelled loss    −E l_y(x) + E L(x)
    unlabelled loss  ½ [−E L(x) + E ζ(L(x))] + ½ E ζ(L(G(z)))          ζ the softplus
    G descends       ‖E f(x) − E f(G(z))‖² / number of features

Command: python train.py --model=semi_supervised --dataset=mnist --set=labels_per_class=10 --steps=180000

Measured on MNIST, 10,000 test images, seed 0, one run each, averaged weights; 2 CPU cores, 2026-11-24. An epoch is 600
steps, and a step takes 60 ms where the machine does nothing else, with `--intra_op_threads=1` 46 (docs/fast-path.md,
2026-11-28). The whole curves: docs/semi-supervised-mnist.png.

    100 labels, --steps=60000    epoch 1: 2,100 errors, 10: 1,190, 20: 473, 30: 243, 40: 164, 50: 141, 60: 129,
                                 70: 114, 80: 106, 90: 103, 100: 102 (the paper, after 300 epochs: 93 ± 6.5)
    --steps=12000, 20 epochs     20 labels: 4,022; 50 labels: 1,996; 100 labels: 473; 200 labels: 382
                                 (the paper, after 300 epochs: 1677 ± 452, 221 ± 136, 93 ± 6.5, 90 ± 4.2)

D wins the first epoch: its unlabelled loss falls to 0.05 and the features' distance rises above 5. The game finds its
balance by itself over the next ten (unlabelled loss 0.35 to 0.43, distance 5 to 1), and most of what is learned is
learned after that: a run of a few thousand steps says little about this recipe.

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 475, coverage 0.01, by the classifier.

Deviations: the labelled images of a step are one permutation of the labelled set, where the authors' code strings
permutations together to the length of an epoch.
"""

import math

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.data.labelled_subset import labelled_subset
from tfgan_zoo.game.features import feature_matching_loss
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.optimizers import InnerEpsilonAdam
from tfgan_zoo.layers import BatchNormalization, WeightNormalization, initialize_from_data

from .recipe import Recipe, completed_by

IMAGES_TO_INITIALIZE = 500
RECIPE = Recipe(
    latent_dim=100,
    latent_distribution="unit_uniform",
    learning_rate=3e-3,
    beta_1=0.5,
    batch_size=100,
    optimizer=InnerEpsilonAdam,
    schedule="sequential",
    ema={"discriminator": 0.9999},
)


class SemiSupervisedPass(ForwardPass):
    """The real data are `{"unlabelled", "labelled", "matching"}`: three batches of images, and the labels of one."""

    @property
    def target(self):
        return self.real["unlabelled"]

    @computed_once
    def labelled_output(self):
        return self.discriminate(self.augmented("labelled", self.real["labelled"]))

    @computed_once
    def matching_output(self):
        """D's answer to another unlabelled batch, for G."""
        return self.discriminate(self.augmented("matching", self.real["matching"]))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SemiSupervised(GAN):
    """D classifies; G matches features.

    Args:
        labels_per_class: how many labels D is given.
        **kwargs: those of `GAN`. The discriminator answers `{"class_logits": [n, K], "features": [n, F]}`.
    """

    forward_pass = SemiSupervisedPass
    classifies = True
    losses_admitted = ("non_saturating",)

    def __init__(self, *networks, labels_per_class: int = 10, **kwargs):
        super().__init__(*networks, **kwargs)
        self.labels_per_class = labels_per_class
        self.labelled_loss = keras.metrics.Mean(name="labelled_loss")
        self.unlabelled_loss = keras.metrics.Mean(name="unlabelled_loss")
        self.train_error = keras.metrics.Mean(name="train_error")

    @property
    def label_classes(self):
        return self.discriminator.output["class_logits"].shape[-1]

    def batches(self, source, batch_size, *, start_step=0):
        def stream(source, purpose):
            return source.batches(batch_size, seed=self.seed, start_step=start_step, purpose=purpose)

        labelled = labelled_subset(source, self.labels_per_class, self.seed)
        together = tf.data.Dataset.zip(
            stream(labelled, "labelled"), stream(source, "unlabelled"), stream(source, "matching")
        )
        return together.map(lambda a, b, c: ({"labelled": a[0], "unlabelled": b[0], "matching": c[0]}, a[1]))

    def initialize_from(self, source):
        """Sets the scales and biases of D's weight-normalised layers from 500 images."""
        images, _ = next(iter(source.batches(IMAGES_TO_INITIALIZE, seed=self.seed, purpose="initialization")))
        initialize_from_data(self.discriminator, images)

    def discriminate(self, shown, labels=None, training=False):
        output = super().discriminate(shown, training=training)
        return {**output, "logits": tf.reduce_logsumexp(output["class_logits"], axis=-1, keepdims=True)}

    def classify(self, images):
        """Returns p(class | x, real): float32 [n, K]."""
        return tf.nn.softmax(self.discriminate(images)["class_logits"])

    def discriminator_loss(self, forward):
        answer, labels = forward.labelled_output, forward.labels
        right = tf.gather(answer["class_logits"], labels, axis=1, batch_dims=1)
        labelled = tf.reduce_mean(answer["logits"][:, 0] - right)
        unlabelled = 0.5 * self.loss.discriminator(forward)
        wrong = tf.argmax(answer["class_logits"], axis=1, output_type=tf.int32) != labels
        self.labelled_loss.update_state(labelled)
        self.unlabelled_loss.update_state(unlabelled)
        self.train_error.update_state(tf.cast(wrong, tf.float32))
        return labelled + unlabelled

    def generator_loss(self, forward):
        # The noise in D stays on: both sides of the comparison are as D sees them in training.
        return feature_matching_loss(forward.matching_output["features"], forward.fake_output["features"])

    def get_config(self):
        return {**super().get_config(), "labels_per_class": self.labels_per_class}


def make_generator(image_shape: tuple, *, latent_dim: int = 100, seed: int = 0) -> keras.Model:
    """z → 2 × (500, batch normalization without γ, softplus) → H·W·C of unit-length weights, sigmoid; to [−1, 1]."""
    seeds = layer_seeds(seed, "generator")
    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for _ in range(2):
        x = layers.Dense(500, use_bias=False, kernel_initializer=glorot(next(seeds)))(x)
        x = layers.Activation("softplus")(BatchNormalization(scale=False, momentum=0.9, epsilon=1e-6)(x))
    pixels = layers.Dense(math.prod(image_shape), "sigmoid", kernel_initializer=glorot(next(seeds)), dtype="float32")
    x = layers.Reshape(image_shape, dtype="float32")(WeightNormalization(pixels, dtype="float32")(x))
    images = layers.Rescaling(2.0, offset=-1.0, dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="generator")


def make_discriminator(image_shape: tuple, num_classes: int, *, seed: int = 0) -> keras.Model:
    """Image, brought to [0, 1] → noise and weight-normalised ReLU layers 1000-500-250-250-250 → K logits."""
    seeds = layer_seeds(seed, "discriminator")

    def dense(units, activation, train_scale, dtype=None):
        directions = keras.initializers.RandomNormal(stddev=0.1, seed=next(seeds))
        layer = layers.Dense(units, activation, kernel_initializer=directions, dtype=dtype)
        return WeightNormalization(layer, train_scale=train_scale, dtype=dtype)

    images = keras.Input(image_shape, name="images")
    x = layers.Flatten()(layers.Rescaling(0.5, offset=0.5)(images))
    x = layers.GaussianNoise(0.3, seed=next(seeds))(x)
    for units in (1000, 500, 250, 250, 250):
        x = features = dense(units, "relu", train_scale=False)(x)
        x = layers.GaussianNoise(0.5, seed=next(seeds))(x)
    class_logits = dense(num_classes, None, train_scale=True, dtype="float32")(x)
    return keras.Model(images, {"class_logits": class_logits, "features": features}, name="discriminator")


def glorot(seed: int) -> keras.initializers.Initializer:
    """Returns the initializer of G's kernels in the authors' code."""
    return keras.initializers.GlorotUniform(seed=seed)


@completed_by(Recipe.changed)
def build(
    image_shape: tuple, *, num_classes: int, labels_per_class: int = 10, seed: int = 0, **options
) -> SemiSupervised:
    """Builds the compiled GAN.

    Args:
        image_shape: (height, width, channels), any size.
        num_classes: K.
        labels_per_class: how many labels of each class D is given; `seed` picks which.
        seed: keys the initial weights, the labelled subset and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`. The paper tests D with weights
            averaged at a rate of 1e-4.

    Raises:
        UserError: points instead of images.
    """
    if len(image_shape) != 3:
        raise UserError("semi_supervised classifies images, not points: choose a labelled dataset of images.")
    recipe = RECIPE.changed(**options)
    generator = make_generator(image_shape, latent_dim=recipe.latent_dim, seed=seed)
    discriminator = make_discriminator(image_shape, num_classes, seed=seed)
    return recipe.assemble(SemiSupervised, generator, discriminator, seed=seed, labels_per_class=labels_per_class)
