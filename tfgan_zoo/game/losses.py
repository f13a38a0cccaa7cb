"""Adversarial objectives on raw logits. Each player *descends* its own; expectations are batch means.

In the docstrings D(x) is a logit, σ the logistic function, x real and G(z) fake. With the softplus
ζ(l) = log(1 + eˡ), log σ(l) = −ζ(−l) and log(1 − σ(l)) = −ζ(l), which never overflow.
"""

import keras
import tensorflow as tf


class Loss:
    """One objective for each player.

    Attributes:
        reads_probabilities: σ(D(x)) estimates the probability that x is real; where it does not, the logit is watched.
        needs_lipschitz: the discriminator has to be kept Lipschitz, by clipping or a gradient penalty.
    """

    reads_probabilities = False
    needs_lipschitz = False

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns what D descends, a scalar.

        Args:
            real_logits: D(x), float32, any shape.
            fake_logits: D(G(z)), float32, any shape.
        """
        raise NotImplementedError

    def generator(self, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns what G descends, a scalar.

        Args:
            fake_logits: D(G(z)), float32, any shape.
        """
        raise NotImplementedError

    def get_config(self) -> dict:
        return {}

    @classmethod
    def from_config(cls, config: dict) -> "Loss":
        return cls(**config)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NonSaturating(Loss):
    """D: −E log σ(D(x)) − E log(1 − σ(D(G(z)))). G: −E log σ(D(G(z))).

    Args:
        real_target: the target for real examples in D's loss, in (0.5, 1]: 0.9 is one-sided label smoothing (Salimans
            et al. 2016, §3.4). The target for fakes stays exactly 0, and G's target is unaffected.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, §3.
    """

    reads_probabilities = True

    def __init__(self, real_target: float = 1.0):
        if not 0.5 < real_target <= 1.0:
            raise ValueError(f"real_target must lie in (0.5, 1]. Received: real_target={real_target}")
        self.real_target = real_target

    def discriminator(self, real_logits, fake_logits):
        log_real = -tf.reduce_mean(tf.nn.softplus(-real_logits))
        log_not_real = -tf.reduce_mean(tf.nn.softplus(real_logits))
        log_not_fake = -tf.reduce_mean(tf.nn.softplus(fake_logits))
        return -(self.real_target * log_real + (1.0 - self.real_target) * log_not_real) - log_not_fake

    def generator(self, fake_logits):
        return tf.reduce_mean(tf.nn.softplus(-fake_logits))

    def get_config(self):
        return {"real_target": self.real_target}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Minimax(NonSaturating):
    """D as in the non-saturating game. G: E log(1 − σ(D(G(z)))), the value of the same game with D's sign turned.

    Its gradient vanishes where D is sure of itself: that is why the non-saturating loss exists.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and Algorithm 1.
    """

    def generator(self, fake_logits):
        return -tf.reduce_mean(tf.nn.softplus(fake_logits))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeastSquares(Loss):
    """D: ½ E(D(x) − 1)² + ½ E D(G(z))². G: ½ E(D(G(z)) − 1)².

    Reference: Mao et al. 2017, arXiv:1611.04076, equation 9 (a = 0, b = c = 1).
    """

    def discriminator(self, real_logits, fake_logits):
        return 0.5 * tf.reduce_mean(tf.square(real_logits - 1.0)) + 0.5 * tf.reduce_mean(tf.square(fake_logits))

    def generator(self, fake_logits):
        return 0.5 * tf.reduce_mean(tf.square(fake_logits - 1.0))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Wasserstein(Loss):
    """D: E D(G(z)) − E D(x). G: −E D(G(z)).

    Reference: Arjovsky et al. 2017, arXiv:1701.07875, equation 2 and Algorithm 1.
    """

    needs_lipschitz = True

    def discriminator(self, real_logits, fake_logits):
        return tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)

    def generator(self, fake_logits):
        return -tf.reduce_mean(fake_logits)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Hinge(Loss):
    """D: E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))). G: −E D(G(z)).

    Reference: Lim & Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.
    """

    def discriminator(self, real_logits, fake_logits):
        return tf.reduce_mean(tf.nn.relu(1.0 - real_logits)) + tf.reduce_mean(tf.nn.relu(1.0 + fake_logits))

    def generator(self, fake_logits):
        return -tf.reduce_mean(fake_logits)
