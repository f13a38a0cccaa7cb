"""The trainer that every model of the zoo shares: two players, two optimizers, two gradient tapes."""

import contextlib
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import randomness
from tfgan_zoo.data.source import Source, to_model_range
from tfgan_zoo.errors import UserError
from tfgan_zoo.forward_pass import ForwardPass
from tfgan_zoo.latents import DISTRIBUTIONS
from tfgan_zoo.losses import Loss
from tfgan_zoo.penalties import WeightClipping
from tfgan_zoo.player import Player
from tfgan_zoo.registries import LOSSES
from tfgan_zoo.registry import unknown
from tfgan_zoo.schedules import schedule_of

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        "tfgan_zoo trains with TensorFlow's GradientTape, so Keras has to run on TensorFlow. "
        f"Received: KERAS_BACKEND={keras.backend.backend()}; accepted: KERAS_BACKEND=tensorflow."
    )

PLAYERS = ("generator", "discriminator")


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GAN(keras.Model):
    """A generative adversarial network, trained by `fit` like any Keras model.

    A variant composes networks, a loss, a schedule and penalties, or overrides one of the hooks `sample_latents`,
    `generate`, `discriminate`, `discriminator_loss` and `generator_loss`. The step itself is written once, here.

    A player's update changes that player's trainable variables alone. State that is not trained, such as the moving
    averages of batch normalization, follows wherever its network runs in training mode: D's also in G's turn.

    Args:
        generator: Keras model, latents [n, latent_dim] → data as the data contract has it (images in [−1, 1]).
        discriminator: Keras model, data → raw logits [n, 1], or a dict that has them under `"logits"`.
        latent_dim: length of a latent vector.
        latent_distribution: `"normal"` N(0, 1), `"uniform"` U(−1, 1) or `"unit_uniform"` U(0, 1).
        seed: keys every random draw of the training, 0 … 2³¹ − 1.

    Attributes:
        losses_admitted: names of the losses that the model makes sense with.
        batch_size: the paper's.
        classifies: the model has a method `classify`, images → class probabilities.
        num_classes: how many classes the model is conditioned on; 0 for none.
        scores_singly: D's answer for an example does not depend on what else is in its batch.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, Algorithm 1.
    """

    losses_admitted = tuple(LOSSES)
    batch_size = 128
    num_classes = 0
    classifies = False
    scores_singly = True

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int,
        latent_distribution: str = "normal",
        seed: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if latent_distribution not in DISTRIBUTIONS:
            raise unknown("latent distribution", latent_distribution, DISTRIBUTIONS)
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent_dim
        self.latent_distribution = latent_distribution
        self.seed = seed
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        self.built = True

    # What a variant may override.

    def sample_latents(self, batch_size, key: tf.Tensor):
        """Draws latents: float32 [batch_size, latent_dim], a pure function of `key` (int64 [2])."""
        return DISTRIBUTIONS[self.latent_distribution]((batch_size, self.latent_dim), key)

    def generate(self, latents, labels=None, training: bool = False):
        """Returns G(z): images float32 [n, H, W, C] in [−1, 1], or points [n, 2]."""
        return self.generator(latents, training=training)

    def discriminate(self, data, labels=None, training: bool = False):
        """Returns D's output on real or fake data: logits, or a dict that has them under `"logits"`."""
        return self.discriminator(data, training=training)

    def discriminator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that D descends. The fakes are plain data to it: D's tape sees D's variables alone."""
        return self.loss.discriminator(forward.real_logits, forward.fake_logits)

    def generator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that G descends, through a D that G's tape holds constant."""
        return self.loss.generator(forward.fake_logits)

    def batches(self, source: Source, batch_size: int, *, start_step: int = 0) -> tf.data.Dataset:
        """Returns the endless batches that `train_step` trains on, from a dataset, in an order keyed by the seed."""
        return source.batches(batch_size, seed=self.seed, start_step=start_step)

    def prepare(self, source: Source) -> None:
        """Runs once before the first step: what a recipe initializes from data."""

    @property
    def generator_networks(self) -> list:
        """The networks that G's player trains."""
        return [self.generator]

    @property
    def discriminator_networks(self) -> list:
        """The networks that D's player trains."""
        return [self.discriminator]

    # The step.

    def train_step(self, data) -> dict:
        """Trains on one batch of real data, as the schedule has it: `fit` calls it, and so may you."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        self.step.assign_add(1)
        self.schedule(self, tf.nest.map_structure(_as_training_data, real), labels)
        return self.get_metrics_result()

    def update_both(self, real, labels) -> None:
        """Moves both players by gradients taken at the same point, from one shared forward pass."""
        with self.discriminator_player.tape() as d_tape, self.generator_player.tape() as g_tape:
            forward = ForwardPass(self, real, labels, "simultaneous")
            d_loss = self._total_discriminator_loss(forward)
            g_loss = self._total_generator_loss(forward)
        self.discriminator_player.descend(d_tape, d_loss)
        self.generator_player.descend(g_tape, g_loss)

    def update_discriminator(self, real, labels) -> None:
        """Moves D, on latents of its own."""
        with self.discriminator_player.tape() as tape:
            loss = self._total_discriminator_loss(ForwardPass(self, real, labels, "discriminator"))
        self.discriminator_player.descend(tape, loss)

    def update_generator(self, real, labels) -> None:
        """Moves G, on latents of its own, through D as it now is."""
        with self.generator_player.tape() as tape:
            loss = self._total_generator_loss(ForwardPass(self, real, labels, "generator"))
        self.generator_player.descend(tape, loss)

    def _total_discriminator_loss(self, forward: ForwardPass) -> tf.Tensor:
        loss = self.discriminator_loss(forward)
        self.real_score.update_state(self._score(forward.real_logits))
        self.fake_score.update_state(self._score(forward.fake_logits))
        return self.discriminator_player.total_loss(loss, self, forward)

    def _total_generator_loss(self, forward: ForwardPass) -> tf.Tensor:
        return self.generator_player.total_loss(self.generator_loss(forward), self, forward)

    def _score(self, logits: tf.Tensor) -> tf.Tensor:
        return tf.sigmoid(logits) if self.loss.reads_probabilities else logits

    # What goes on around the step.

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
            loss: a name of `tfgan_zoo.registries.LOSSES`, or a `tfgan_zoo.losses.Loss`. One that needs a Lipschitz
                discriminator brings `WeightClipping(0.01)`, unless D's penalties see to that.
            schedule: a name of `tfgan_zoo.registries.SCHEDULES`, `n_critic:K`, or a `tfgan_zoo.schedules.Schedule`.
            penalties: `{"generator": [...], "discriminator": [...]}`, lists of `tfgan_zoo.penalties.Penalty`.
            ema: decays of the players' averaged weights, such as `{"generator": 0.999}`.
            **kwargs: for `keras.Model.compile`: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: a loss that the model does not admit, an unknown name, one optimizer for both players.
        """
        super().compile(optimizer=None, **kwargs)
        generator_optimizer = keras.optimizers.get(generator_optimizer)
        discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        if generator_optimizer is discriminator_optimizer:
            raise ValueError("each player needs an optimizer of its own. Received: the same object for both.")
        self.loss = self._admitted(LOSSES[loss]() if isinstance(loss, str) else loss)
        self.schedule = schedule_of(schedule) if isinstance(schedule, str) else schedule
        penalties, ema = _by_player("penalties", penalties), _by_player("ema", ema)
        d_penalties = penalties["discriminator"] or []
        if self.loss.needs_lipschitz and not any(penalty.keeps_lipschitz for penalty in d_penalties):
            d_penalties = [*d_penalties, WeightClipping()]
        self.generator_player = Player(
            "generator",
            generator_optimizer,
            penalties["generator"] or [],
            ema["generator"],
            lambda: self.generator_networks,
        )
        self.discriminator_player = Player(
            "discriminator",
            discriminator_optimizer,
            d_penalties,
            ema["discriminator"],
            lambda: self.discriminator_networks,
        )
        score = "probability" if self.loss.reads_probabilities else "logit"
        self.real_score = keras.metrics.Mean(name=f"real_{score}")
        self.fake_score = keras.metrics.Mean(name=f"fake_{score}")

    def _admitted(self, loss: Loss) -> Loss:
        names = {LOSSES.targets[name].partition(":")[2]: name for name in self.losses_admitted}
        name = type(loss).__name__
        if type(loss).__module__ == "tfgan_zoo.losses" and name not in names:
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

    def fit(self, x=None, y=None, **kwargs):
        """Trains as `keras.Model.fit` does.

        Args:
            x: images [n, H, W, C], uint8 in 0 … 255 or float in [−1, 1]; or points [n, 2]; or a `tf.data.Dataset` of
                batches, alone or with labels.
            y: int labels [n], where the model uses them.
            **kwargs: for `keras.Model.fit`.

        Raises:
            ValueError: an array of another shape or range.
        """
        if isinstance(x, np.ndarray):
            self._check_array(x)
        return super().fit(x, y, **kwargs)

    def _check_array(self, data: np.ndarray) -> None:
        shape = self.data_shape
        if data.shape[1:] != shape:
            name = type(self).__name__
            raise ValueError(f"{name} trains on data of shape (n, {str(shape)[1:]}. Received: {data.shape}")
        is_float_image = len(shape) == 3 and not np.issubdtype(data.dtype, np.integer)
        if is_float_image and not -1.001 <= data.min() <= data.max() <= 1.001:
            raise ValueError(
                "images are floats in [−1, 1] or integers in 0 … 255. "
                f"Received: {data.dtype} in [{data.min():.4g}, {data.max():.4g}]"
            )

    @property
    def data_shape(self) -> tuple:
        """Shape of one example, real or fake: (H, W, C) of an image, (2,) of a point."""
        return tuple(self.generator.output_shape[1:])

    def call(self, latents, training: bool = False):
        """Returns `generate(latents)`, so that `gan.predict` and `gan(...)` make images."""
        return self.generate(latents, training=training)

    # Randomness.

    def random_key(self, purpose: str) -> tf.Tensor:
        """Returns the key of this step's draw for a purpose: see `tfgan_zoo.randomness.key`."""
        return randomness.key(self.seed, self.step.value, purpose)

    def draw_latents(self, batch_size, purpose: str):
        """Draws this step's latents for a purpose."""
        return self.sample_latents(batch_size, self.random_key(purpose))

    # Averaged weights, files.

    @contextlib.contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """Puts the averaged weights of each player that has an average in place of its current ones, for the block."""
        players = [p for p in (self.generator_player, self.discriminator_player) if p.average and p.average.started]
        current = [[variable.numpy() for variable in player.weights_trained] for player in players]
        try:
            for player in players:
                _assign(player.weights_trained, player.average.read())
            yield
        finally:
            for player, weights in zip(players, current, strict=True):
                _assign(player.weights_trained, weights)

    def state(self) -> dict[str, list[tf.Variable]]:
        """Returns every variable that the next step depends on, and the metrics that are being gathered."""
        return {
            "model": [variable.value for variable in self.variables],
            "generator_optimizer": [variable.value for variable in self.generator_player.optimizer.variables],
            "discriminator_optimizer": [variable.value for variable in self.discriminator_player.optimizer.variables],
            "metrics": [variable.value for metric in self.metrics for variable in metric.variables],
        }

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latent_dim": self.latent_dim,
            "latent_distribution": self.latent_distribution,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects) for name in PLAYERS
        }
        return cls(**{**config, **networks})

    def get_compile_config(self):
        players = {"generator": self.generator_player, "discriminator": self.discriminator_player}
        serialize = keras.saving.serialize_keras_object
        return {
            **{f"{name}_optimizer": serialize(player.optimizer) for name, player in players.items()},
            "loss": serialize(self.loss),
            "schedule": serialize(self.schedule),
            "penalties": {name: [serialize(p) for p in player.penalties] for name, player in players.items()},
            "ema": {name: player.average and player.average.decay for name, player in players.items()},
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))


def _as_training_data(data: tf.Tensor) -> tf.Tensor:
    return to_model_range(data) if data.dtype.is_integer else data


def _by_player(argument: str, values: dict | None) -> dict:
    """Fills in the players that `values` does not name; refuses what is no player."""
    for name in values or {}:
        if name not in PLAYERS:
            raise unknown(f"player in {argument}", name, PLAYERS)
    return {**dict.fromkeys(PLAYERS), **(values or {})}


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
