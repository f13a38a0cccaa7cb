"""cDCGAN: a DCGAN that makes the class that it is asked for.

Papers: Mirza & Osindero 2014, "Conditional Generative Adversarial Nets", arXiv:1411.1784, on the networks of Radford
et al. 2016, arXiv:1511.06434.

Idea: both networks are told the label: G beside its latents, D as one more constant image for each class. D learns
that a good image of the wrong class is fake.

    D ascends  log σ(D(x | y)) + log(1 − σ(D(G(z | y) | y))),  G ascends  log σ(D(G(z | y) | y))

Command: python train.py --model=cdcgan

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 38, coverage 0.48, by the classifier.

Deviations: the fakes of a step have the labels of its real batch; labels enter as one-hot vectors, without an
embedding.
"""

import keras
import tensorflow as tf

from tfgan_zoo.game.gan import GAN

from . import dcgan
from .baseline import Changes, build_on_baseline, on_baseline


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConditionalDCGAN(GAN):
    """G takes latents [n, latent_dim + K] and D images with K more channels: the rest is the label, one-hot."""

    @property
    def num_classes(self) -> int:
        """K; labels are 0 … K − 1."""
        return self.generator.input_shape[-1] - self.latent_dim

    def generate(self, latents, labels=None, training=False):
        if labels is None:
            raise ValueError("ConditionalDCGAN makes the class that it is asked for. Received: latents without labels")
        return super().generate(tf.concat([latents, tf.one_hot(labels, self.num_classes)], axis=1), training=training)

    def discriminate(self, data, labels=None, training=False):
        maps = tf.one_hot(labels, self.num_classes)[:, None, None, :]
        shape = tf.concat([tf.shape(data)[:3], [self.num_classes]], axis=0)
        return super().discriminate(tf.concat([data, tf.broadcast_to(maps, shape)], axis=3), training=training)


@on_baseline
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
    changes = Changes(generator_inputs=num_classes, discriminator_channels=lambda channels: channels + num_classes)
    return build_on_baseline(ConditionalDCGAN, image_shape, changes, **baseline)
