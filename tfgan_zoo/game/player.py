"""One of the two players: what moves its weights, and what watches them move."""

import contextlib
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.averaging import AveragedWeights
from tfgan_zoo.machine.distribution import num_replicas, once, sum_over_replicas, takes_sums


def with_loss_scale(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Returns the optimizer behind a loss scale that finds its size by itself, unless it has one already."""
    is_scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    return optimizer if is_scaled else keras.optimizers.LossScaleOptimizer(optimizer)


class Player(keras.layers.Layer):
    """An optimizer with the penalties, the weight average and the metrics of one player.

    It is a Keras layer so that all of that is tracked and saved with the GAN; it owns none of the player's variables.

    Args:
        name: `"generator"` or `"discriminator"`.
        optimizer: Keras optimizer of this player alone.
        penalties: list of `tfgan_zoo.game.penalties.Penalty`.
        decay: of the averaged weights, or None for no average.
        networks: function that returns the list of the networks that the player trains.
        step: function that returns the number of the GAN's step.
        averages_buffers: the average is of the buffers too: what the networks keep beside the weights that are trained,
            such as the moving statistics of batch normalization.

    Attributes:
        watched: metrics of what D answers; empty for G.
        first_bad_step: the first step in which the loss or the gradient was NaN or infinite; 0 where none was. It is no
            part of the player's state: nothing is saved after such a step.
    """

    def __init__(
        self,
        name: str,
        optimizer,
        penalties: list,
        decay: float | None,
        networks: Callable[[], list],
        step: Callable[[], tf.Tensor],
        averages_buffers: bool = False,
    ):
        super().__init__(name=f"{name}_player")
        self._networks = networks
        self._averages_buffers = averages_buffers
        self._step = step
        self.optimizer = takes_sums(optimizer)
        self.penalties = list(penalties)
        self.average = None if decay is None else AveragedWeights(decay)
        self.mean_loss = keras.metrics.Mean(name=f"{name[0]}_loss")
        self.gradient_norm = keras.metrics.Mean(name=f"{name[0]}_gradient_norm")
        self.watched = []
        self.first_bad_step = tf.Variable(0, trainable=False, dtype=tf.int64, name="first_bad_step")
        # Now, because no variable may be born inside a traced step.
        self.optimizer.build(self.weights_trained)
        for penalty in self.penalties:
            penalty.begin(self.weights_trained)
        if self.average:
            self.average.begin(self.weights_averaged)
        self._built_for = [id(variable) for variable in self.weights_trained]
        self.built = True

    def check_weights(self) -> None:
        """Checks that the player trains what it trained when it was compiled.

        Raises:
            UserError: a layer has been frozen, thawed or replaced since.
        """
        if [id(variable) for variable in self.weights_trained] != self._built_for:
            who = self.name.removesuffix("_player")
            raise UserError(f"what the {who} trains has changed since compile, as by layer.trainable: compile again.")

    @property
    def weights_trained(self) -> list:
        """The player's variables, in the order of its networks."""
        return [variable for network in self._networks() for variable in network.trainable_variables]

    @property
    def slopes_read(self) -> set[str]:
        """The sides of a forward pass, `"real"` and `"fake"`, at which a penalty reads D's slope."""
        return {side for penalty in self.penalties for side in penalty.slopes_read}

    @property
    def weights_averaged(self) -> list:
        """What the average is of, in its order."""
        if not self._averages_buffers:
            return self.weights_trained
        buffers = (weight for network in self._networks() for weight in network.non_trainable_weights)
        return [*self.weights_trained, *(weight for weight in buffers if weight.dtype.startswith("float"))]

    def restart(self) -> None:
        """Lets the penalties begin at the weights as they are now."""
        for penalty in self.penalties:
            penalty.restart(self.weights_trained)

    @contextlib.contextmanager
    def tape(self) -> Iterator[tf.GradientTape]:
        """Opens a tape that sees this player's variables alone: everything else is held constant."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in self.weights_trained])
            yield tape

    def total_loss(self, loss: tf.Tensor, gan, forward) -> tf.Tensor:
        """Adds the penalties and the networks' own regularization to the adversarial loss."""
        update = keras.ops.convert_to_tensor(self.optimizer.iterations) + 1  # no variable where gradients accumulate
        penalties = [penalty.term(gan, forward, self.weights_trained, update) for penalty in self.penalties]
        regularization = [term for network in self._networks() for term in network.losses]
        # Each replica's part of the mean over the global batch.
        return tf.add_n([loss, *penalties, *regularization]) / num_replicas()

    @property
    def loss_scale(self) -> tf.Tensor | None:
        """The factor by which gradients are computed too large, so that they do not vanish in float16; None for 1."""
        is_scaled = isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer)
        return self.optimizer.dynamic_scale.value if is_scaled else None

    def descend(self, tape: tf.GradientTape, loss: tf.Tensor) -> None:
        """Moves the player's variables one optimizer step down the gradient of `loss`.

        Where there is a loss scale and the gradient so scaled overflows, the optimizer halves the scale and the weights
        stay as they are; the turn counts all the same, in the average and the penalties too, but not in the metrics. At
        a scale of 1 it is the gradient itself that is no number, and no smaller scale would mend it.
        """
        variables = self.weights_trained
        scale = None if self.loss_scale is None else tf.identity(self.loss_scale)  # as it is before the update
        gradients = tape.gradient(loss, [variable.value for variable in variables], output_gradients=scale)
        loss, *gradients = sum_over_replicas([loss, *gradients])
        norm = tf.linalg.global_norm(gradients)
        overflows = None if scale is None else ~tf.math.is_finite(norm) & (scale > 1.0)
        self.optimizer.apply(gradients, variables)
        once(lambda: self._after_update(variables))
        if scale is None:
            self._note(loss, norm)
        else:
            loss, norm = tf.where(overflows, 0.0, loss), tf.where(overflows, 0.0, norm / scale)
            self._note(loss, norm, counts=tf.where(overflows, 0.0, 1.0))

    def _after_update(self, variables: list) -> None:
        for penalty in self.penalties:
            penalty.after_update(variables)
        if self.average:
            self.average.after_update(self.weights_averaged)

    def _note(self, loss: tf.Tensor, norm: tf.Tensor, counts: tf.Tensor | None = None) -> None:
        """Notes a turn; `counts` is 0 for one that moved nothing and stays out of the means."""
        self.mean_loss.update_state(loss, sample_weight=counts)
        self.gradient_norm.update_state(norm, sample_weight=counts)
        is_first = (self.first_bad_step == 0) & ~(tf.math.is_finite(loss) & tf.math.is_finite(norm))
        self.first_bad_step.assign(tf.where(is_first, self._step(), self.first_bad_step))
