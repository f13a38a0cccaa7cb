"""Softmax GAN: D distributes probability over a whole batch, instead of judging each example by itself.

Paper: Lin 2017, "Softmax GAN", arXiv:1704.06191.

Idea: p is a softmax over the n real and n fake examples of a batch. D descends the cross-entropy with a target that is
uniform over the real ones, G with a target that is uniform over all. This is a form of importance sampling, in which
e^D is the weight of a sample.

    p(x) = e^D(x) / Σ_{all 2n} e^D
    D descends  −1/n Σ_{real} log p(x)
    G descends  −1/2n Σ_{all} log p(x)

If G makes the data, p = 1/2n, and both losses are log 2n.

Command: python train.py --model=softmax_gan

Deviations: the networks and settings are DCGAN's (PacGAN's on points). The paper's μ is our −D. With several replicas,
each computes the softmax over its own share of the batch.
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
        loss: refused, since the model has its own.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: a loss.
    """
    if loss is not None:
        raise UserError(f"loss={loss}: softmax_gan has its own loss. Give --model=dcgan to use another.")
    return build_on_baseline(SoftmaxGAN, image_shape, Changes(recipe={"loss": SoftmaxLoss()}), **baseline)
