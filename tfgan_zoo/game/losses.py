"""Adversarial objectives on raw logits. Each player *descends* its own; expectations are batch means.

A loss is a function of a forward pass: it reads `real_logits` and `fake_logits`, or whatever else D answered. A network
runs only if the loss reads its answer.

In the docstrings D(x) is a logit, σ the logistic function, x real and G(z) fake. With the softplus
ζ(l) = log(1 + eˡ), log σ(l) = −ζ(−l) and log(1 − σ(l)) = −ζ(l), which never overflow.
"""

from typing import NamedTuple

import keras
import tensorflow as tf

SURE = 0.99  # of what D can answer at most
SMALL_LOSS = 0.02  # of a D whose objective's least value is 0


class Answers(NamedTuple):
    """As much of a forward pass as the losses below read, for logits that come from elsewhere."""

    real_logits: tf.Tensor | None = None
    fake_logits: tf.Tensor | None = None


class Loss:
    """One objective for each player.

    Attributes:
        reads: the entry of D's answer that the objective is about: `"logits"`, or what a model's D answers instead.
        watched: names of the figures that `watch` returns.
        needs_lipschitz: the discriminator has to be kept Lipschitz, by clipping or a gradient penalty.
        has_signs: the sign of a single D(x) says whether D takes x for real.
    """

    reads = "logits"
    watched = ("real_logit", "fake_logit")
    needs_lipschitz = False
    has_signs = True

    def discriminator(self, forward) -> tf.Tensor:
        """Returns what D descends, a scalar.

        Args:
            forward: a `ForwardPass`, whose `real_logits` and `fake_logits` are float32 of any shape.
        """
        raise NotImplementedError

    def generator(self, forward) -> tf.Tensor:
        """Returns what G descends, a scalar.

        Args:
            forward: as for `discriminator`; reading `real_logits` runs D on real data in G's turn too.
        """
        raise NotImplementedError

    def watch(self, forward) -> tuple[tf.Tensor, ...]:
        """Returns the figures that a person watches, one tensor for each name in `watched`; their means are logged."""
        return forward.real_logits, forward.fake_logits

    def is_sure(self, row: dict) -> bool:
        """Tells from a row of the log whether D is so sure of itself that G can learn little from it.

        Args:
            row: name → mean since the last row, None where a player had no turn.
        """
        return row.get("d_loss") is not None and row["d_loss"] < SMALL_LOSS

    def get_config(self) -> dict:
        return {}

    @classmethod
    def from_config(cls, config: dict) -> "Loss":
        return cls(**config)


class BinaryCrossEntropy(Loss):
    """D: −E log σ(D(x)) − E log(1 − σ(D(G(z)))), so that σ(D(x)) estimates the probability that x is real.

    Args:
        real_target: the target for real examples in D's loss, in (0.5, 1]: 0.9 is one-sided label smoothing (Salimans
            et al. 2016, §3.4). The target for fakes stays exactly 0, and G's target is unaffected.
    """

    watched = ("real_probability", "fake_probability")

    def __init__(self, real_target: float = 1.0):
        if not 0.5 < real_target <= 1.0:
            raise ValueError(f"real_target must lie in (0.5, 1]. Received: real_target={real_target}")
        self.real_target = real_target

    def discriminator(self, forward):
        log_real = -tf.reduce_mean(tf.nn.softplus(-forward.real_logits))
        log_not_real = -tf.reduce_mean(tf.nn.softplus(forward.real_logits))
        log_not_fake = -tf.reduce_mean(tf.nn.softplus(forward.fake_logits))
        return -(self.real_target * log_real + (1.0 - self.real_target) * log_not_real) - log_not_fake

    def watch(self, forward):
        return tf.sigmoid(forward.real_logits), tf.sigmoid(forward.fake_logits)

    def is_sure(self, row):
        real, fake = row.get("real_probability"), row.get("fake_probability")
        return real is not None and real > SURE * self.real_target and fake < 1.0 - SURE

    def get_config(self):
        return {"real_target": self.real_target}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NonSaturating(BinaryCrossEntropy):
    """D: −E log σ(D(x)) − E log(1 − σ(D(G(z)))). G: −E log σ(D(G(z))).

    Args:
        real_target: as in `BinaryCrossEntropy`.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, §3.
    """

    def generator(self, forward):
        return tf.reduce_mean(tf.nn.softplus(-forward.fake_logits))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Minimax(BinaryCrossEntropy):
    """D as in the non-saturating game. G: E log(1 − σ(D(G(z)))), the value of the same game with D's sign turned.

    Its gradient vanishes where D is sure of itself: that is why the non-saturating loss exists.

    Args:
        real_target: as in `BinaryCrossEntropy`.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and Algorithm 1.
    """

    def generator(self, forward):
        return -tf.reduce_mean(tf.nn.softplus(forward.fake_logits))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeastSquares(Loss):
    """D: ½ E(D(x) − b)² + ½ E(D(G(z)) − a)². G: ½ E(D(G(z)) − c)².

    Args:
        a, b: D's targets for fakes and for real data.
        c: G's target for fakes. (0, 1, 1) is the usual choice; (−1, 1, 0) has G minimize a Pearson χ² divergence.

    Reference: Mao et al. 2017, arXiv:1611.04076, equations 2, 8 and 9.
    """

    def __init__(self, a: float = 0.0, b: float = 1.0, c: float = 1.0):
        self.a = a
        self.b = b
        self.c = c

    @property
    def has_signs(self) -> bool:
        return self.a == -self.b

    def discriminator(self, forward):
        real, fake = forward.real_logits, forward.fake_logits
        return 0.5 * tf.reduce_mean(tf.square(real - self.b)) + 0.5 * tf.reduce_mean(tf.square(fake - self.a))

    def generator(self, forward):
        return 0.5 * tf.reduce_mean(tf.square(forward.fake_logits - self.c))

    def get_config(self):
        return {"a": self.a, "b": self.b, "c": self.c}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Wasserstein(Loss):
    """D: E D(G(z)) − E D(x). G: −E D(G(z)).

    Reference: Arjovsky et al. 2017, arXiv:1701.07875, equation 2 and Algorithm 1.
    """

    needs_lipschitz = True
    has_signs = False

    def discriminator(self, forward):
        return tf.reduce_mean(forward.fake_logits) - tf.reduce_mean(forward.real_logits)

    def generator(self, forward):
        return -tf.reduce_mean(forward.fake_logits)

    def is_sure(self, row):
        return False  # the objective has no least value


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Hinge(Loss):
    """D: E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))). G: −E D(G(z)).

    Reference: Lim & Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.
    """

    def discriminator(self, forward):
        real, fake = forward.real_logits, forward.fake_logits
        return tf.reduce_mean(tf.nn.relu(1.0 - real)) + tf.reduce_mean(tf.nn.relu(1.0 + fake))

    def generator(self, forward):
        return -tf.reduce_mean(forward.fake_logits)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Relativistic(Loss):
    """D: E ζ(D(G(z)) − D(x)). G: E ζ(D(x) − D(G(z))). Each fake is scored against a real example.

    D is defined up to a constant: neither the value nor the sign of a single logit means anything.

    Reference: Jolicoeur-Martineau 2018, arXiv:1807.00734, equations 3 and 4; Huang et al. 2024, arXiv:2501.05441, §2.
    """

    watched = ("logit_difference",)
    has_signs = False

    def discriminator(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.fake_logits - forward.real_logits))

    def generator(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.real_logits - forward.fake_logits))

    def watch(self, forward):
        return (forward.real_logits - forward.fake_logits,)
