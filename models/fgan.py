"""f-GAN: D estimates an f-divergence between the data and G's samples, and G descends it.

Paper: Nowozin, Cseke & Tomioka 2016, "f-GAN: Training Generative Neural Samplers using Variational Divergence
Minimization", arXiv:1606.00709.

Idea: every f-divergence D_f(P‖Q) = ∫ q f(p/q) is the maximum of E_P T − E_Q f*(T) over functions T, where f* is the
convex conjugate of f. An activation g maps D's logit v to the domain of f*: T = g(v).

    D ascends   E g(D(x)) − E f*(g(D(G(z))))
    G descends  −E f*(g(D(G(z))))            `objective="minimax"`: the divergence itself
    G ascends   E g(D(G(z)))                 `objective="non_saturating"`, §3.2: the default

Command: python train.py --model=fgan --set=divergence=pearson

`divergence` is one of total_variation, kl, reverse_kl, pearson, neyman, squared_hellinger, jeffreys, jensen_shannon and
gan. `gan` is the game of Goodfellow et al. 2014.

Deviations: the networks and settings are DCGAN's (PacGAN's on points). f*(g(v)) is computed as one function of v, and
exponents are clipped at 20, so that all values stay finite.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Loss

from .baseline import Changes, build_on_baseline
from .recipe import completed_by

OBJECTIVES = ("non_saturating", "minimax")
MOST = 20.0  # of v, where e^v is to stay finite
NEWTON_STEPS = 12


class Divergence(NamedTuple):
    """A row of the paper's table 6.

    Attributes:
        activation: g(v), in the domain of f*.
        conjugate: f*(g(v)).
        threshold: the v with g(v) = f′(1), at which the best D gives real and fake the same density.
    """

    activation: Callable[[tf.Tensor], tf.Tensor]
    conjugate: Callable[[tf.Tensor], tf.Tensor]
    threshold: float = 0.0


def lambert_of_exponential(y: tf.Tensor) -> tf.Tensor:
    """Returns the w > 0 with w + log w = y, which is Lambert's W of eʸ; gradients pass."""

    def newton(s, y):
        return s - (tf.exp(s) + s - y) / (tf.exp(s) + 1.0)

    s = tf.where(y > 1.0, tf.math.log(tf.maximum(y, 1.0)), y)  # of s = log w, not below the root
    for _ in range(NEWTON_STEPS):
        s = newton(s, y)
    return tf.exp(newton(tf.stop_gradient(s), y))  # one step from the root has the root's derivative


def _conjugate_of_jeffreys(t: tf.Tensor) -> tf.Tensor:
    t = tf.minimum(t, MOST)
    w = lambert_of_exponential(1.0 - t)
    return w + 1.0 / w + t - 2.0


DIVERGENCES = {
    "total_variation": Divergence(lambda v: 0.5 * tf.tanh(v), lambda v: 0.5 * tf.tanh(v)),
    "kl": Divergence(tf.identity, lambda v: tf.exp(tf.minimum(v, MOST) - 1.0), threshold=1.0),
    "reverse_kl": Divergence(lambda v: -tf.exp(-tf.maximum(v, -MOST)), lambda v: v - 1.0),
    "pearson": Divergence(tf.identity, lambda v: 0.25 * tf.square(v) + v),
    "neyman": Divergence(
        lambda v: 1.0 - tf.exp(-tf.maximum(v, -MOST)), lambda v: 2.0 - 2.0 * tf.exp(-0.5 * tf.maximum(v, -MOST))
    ),
    "squared_hellinger": Divergence(
        lambda v: 1.0 - tf.exp(-tf.maximum(v, -MOST)), lambda v: tf.exp(tf.minimum(v, MOST)) - 1.0
    ),
    "jeffreys": Divergence(tf.identity, _conjugate_of_jeffreys),
    "jensen_shannon": Divergence(
        lambda v: math.log(2.0) - tf.nn.softplus(-v), lambda v: tf.nn.softplus(v) - math.log(2.0)
    ),
    "gan": Divergence(lambda v: -tf.nn.softplus(-v), tf.nn.softplus),
}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FDivergence(Loss):
    """D: −E g(D(x)) + E f*(g(D(G(z)))). G: −E g(D(G(z))), or with `"minimax"` −E f*(g(D(G(z)))).

    Args:
        divergence: a name of `DIVERGENCES`.
        objective: G's, `"non_saturating"` or `"minimax"`.

    Reference: Nowozin et al. 2016, arXiv:1606.00709, equations 4 and 6, table 6, §3.2.
    """

    def __init__(self, divergence: str = "jensen_shannon", objective: str = "non_saturating"):
        for name, value, accepted in (("divergence", divergence, DIVERGENCES), ("objective", objective, OBJECTIVES)):
            if value not in accepted:
                raise unknown(name, value, accepted)
        self.divergence = divergence
        self.objective = objective

    @property
    def has_signs(self) -> bool:
        return DIVERGENCES[self.divergence].threshold == 0.0

    def discriminator(self, forward):
        activation, conjugate, _ = DIVERGENCES[self.divergence]
        return tf.reduce_mean(conjugate(forward.fake_logits)) - tf.reduce_mean(activation(forward.real_logits))

    def generator(self, forward):
        activation, conjugate, _ = DIVERGENCES[self.divergence]
        term = activation if self.objective == "non_saturating" else conjugate
        return -tf.reduce_mean(term(forward.fake_logits))

    def is_sure(self, row):
        return False  # D's loss is minus a divergence, whose largest value differs

    def get_config(self):
        return {"divergence": self.divergence, "objective": self.objective}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FGAN(GAN):
    """A GAN that comes with an f-divergence."""


@completed_by(build_on_baseline)
def build(
    image_shape: tuple,
    *,
    divergence: str = "jensen_shannon",
    objective: str = "non_saturating",
    loss=None,
    **baseline,
) -> FGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        divergence: one of total_variation, kl, reverse_kl, pearson, neyman, squared_hellinger, jeffreys, jensen_shannon
            and gan.
        objective: G's, "non_saturating" or "minimax".
        loss: refused, since the divergence is the loss.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: an unknown divergence or objective, or a loss.
    """
    if loss is not None:
        raise UserError(f"loss={loss}: fgan's loss is its divergence. Give --set=divergence=NAME, or --model=dcgan.")
    changes = Changes(recipe={"loss": FDivergence(divergence, objective)})
    return build_on_baseline(FGAN, image_shape, changes, **baseline)
