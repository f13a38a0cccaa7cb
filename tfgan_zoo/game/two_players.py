"""What Keras asks of a model with two players: compiling, metrics, averaged weights, and files that resume training."""

import contextlib
import functools
from collections.abc import Iterator

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import LOSSES, SCHEDULES
from tfgan_zoo.game.admission import admitted_augmentation, admitted_loss, warn_of_batch_statistics
from tfgan_zoo.game.augmentations import Augmentation
from tfgan_zoo.game.both_optimizers import BothOptimizers
from tfgan_zoo.game.choices import PLAYERS, augmentation_of, ema_of, penalties_of
from tfgan_zoo.game.penalties import WeightClipping
from tfgan_zoo.game.player import Player, with_loss_scale
from tfgan_zoo.game.schedules import Schedule, schedule_of
from tfgan_zoo.machine.distribution import make_train_steps
from tfgan_zoo.machine.precision import computes_in_float16

# What Keras's compile takes beside that.
NOT_OF_A_GAN = {
    "optimizer": "each player has one of its own: give generator_optimizer and discriminator_optimizer.",
    "metrics": "a GAN has metrics of its own; tfgan_zoo.evaluate judges samples.",
    "weighted_metrics": "a GAN has metrics of its own and does not weigh its examples.",
    "loss_weights": "each player has one loss; penalties have weights of their own.",
    "auto_scale_loss": "both optimizers get a loss scale where a network computes in float16.",
}


class TwoPlayerModel(keras.Model):
    """A Keras model of two players, each with networks, an optimizer, penalties and an average of its own.

    Args:
        *networks: Keras models in the order of `network_names`, or by these names as keywords.
        **kwargs: for `keras.Model`.

    Attributes:
        generator_networks: names of the networks that G's player trains.
        discriminator_networks: names of those that D's player trains. Each name is an argument of the constructor, an
            attribute, and an entry of the configuration.
        answers: the entry of D's answer that losses are about: `"logits"`, or another one that a `Loss` of the model's
            own reads.
        losses_admitted: names of the losses that the model makes sense with; None for all that read what D answers.
        averages_buffers: a player's average is of its networks' buffers too: see `Player`.
        augmentation: changes what D is shown in training; None for nothing.
        flip: half of the training images, drawn anew at each step, are mirrored left to right.
        step: int64 variable, how many steps have been trained; during a step its number, from 1.
    """

    generator_networks: tuple[str, ...] = ("generator",)
    discriminator_networks: tuple[str, ...] = ("discriminator",)
    answers = "logits"
    losses_admitted: tuple[str, ...] | None = None
    averages_buffers = False
    augmentation: Augmentation | None = None
    flip = False

    def __init__(self, *networks, **kwargs):
        names = self.network_names()
        if len(networks) > len(names):
            raise TypeError(f"{type(self).__name__} takes the networks {', '.join(names)}. Received: {len(networks)}")
        given = dict(zip(names, networks, strict=False)) | {name: kwargs.pop(name) for name in names if name in kwargs}
        missing = ", ".join(name for name in names if name not in given)
        if missing:
            raise TypeError(f"{type(self).__name__} takes the networks {', '.join(names)}. Missing: {missing}")
        super().__init__(**kwargs)
        for name in names:
            setattr(self, name, given[name])
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        self.built = True

    @classmethod
    def network_names(cls) -> tuple[str, ...]:
        """Returns the names of all networks, G's player's first."""
        return (*cls.generator_networks, *cls.discriminator_networks)

    @property
    def networks(self) -> list:
        """The networks of both players."""
        return [getattr(self, name) for name in self.network_names()]

    def networks_of(self, player: str) -> list:
        """Returns the networks that a player, `"generator"` or `"discriminator"`, trains."""
        return [getattr(self, name) for name in getattr(self, f"{player}_networks")]

    @property
    def slopes_read(self) -> set[str]:
        """The sides of a forward pass at which one of D's penalties reads D's slope."""
        return self.discriminator_player.slopes_read if self.compiled else set()

    def refresh(self) -> None:
        """Brings up to date what G keeps of its weights for inference, where it keeps something."""

    def compile(
        self,
        generator_optimizer="adam",
        discriminator_optimizer="adam",
        loss="non_saturating",
        schedule="simultaneous",
        penalties=None,
        ema=None,
        augmentation=None,
        flip: bool = False,
        **kwargs,
    ):
        """Chooses how the players are trained.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers or their names, an object for each player.
                Where a network computes in float16 both get a loss scale of their own: see `Player.descend`.
            loss: `"minimax"`, `"non_saturating"`, `"least_squares"`, `"wasserstein"`, `"hinge"`, `"relativistic"` or a
                `Loss`: see `tfgan_zoo.game.losses`. One that needs a Lipschitz discriminator brings
                `WeightClipping(0.01)`, unless D's penalties see to that.
            schedule: `"simultaneous"`, `"sequential"`, `"n_critic:K"`, `"alternating"`, or a `Schedule`: see
                `tfgan_zoo.game.schedules`.
            penalties: `{"generator": [...], "discriminator": [...]}`, lists of `tfgan_zoo.game.penalties.Penalty`, or
                in short texts such as `"r1:0.1"`, of r1, r2, gradient, historical_averaging, weight_clipping and lecam:
                see `tfgan_zoo.game.choices.penalties_of`.
            ema: decays of the players' averaged weights, such as `{"generator": 0.999}`, or in short: see
                `tfgan_zoo.game.choices.ema_of`.
            augmentation: of what D is shown, real and fake: some of `"color,translation,cutout"`, or `"ada"`, or
                `"ada:IMAGES"`, or a `tfgan_zoo.game.augmentations.Augmentation`; None for none.
            flip: mirrors half of the training images left to right, others at each step.
            **kwargs: for `keras.Model.compile`: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: a loss that the model does not admit, an unknown name, one optimizer or penalty for both; what
                Keras's compile takes for one player, such as `optimizer` and `metrics`.
        """
        for name in kwargs:
            if name not in ("run_eagerly", "steps_per_execution", "jit_compile"):
                raise UserError(f"compile({name}=…): {NOT_OF_A_GAN.get(name, 'is no argument of GAN.compile.')}")
        super().compile(optimizer=None, **kwargs)
        optimizers = {
            "generator": _optimizer("generator_optimizer", generator_optimizer),
            "discriminator": _optimizer("discriminator_optimizer", discriminator_optimizer),
        }
        if optimizers["generator"] is optimizers["discriminator"]:
            raise ValueError("each player needs an optimizer of its own. Received: the same object for both.")
        if computes_in_float16(self.networks):
            optimizers = {name: with_loss_scale(optimizer) for name, optimizer in optimizers.items()}
        self.loss = admitted_loss(self, LOSSES[loss]() if isinstance(loss, str) else loss)
        self.schedule = schedule_of(schedule) if isinstance(schedule, str) else schedule
        if not isinstance(self.schedule, Schedule):
            raise UserError(f"schedule={schedule!r}: give a name of {', '.join(SCHEDULES)}, or a Schedule.")
        self._replace("augmentation", admitted_augmentation(self.loss, augmentation_of(augmentation)))
        self.flip = flip
        penalties, ema = penalties_of(penalties), ema_of(ema)
        if self.loss.needs_lipschitz and not any(p.keeps_lipschitz for p in penalties["discriminator"]):
            # First, so that histories and averages are of the clipped weights.
            penalties["discriminator"].insert(0, WeightClipping())
        warn_of_batch_statistics(self, penalties["discriminator"])
        for name in PLAYERS:
            player = Player(
                name,
                optimizers[name],
                penalties[name],
                ema[name],
                functools.partial(self.networks_of, name),
                lambda: self.step.value,
                self.averages_buffers,
            )
            self._replace(f"{name}_player", player)
        self.optimizer = BothOptimizers(self)
        self.discriminator_player.watched = [keras.metrics.Mean(name=name) for name in self.loss.watched]

    def _replace(self, name: str, part) -> None:
        """Sets an attribute, and has Keras no longer track what an earlier `compile` has set there."""
        earlier = vars(self).get(name)
        if earlier is not None:
            self._tracker.untrack(earlier)
        setattr(self, name, part)

    @property
    def metrics(self) -> list:
        """What a person watches: both losses, D's answers, both gradients' norms, and what a variant tracks besides."""
        if not self.compiled:
            return []
        d, g = self.discriminator_player, self.generator_player
        of_augmentation = self.augmentation.watched if self.augmentation else ()
        return [
            d.mean_loss,
            g.mean_loss,
            *d.watched,
            d.gradient_norm,
            g.gradient_norm,
            *of_augmentation,
            *self._metrics,
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
                    train_steps(iterator.iterator, tf.constant(iterator.next_count(self.steps_per_execution)))
                    return self.get_metrics_result()

            self.train_function = train
        return self.train_function

    def _maybe_symbolic_build(self, iterator=None, data_batch=None) -> None:
        """Does nothing: every variable exists. Under a strategy Keras would call the model on a batch of data."""

    @contextlib.contextmanager
    def inference_weights(self) -> Iterator[None]:
        """For the block, puts averaged weights in place of the current ones where a player has them, and refreshes."""
        players = [p for p in (self.generator_player, self.discriminator_player) if p.average and p.average.started]
        current = [[variable.numpy() for variable in player.weights_averaged] for player in players]
        try:
            for player in players:
                _assign(player.weights_averaged, player.average.read())
            self.refresh()
            yield
        finally:
            for player, weights in zip(players, current, strict=True):
                _assign(player.weights_averaged, weights)
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
        own = self._own_variables()
        if len(store.keys()) != len(own):
            name, saved = type(self).__name__, len(store.keys())
            raise ValueError(f"{name} has {len(own)} variables of its own. The file has {saved}")
        for index, variable in enumerate(own):
            variable.assign(store[str(index)])

    def _own_variables(self) -> list:
        """Returns what Keras saves with no layer: the step, the states of noise and dropout layers, own weights."""
        weights = {id(variable) for variable in self.weights}
        seeds = [variable for variable in self.variables if id(variable) not in weights]
        own = [*self._trainable_variables, *self._non_trainable_variables]
        return [self.step, *seeds, *(variable for variable in own if variable is not self.step)]

    def get_compile_config(self):
        players = {name: getattr(self, f"{name}_player") for name in PLAYERS}
        serialize = keras.saving.serialize_keras_object
        return {
            **{f"{name}_optimizer": serialize(player.optimizer) for name, player in players.items()},
            "steps_per_execution": self.steps_per_execution,
            "loss": serialize(self.loss),
            "schedule": serialize(self.schedule),
            "penalties": {name: [serialize(p) for p in player.penalties] for name, player in players.items()},
            "ema": {name: serialize(player.average and player.average.decay) for name, player in players.items()},
            "augmentation": self.augmentation and serialize(self.augmentation),
            "flip": self.flip,
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self):
        networks = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in self.network_names()}
        return {**super().get_config(), **networks}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in cls.network_names()
        }
        return cls(**{**config, **networks})


def _optimizer(argument: str, given) -> keras.optimizers.Optimizer:
    try:
        optimizer = keras.optimizers.get(given)
    except ValueError:
        optimizer = None
    if optimizer is None:
        raise UserError(f"{argument}={given!r}: give a Keras optimizer, or a name such as 'adam'.")
    return optimizer


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
