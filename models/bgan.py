"""BGAN: G moves its samples to D's decision boundary.

Paper: Hjelm, Jacob, Che, Trischler, Cho & Bengio 2018, "Boundary-Seeking Generative Adversarial Networks",
arXiv:1702.08431.

Idea: the logit of the best D is log p(x) − log q(x), with p the data's density and q G's. On the decision boundary the
logit is 0, and both densities are equal. G descends the square of the logit, so its samples move to the boundary and
stay there.

    D ascends   log σ(D(x)) + log(1 − σ(D(G(z))))
    G descends  ½ E D(G(z))²

Command: python train.py --model=bgan

Deviations: the networks and settings are DCGAN's (PacGAN's on points). This is the paper's objective for continuous
data. Its objective for discrete data and the running estimate of log Z are left out.
"""

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import BinaryCrossEntropy

from .baseline import Changes, build_on_baseline
from .recipe import completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BoundarySeeking(BinaryCrossEntropy):
    """D as in the non-saturating game. G: ½ E D(G(z))².

    Reference: Hjelm et al. 2018, arXiv:1702.08431.
    """

    def generator(self, forward):
        return 0.5 * tf.reduce_mean(tf.square(forward.fake_logits))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BGAN(GAN):
    """A GAN that comes with the boundary-seeking loss."""


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, loss=None, **baseline) -> BGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        loss: refused, since the model has its own.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: a loss.
    """
    if loss is not None:
        raise UserError(f"loss={loss}: bgan has its own loss. Give --model=dcgan to use another.")
    return build_on_baseline(BGAN, image_shape, Changes(recipe={"loss": BoundarySeeking()}), **baseline)
