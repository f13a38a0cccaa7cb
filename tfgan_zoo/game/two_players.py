"""What Keras asks of a model with two players: compiling, metrics, averaged weights, and files that resume training."""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import LOSSES
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.game.losses import Loss
from tfgan_zoo.game.penalties import WeightClipping
from tfgan_zoo.game.player import Player, with_loss_scale
from tfgan_zoo.game.schedules import schedule_of
from tfgan_zoo.machine.distribution import make_train_steps
from tfgan_zoo.machine.precision import computes_in_float16

PLAYERS = ("generator", "discriminator")


class TwoPlayerModel(keras.Model):
    """A Keras model of two players, each with networks, an optimizer, penalties and an average of its own.

    Attributes:
        losses_admitted: names of the losses that the model makes sense with.
        step: int64 variable, how many steps have been trained; during a step its number, from 1.
    """

    losses_admitted = tuple(LOSSES)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        self.built = True

    @property
    def generator_networks(self) -> list:
        """The networks that G's player trains."""
        return [self.generator]

    @property
    def discriminator_networks(self) -> list:
        """The networks that D's player trains."""
        return [self.discriminator]

    @property
    def networks(self) -> list:
        """The networks of both players."""
        return [*self.generator_networks, *self.discriminator_networks]

    def refresh(self) -> None:
        """Brings up to date what G keeps of its weights for inference, where it keeps something."""

    def compile(
        self,
        generator_optimizer="adam",
        discriminator_optimizer="adam",
        loss="non_saturating",
        schedule="simultaneous",
        penalties: dict | None = None,
        ema: dict | None = None,
        **kwargs,
    ):
        """Chooses how the players are trained.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers or their names, an object for each player.
                Where a network computes in float16 both get a loss scale of their own: see `Player.descend`.
            loss: a name of `LOSSES` or a `Loss`: see `tfgan_zoo.game.losses`. One that needs a Lipschitz
                discriminator brings `WeightClipping(0.01)`, unless D's penalties see to that.
            schedule: a name of `SCHEDULES`, `n_critic:K`, or a `Schedule`: see `tfgan_zoo.game.schedules`.
            penalties: `{"generator": [...], "discriminator": [...]}`, lists of `tfgan_zoo.game.penalties.Penalty`.
            ema: decays of the players' averaged weights, such as `{"generator": 0.999}`.
            **kwargs: for `keras.Model.compile`: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: a loss that the model does not admit, an unknown name, one optimizer or penalty for both.
        """
        super().compile(optimizer=None, **kwargs)
        generator_optimizer = keras.optimizers.get(generator_optimizer)
        discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        if generator_optimizer is discriminator_optimizer:
            raise ValueError("each player needs an optimizer of its own. Received: the same object for both.")
        if computes_in_float16(self.networks):
            generator_optimizer = with_loss_scale(generator_optimizer)
            discriminator_optimizer = with_loss_scale(discriminator_optimizer)
        self.loss = self._admitted(LOSSES[loss]() if isinstance(loss, str) else loss)
        self.schedule = schedule_of(schedule) if isinstance(schedule, str) else schedule
        penalties, ema = _by_player("penalties", penalties), _by_player("ema", ema)
        d_penalties = list(penalties["discriminator"] or [])
        for penalty in penalties["generator"] or []:
            if any(penalty is other for other in d_penalties):
                raise ValueError(
                    f"a penalty keeps the state of one player. Received: one {type(penalty).__name__} for both"
                )
        if self.loss.needs_lipschitz and not any(penalty.keeps_lipschitz for penalty in d_penalties):
            # First, so that histories and averages are of the clipped weights.
            d_penalties = [WeightClipping(), *d_penalties]
        self.generator_player = Player(
            "generator",
            generator_optimizer,
            penalties["generator"] or [],
            ema["generator"],
            lambda: self.generator_networks,
            lambda: self.step.value,
        )
        self.discriminator_player = Player(
            "discriminator",
            discriminator_optimizer,
            d_penalties,
            ema["discriminator"],
            lambda: self.discriminator_networks,
            lambda: self.step.value,
        )
        score = "probability" if self.loss.reads_probabilities else "logit"
        self.real_score = keras.metrics.Mean(name=f"real_{score}")
        self.fake_score = keras.metrics.Mean(name=f"fake_{score}")

    def _admitted(self, loss: Loss) -> Loss:
        names = {LOSSES.targets[name].partition(":")[2]: name for name in self.losses_admitted}
        name = type(loss).__name__
        if type(loss).__module__ == "tfgan_zoo.game.losses" and name not in names:
            valid = ", ".join(names.values())
            raise UserError(f"{type(self).__name__} does not admit the loss {name}. Valid: {valid}.")
        return loss

    @property
    def metrics(self) -> list:
        """What a person watches: both losses, D's mean answer to real and to fake, both gradients' norms."""
        if not self.compiled:
            return []
        players = (self.discriminator_player, self.generator_player)
        return [
            *(player.mean_loss for player in players),
            self.real_score,
            self.fake_score,
            *(player.gradient_norm for player in players),
        ]

    def make_train_function(self, force: bool = False):
        """Makes what `fit` calls; under a strategy, a step of all replicas at once, as `train_on` is meant.

        Keras would run the step on each replica, where no update may hang on a condition, and would join the logs of
        several processes in a way that fails on scalars (keras-team/keras#20585).
        """
        strategy = self.distribute_strategy
        if strategy.num_replicas_in_sync == 1:
            return super().make_train_function(force)
        if self.train_function is None or force:
            train_steps = make_train_steps(self)

            def train(iterator):
                with strategy.scope():
                    train_steps(iterator, tf.constant(self.steps_per_execution))
                    return self.get_metrics_result()

            self.train_function = train
        return self.train_function

    def _maybe_symbolic_build(self, iterator=None, data_batch=None) -> None:
        """Does nothing: every variable exists. Under a strategy Keras would call the model on a batch of data."""

    @contextlib.contextmanager
    def inference_weights(self) -> Iterator[None]:
        """For the block, puts averaged weights in place of the current ones where a player has them, and refreshes."""
        players = [p for p in (self.generator_player, self.discriminator_player) if p.average and p.average.started]
        current = [[variable.numpy() for variable in player.weights_trained] for player in players]
        try:
            for player in players:
                _assign(player.weights_trained, player.average.read())
            self.refresh()
            yield
        finally:
            for player, weights in zip(players, current, strict=True):
                _assign(player.weights_trained, weights)
            self.refresh()

    def state(self) -> dict[str, list[tf.Variable]]:
        """Returns every variable that the next step depends on, and the metrics that are being gathered."""
        return {
            "model": [variable.value for variable in self.variables],
            "generator_optimizer": [variable.value for variable in self.generator_player.optimizer.variables],
            "discriminator_optimizer": [variable.value for variable in self.discriminator_player.optimizer.variables],
            "metrics": [variable.value for metric in self.metrics for variable in metric.variables],
        }

    def save_own_variables(self, store):
        for index, variable in enumerate(self._own_variables()):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store):
        for index, variable in enumerate(self._own_variables()):
            variable.assign(store[str(index)])

    def _own_variables(self) -> list:
        """Returns the step and the states of noise and dropout layers, which Keras leaves out of its files."""
        weights = {id(variable) for variable in self.weights}
        return [self.step, *(variable for variable in self.variables if id(variable) not in weights)]

    def get_compile_config(self):
        players = {"generator": self.generator_player, "discriminator": self.discriminator_player}
        serialize = keras.saving.serialize_keras_object
        return {
            **{f"{name}_optimizer": serialize(player.optimizer) for name, player in players.items()},
            "steps_per_execution": self.steps_per_execution,
            "loss": serialize(self.loss),
            "schedule": serialize(self.schedule),
            "penalties": {name: [serialize(p) for p in player.penalties] for name, player in players.items()},
            "ema": {name: player.average and player.average.decay for name, player in players.items()},
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))


def _by_player(argument: str, values: dict | None) -> dict:
    """Fills in the players that `values` does not name; refuses what is no player."""
    for name in values or {}:
        if name not in PLAYERS:
            raise unknown(f"player in {argument}", name, PLAYERS)
    return {**dict.fromkeys(PLAYERS), **(values or {})}


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
