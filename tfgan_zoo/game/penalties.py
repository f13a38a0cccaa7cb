"""Terms that a player's loss may gain, and constraints on its weights. Each belongs to one player of one GAN."""

import math

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.distribution import mean_over_replicas, share_of


def check_weight(weight):
    """Returns the weight of a term, or a schedule of it.

    Raises:
        ValueError: it is no number of 0 or more.
    """
    if not callable(weight) and not 0.0 <= weight < math.inf:
        raise ValueError(f"a penalty's weight is a number of 0 or more. Received: weight={weight}")
    return weight


class Penalty(keras.layers.Layer):
    """A term added to one player's loss. It is a Keras layer so that its state is tracked and saved with the GAN.

    Args:
        every: the term is computed on each `every`-th update of its player, with `every` times its weight.

    Attributes:
        keeps_lipschitz: it bounds how fast the discriminator changes with its input.
        slopes_read: the sides, `"real"` or `"fake"`, whose `ForwardPass.squared_slopes` the term reads.
        is_of_slopes: the term reads D's slope at single examples, which batch statistics in D would mix.
        of_discriminator_alone: the term is refused in G's loss.
    """

    keeps_lipschitz = False
    slopes_read: tuple[str, ...] = ()
    is_of_slopes = False
    of_discriminator_alone = False

    def __init__(self, every: int = 1, **kwargs):
        super().__init__(**kwargs)
        if every < 1:
            raise ValueError(f"a penalty is computed on every 1st update or less often. Received: every={every}")
        self.every = every

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

    def term(self, gan, forward, variables: list, update: tf.Tensor) -> tf.Tensor:
        """Returns what the player's loss gains: `loss`, or with `every` > 1 sometimes `every` times it, else 0.

        Args:
            gan, forward, variables: as for `loss`.
            update: number of the player's update, from 1.
        """
        if self.every == 1:
            return self.loss(gan, forward, variables)
        return tf.cond(
            tf.equal(update % self.every, 0),
            lambda: self.every * self.loss(gan, forward, variables),
            lambda: tf.constant(0.0),
        )

    def after_update(self, variables: list) -> None:
        """Runs after each update of the player's variables."""

    def observe(self, forward) -> None:
        """Moves the term's own state, after each update of D, from the pass that D's loss was computed from.

        Every replica runs this, on its share of the batch, and has to assign the same values.
        """

    def get_config(self):
        return {**super().get_config(), "every": self.every}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class HistoricalAveraging(Penalty):
    """weight · ‖θ − 1/t Σᵢ θ[i]‖², the average over all past values of the player's parameters, updated online.

    The history starts at the weights that the player has before its first step, so that the first term is zero.

    Args:
        weight: factor of the term.
        every: as in `Penalty`.

    Reference: Salimans et al. 2016, arXiv:1606.03498, §3.3.
    """

    def __init__(self, weight: float = 1.0, every: int = 1, **kwargs):
        super().__init__(every, **kwargs)
        self.weight = check_weight(weight)

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
        if self.every != 1:
            raise ValueError(f"weights are clipped after every update. Received: every={self.every}")
        if not 0.0 < limit < math.inf:
            raise ValueError(f"weights are clipped to a limit above 0. Received: limit={limit}")
        self.limit = limit

    def after_update(self, variables):
        for variable in variables:
            variable.assign(tf.clip_by_value(variable.value, -self.limit, self.limit))

    def get_config(self):
        return {**super().get_config(), "limit": self.limit}


class SlopePenalty(Penalty):
    """A term that reads how steep D is at single examples, summed over the games where there are several.

    A discriminator with batch statistics mixes the examples' gradients: use it with one that has none.

    Args:
        weight: factor of the term; or a `keras.optimizers.schedules.LearningRateSchedule` that gives it for the number
            of the step.
        every: as in `Penalty`.
    """

    keeps_lipschitz = True
    is_of_slopes = True

    def __init__(self, weight=1.0, every: int = 1, **kwargs):
        super().__init__(every, **kwargs)
        self.weight = check_weight(
            keras.saving.deserialize_keras_object(weight) if isinstance(weight, dict) else weight
        )

    def in_game(self, game) -> tf.Tensor:
        """Returns the term of one game, without its weight."""
        raise NotImplementedError

    def loss(self, gan, forward, variables):
        weight = self.weight(gan.step.value) if callable(self.weight) else self.weight
        return weight * tf.add_n([self.in_game(game) for game in forward.games])

    def get_config(self):
        weight = keras.saving.serialize_keras_object(self.weight) if callable(self.weight) else self.weight
        return {**super().get_config(), "weight": weight}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GradientPenalty(SlopePenalty):
    """weight · E(‖∇ D(x̂)‖₂ − 1)² with x̂ = αx + (1 − α)G(z), α ~ U(0, 1) for each example.

    Args:
        weight: λ of the paper.
        every: as in `Penalty`.

    Reference: Gulrajani et al. 2017, arXiv:1704.00028, Algorithm 1 (λ = 10).
    """

    def __init__(self, weight=10.0, every: int = 1, **kwargs):
        super().__init__(weight, every, **kwargs)

    def in_game(self, game):
        fake = tf.nest.map_structure(tf.stop_gradient, game.shown_fake)
        count = tf.shape(tf.nest.flatten(fake)[0])[0]
        key = game.random_key("gradient_penalty")
        alpha = share_of(lambda count: tf.random.stateless_uniform([count], key, alg="philox"), count)

        def between(x, y):
            a = tf.reshape(alpha, tf.concat([[-1], tf.ones(tf.rank(x) - 1, tf.int32)], axis=0))
            return a * x + (1.0 - a) * y

        shown = tf.nest.map_structure(between, game.shown_real, fake)
        # The root's own gradient is infinite at zero.
        norms = tf.sqrt(game.squared_slopes_at(shown) + 1e-12)
        return tf.reduce_mean(tf.square(norms - 1.0))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R1(SlopePenalty):
    """½ γ E‖∇ D(x)‖₂² on real data.

    Args:
        weight: γ; or a schedule that gives it for the number of the step.
        every: as in `Penalty`.

    Reference: Mescheder et al. 2018, arXiv:1801.04406, equation 9.
    """

    slopes_read = ("real",)

    def in_game(self, game):
        return 0.5 * tf.reduce_mean(game.squared_slopes("real"))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R2(SlopePenalty):
    """½ γ E‖∇ D(G(z))‖₂² on fakes.

    Args:
        weight: γ; or a schedule that gives it for the number of the step.
        every: as in `Penalty`.

    Reference: Mescheder et al. 2018, arXiv:1801.04406, equation 10.
    """

    slopes_read = ("fake",)

    def in_game(self, game):
        return 0.5 * tf.reduce_mean(game.squared_slopes("fake"))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeCam(Penalty):
    """weight · (E max(0, D(x) − ᾱ_F)² + E max(0, ᾱ_R − D(G(z)))²), ᾱ the moving means of D's logits on fakes and reals.

    The means are those of the updates before, unbiased as Adam's; in the first update the term is 0.

    Args:
        weight: λ of the paper.
        every: as in `Penalty`; the means follow every update.
        decay: of the means, in (0, 1).

    Reference: Tseng et al. 2021, arXiv:2104.03310, equation 6, with the rectifiers of the authors' code (λ = 0.3 on
    CIFAR-10, decay 0.99).
    """

    of_discriminator_alone = True

    def __init__(self, weight: float = 0.3, every: int = 1, decay: float = 0.99, **kwargs):
        super().__init__(every, **kwargs)
        if not 0.0 < decay < 1.0:
            raise ValueError(f"the means' decay must lie between 0 and 1. Received: decay={decay}")
        self.weight = check_weight(weight)
        self.decay = decay

    def begin(self, variables):
        def state(name, shape, dtype="float32"):
            how = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
            return self.add_weight(shape=shape, dtype=dtype, name=name, **how)

        self.updates = state("updates", (), "int64")
        self.means = state("means", (2,))  # of reals and of fakes
        self.built = True

    def loss(self, gan, forward, variables):
        if gan.answers != "logits":
            raise UserError(f"penalty lecam: reads D's logits; {type(gan).__name__}'s D answers {gan.answers}.")
        if len(forward.games) > 1:
            raise UserError(f"penalty lecam: is for one discriminator; {type(gan).__name__} has {len(forward.games)}.")
        count = tf.cast(self.updates.value, tf.float32)
        real, fake = tf.unstack(self.means.value / tf.maximum(1.0 - self.decay**count, 1.0 - self.decay))
        real_term = tf.reduce_mean(tf.square(tf.nn.relu(forward.real_logits - fake)))
        fake_term = tf.reduce_mean(tf.square(tf.nn.relu(real - forward.fake_logits)))
        return tf.where(count > 0, self.weight * (real_term + fake_term), 0.0)

    def observe(self, forward):
        logits = forward.real_logits, forward.fake_logits
        present = mean_over_replicas(tf.stack([tf.reduce_mean(each) for each in logits]))
        self.updates.assign_add(1)
        self.means.assign_add((1.0 - self.decay) * (present - self.means.value))

    def get_config(self):
        return {**super().get_config(), "weight": self.weight, "decay": self.decay}
