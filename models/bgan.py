"""BGAN: G moves its samples to where D cannot decide.

Paper: Hjelm, Jacob, Che, Trischler, Cho & Bengio 2018, "Boundary-Seeking Generative Adversarial Networks",
arXiv:1702.08431.

Idea: the logit of D at its optimum is log p(x) − log q(x), with p the data's density and q G's. G's samples are on the
data's side of D's decision boundary or on the other; where the logit is 0, both are equally likely. G descends the
logit's square, so that it has no reason to leave the boundary.

    D ascends   log σ(D(x)) + log(1 − σ(D(G(z))))
    G descends  ½ E D(G(z))²

Command: python train.py --model=bgan

Deviations: networks and settings are DCGAN's (PacGAN's on points). This is the paper's objective for continuous data;
what it does for discrete data is left out, as is the running estimate of log Z.
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
        loss: refused: the model has its own.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: a loss.
    """
    if loss is not None:
        raise UserError(f"loss={loss}: bgan has a loss of its own; take --model=dcgan for another.")
    return build_on_baseline(BGAN, image_shape, Changes(recipe={"loss": BoundarySeeking()}), **baseline)
