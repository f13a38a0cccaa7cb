"""Terms that a player's loss may gain, and constraints on its weights. Each belongs to one player of one GAN."""

import keras
import tensorflow as tf

from tfgan_zoo.game.forward_pass import logits_of
from tfgan_zoo.machine.distribution import share_of


class Penalty(keras.layers.Layer):
    """A term added to one player's loss. It is a Keras layer so that its state is tracked and saved with the GAN.

    Attributes:
        keeps_lipschitz: it bounds how fast the discriminator changes with its input.
    """

    keeps_lipschitz = False

    def begin(self, variables: list) -> None:
        """Creates the state for a player's trainable variables."""
        self.built = True

    def restart(self, variables: list) -> None:
        """Forgets what came before the variables' present values: runs once before the first step."""

    def loss(self, gan, forward, variables: list) -> tf.Tensor:
        """Returns the scalar term.

        Args:
            gan: the `GAN`.
            forward: the `ForwardPass` that the player's loss was computed from.
            variables: the player's trainable variables.
        """
        return tf.constant(0.0)

    def after_update(self, variables: list) -> None:
        """Runs after each update of the player's variables."""


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class HistoricalAveraging(Penalty):
    """weight · ‖θ − 1/t Σᵢ θ[i]‖², the average over all past values of the player's parameters, updated online.

    The history starts at the weights that the player has before its first step, so that the first term is zero.

    Args:
        weight: factor of the term.

    Reference: Salimans et al. 2016, arXiv:1606.03498, §3.3.
    """

    def __init__(self, weight: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight

    def begin(self, variables):
        self.count = self.add_weight(shape=(), dtype="int64", initializer="ones", trainable=False, name="count")
        self.averages = [
            self.add_weight(shape=variable.shape, dtype=variable.dtype, trainable=False, name=f"average_{index}")
            for index, variable in enumerate(variables)
        ]
        self.restart(variables)
        self.built = True

    def restart(self, variables):
        self.count.assign(1)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign(variable)

    def loss(self, gan, forward, variables):
        distances = [
            tf.reduce_sum(tf.square(variable.value - average.value))
            for variable, average in zip(variables, self.averages, strict=True)
        ]
        return self.weight * tf.add_n(distances)

    def after_update(self, variables):
        self.count.assign_add(1)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign_add((variable - average) / tf.cast(self.count.value, average.dtype))

    def get_config(self):
        return {**super().get_config(), "weight": self.weight}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WeightClipping(Penalty):
    """Clips every weight of the discriminator to [−limit, limit] after each of its updates.

    Args:
        limit: positive.

    Reference: Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1 (0.01).
    """

    keeps_lipschitz = True

    def __init__(self, limit: float = 0.01, **kwargs):
        super().__init__(**kwargs)
        self.limit = limit

    def after_update(self, variables):
        for variable in variables:
            variable.assign(tf.clip_by_value(variable.value, -self.limit, self.limit))

    def get_config(self):
        return {**super().get_config(), "limit": self.limit}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GradientPenalty(Penalty):
    """weight · E(‖∇ D(x̂)‖₂ − 1)² with x̂ = αx + (1 − α)G(z), α ~ U(0, 1) for each example.

    A discriminator with batch statistics mixes the examples' gradients: use it with one that has none.

    Args:
        weight: λ of the paper.

    Reference: Gulrajani et al. 2017, arXiv:1704.00028, Algorithm 1 (λ = 10).
    """

    keeps_lipschitz = True

    def __init__(self, weight: float = 10.0, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight

    def loss(self, gan, forward, variables):
        fake = tf.stop_gradient(forward.fake)

        def draw(count):
            shape = tf.concat([[count], tf.ones(tf.rank(fake) - 1, tf.int32)], axis=0)
            return tf.random.stateless_uniform(shape, gan.random_key("gradient_penalty"), alg="philox")

        alpha = share_of(draw, tf.shape(fake)[0])
        between = alpha * forward.real + (1.0 - alpha) * fake
        # The root's own gradient is infinite at zero.
        norms = tf.sqrt(_squared_slopes(gan, between, forward.labels) + 1e-12)
        return self.weight * tf.reduce_mean(tf.square(norms - 1.0))

    def get_config(self):
        return {**super().get_config(), "weight": self.weight}


class ZeroCentredPenalty(Penalty):
    """½ γ E‖∇ D(x)‖₂² on some of the data that D sees.

    A discriminator with batch statistics mixes the examples' gradients: use it with one that has none.

    Args:
        weight: γ; or a `keras.optimizers.schedules.LearningRateSchedule` that gives it for the number of the step.
    """

    keeps_lipschitz = True

    def __init__(self, weight=1.0, **kwargs):
        super().__init__(**kwargs)
        self.weight = keras.saving.deserialize_keras_object(weight) if isinstance(weight, dict) else weight

    def where(self, forward):
        """Returns the data on which D is to be flat."""
        raise NotImplementedError

    def loss(self, gan, forward, variables):
        weight = self.weight(gan.step.value) if callable(self.weight) else self.weight
        return 0.5 * weight * tf.reduce_mean(_squared_slopes(gan, self.where(forward), forward.labels))

    def get_config(self):
        weight = keras.saving.serialize_keras_object(self.weight) if callable(self.weight) else self.weight
        return {**super().get_config(), "weight": weight}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R1(ZeroCentredPenalty):
    """½ γ E‖∇ D(x)‖₂² on real data.

    Reference: Mescheder et al. 2018, arXiv:1801.04406, equation 9.
    """

    def where(self, forward):
        return forward.real


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R2(ZeroCentredPenalty):
    """½ γ E‖∇ D(G(z))‖₂² on fakes.

    Reference: Mescheder et al. 2018, arXiv:1801.04406, equation 10.
    """

    def where(self, forward):
        return tf.stop_gradient(forward.fake)


def _squared_slopes(gan, data: tf.Tensor, labels) -> tf.Tensor:
    """Returns ‖∇ D‖₂² at each example, [n]."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(data)
        logits = logits_of(gan.discriminate(data, labels, training=True))
    # This gradient passes through D's layers as the loss's does, and would vanish in float16 likewise.
    scale = gan.discriminator_player.loss_scale
    if scale is None:
        gradients = tape.gradient(logits, data)
    else:
        gradients = tape.gradient(logits, data, output_gradients=tf.fill(tf.shape(logits), scale)) / scale
    return tf.reduce_sum(tf.square(gradients), axis=tf.range(1, tf.rank(gradients)))
