"""Softmax GAN: D shares probability out over a whole batch instead of judging its examples one by one.

Paper: Lin 2017, "Softmax GAN", arXiv:1704.06191.

Idea: a softmax over the n real and n fake examples of a batch. D moves its mass to the real ones, equally; G wants it
to lie equally on all. It is importance sampling in disguise: e^D is the weight of a sample.

    p(x) = e^D(x) / Σ_{all 2n} e^D
    D descends  −1/n Σ_{real} log p(x)
    G descends  −1/2n Σ_{all} log p(x)                 at p = 1/2n, where G makes the data, both are log 2n

Command: python train.py --model=softmax_gan

Deviations: networks and settings are DCGAN's (PacGAN's on points). The paper's μ is our −D. Under a `tf.distribute`
strategy the softmax is over each replica's share of the batch.
"""

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Loss

from .baseline import Changes, build_on_baseline
from .recipe import completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SoftmaxLoss(Loss):
    """D: −mean over real of log p. G: −mean over all of log p. p is the softmax of D over the batch's real and fake.

    Reference: Lin 2017, arXiv:1704.06191.
    """

    has_signs = False

    def discriminator(self, forward):
        return _log_partition(forward) - tf.reduce_mean(forward.real_logits)

    def generator(self, forward):
        return _log_partition(forward) - 0.5 * (
            tf.reduce_mean(forward.real_logits) + tf.reduce_mean(forward.fake_logits)
        )

    def is_sure(self, row):
        return False  # the least value depends on the batch


def _log_partition(forward) -> tf.Tensor:
    return tf.reduce_logsumexp(tf.concat([forward.real_logits, forward.fake_logits], axis=0))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SoftmaxGAN(GAN):
    """A GAN that comes with the softmax loss."""


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, loss=None, **baseline) -> SoftmaxGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        loss: refused: the model has its own.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: a loss.
    """
    if loss is not None:
        raise UserError(f"loss={loss}: softmax_gan has a loss of its own; take --model=dcgan for another.")
    return build_on_baseline(SoftmaxGAN, image_shape, Changes(recipe={"loss": SoftmaxLoss()}), **baseline)
