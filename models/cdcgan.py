"""cDCGAN: a DCGAN that makes the class that it is asked for.

Papers: Mirza & Osindero 2014, "Conditional Generative Adversarial Nets", arXiv:1411.1784, on the networks of Radford
et al. 2016, arXiv:1511.06434.

Idea: both networks get the label: G beside its latents, D as one more constant image for each class. D learns
that a good image of the wrong class is fake.

    D ascends  log σ(D(x | y)) + log(1 − σ(D(G(z | y) | y))),  G ascends  log σ(D(G(z | y) | y))

Command: python train.py --model=cdcgan

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 38, coverage 0.48, by the classifier.

Deviations: the fakes of a step have the labels of its real batch; labels enter as one-hot vectors, without an
embedding. A label of more than 100 classes is written as two digits in base ⌈√K⌉, each one-hot, so that D is given 64
maps for 1,000 classes instead of 1,000.
"""

import math

import keras
import tensorflow as tf

from tfgan_zoo.game.gan import GAN

from . import dcgan
from .baseline import Changes, build_on_baseline
from .recipe import completed_by

MOST_ONE_HOT = 100


def code_length(num_classes: int) -> int:
    """Returns the length of a label's code."""
    return num_classes if num_classes <= MOST_ONE_HOT else 2 * _base(num_classes)


def code(labels: tf.Tensor, num_classes: int) -> tf.Tensor:
    """Returns labels as vectors of zeros and ones, float32 [n, code_length(num_classes)], another for each class."""
    if num_classes <= MOST_ONE_HOT:
        return tf.one_hot(labels, num_classes)
    base = _base(num_classes)
    return tf.concat([tf.one_hot(labels // base, base), tf.one_hot(labels % base, base)], axis=1)


def _base(num_classes: int) -> int:
    return math.isqrt(num_classes - 1) + 1


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConditionalDCGAN(GAN):
    """G is given the label's code beside its latents; D sees each entry of the code as one more, constant channel.

    Args:
        num_classes: K; labels are 0 … K − 1. Unless given, what G's number of inputs says.
        **kwargs: those of `GAN`.
    """

    def __init__(self, *networks, num_classes: int | None = None, **kwargs):
        super().__init__(*networks, **kwargs)
        self.num_classes = num_classes or self.generator.input_shape[-1] - self.latent_dim

    def generator_inputs(self, latents, labels=None):
        if labels is None:
            raise ValueError("ConditionalDCGAN makes the class that it is asked for. Received: latents without labels")
        return tf.concat([latents, code(labels, self.num_classes)], axis=1)

    def discriminator_inputs(self, shown, labels=None):
        maps = code(labels, self.num_classes)[:, None, None, :]
        shape = tf.concat([tf.shape(shown)[:3], tf.shape(maps)[3:]], axis=0)
        return tf.concat([shown, tf.broadcast_to(maps, shape)], axis=3)


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, num_classes: int, **baseline) -> ConditionalDCGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: as for `dcgan`.
        num_classes: K.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: an image shape that the networks cannot make.
    """
    dcgan.check_image_shape("cdcgan", image_shape)
    length = code_length(num_classes)
    changes = Changes(generator_inputs=length, discriminator_channels=lambda channels: channels + length)
    return build_on_baseline(ConditionalDCGAN, image_shape, changes, {"num_classes": num_classes}, **baseline)
