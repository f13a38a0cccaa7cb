"""The trainer that every model of the zoo shares: two players, two optimizers, two gradient tapes."""

import tfgan_zoo.machine.backend  # noqa: F401

# isort: split
import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source, to_model_range
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.latents import DISTRIBUTIONS
from tfgan_zoo.game.two_players import PLAYERS, TwoPlayerModel
from tfgan_zoo.machine.distribution import on_each_replica, share_of, share_out
from tfgan_zoo.machine.precision import at_least_float32


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GAN(TwoPlayerModel):
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
        batch_size: real examples a step where nothing else is said; None for the class's, the paper's.

    Attributes:
        classifies: the model has a method `classify`, images → class probabilities.
        num_classes: how many classes the model is conditioned on; 0 for none.
        scores_singly: D's answer for an example does not depend on what else is in its batch.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, Algorithm 1.
    """

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
        batch_size: int | None = None,
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
        self.batch_size = batch_size or self.batch_size

    # What a variant may override.

    def sample_latents(self, batch_size, key: tf.Tensor):
        """Draws latents: float32 [batch_size, latent_dim], a pure function of `key` (int64 [2])."""
        return DISTRIBUTIONS[self.latent_distribution]((batch_size, self.latent_dim), key)

    def generate(self, latents, labels=None, training: bool = False):
        """Returns G(z): images float32 [n, H, W, C] in [−1, 1], or points [n, 2]."""
        return at_least_float32(self.generator(latents, training=training))

    def discriminate(self, data, labels=None, training: bool = False):
        """Returns D's output on real or fake data: logits, or a dict that has them under `"logits"`."""
        return at_least_float32(self.discriminator(data, training=training))

    def discriminator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that D descends. The fakes are plain data to it: D's tape sees D's variables alone."""
        return self.loss.discriminator(forward.real_logits, forward.fake_logits)

    def generator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that G descends, through a D that G's tape holds constant."""
        return self.loss.generator(forward.fake_logits)

    def batches(self, source: Source, batch_size: int, *, start_step: int = 0) -> tf.data.Dataset:
        """Returns the endless batches that `train_step` trains on, from a dataset, in an order keyed by the seed."""
        return source.batches(batch_size, seed=self.seed, start_step=start_step)

    def initialize_from(self, source: Source) -> None:
        """Sets the weights that the recipe initializes from data, if there are any."""

    # The step.

    def train_step(self, data) -> dict:
        """Trains on one batch of real data, as the schedule has it: `fit` calls it, and so may you."""
        self.train_on(data)
        return self.get_metrics_result()

    def train_on(self, data) -> None:
        """Does what `train_step` does, without reading the metrics."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if self.num_classes and labels is None:
            raise ValueError(f"{type(self).__name__} is conditioned on labels. Received: data without labels")
        self.step.assign_add(1)
        self.schedule(self, self._as_training_data(real), labels)

    @on_each_replica
    def update_both(self, real, labels) -> None:
        """Moves both players by gradients taken at the same point, from one shared forward pass."""
        with self.discriminator_player.tape() as d_tape, self.generator_player.tape() as g_tape:
            forward = ForwardPass(self, real, labels, "simultaneous")
            d_loss = self._total_discriminator_loss(forward)
            g_loss = self._total_generator_loss(forward)
        self.discriminator_player.descend(d_tape, d_loss)
        self.generator_player.descend(g_tape, g_loss)

    @on_each_replica
    def update_discriminator(self, real, labels) -> None:
        """Moves D, on latents of its own."""
        with self.discriminator_player.tape() as tape:
            loss = self._total_discriminator_loss(ForwardPass(self, real, labels, "discriminator"))
        self.discriminator_player.descend(tape, loss)

    @on_each_replica
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

    @on_each_replica
    def _as_training_data(self, real):
        return tf.nest.map_structure(self._as_floats, real)

    def _as_floats(self, data) -> tf.Tensor:
        data = tf.convert_to_tensor(data)
        if not data.dtype.is_integer:
            return data
        return to_model_range(data) if len(self.data_shape) == 3 else tf.cast(data, tf.float32)

    # What goes on around the step.

    def prepare(self, source: Source) -> None:
        """Runs once before the first step: initializes from data, and lets histories begin at the weights as then."""
        self.initialize_from(source)
        for player in (self.generator_player, self.discriminator_player):
            player.restart()

    def random_key(self, purpose: str) -> tf.Tensor:
        """Returns the key of this step's draw for a purpose: see `tfgan_zoo.common.randomness.key`."""
        return randomness.key(self.seed, self.step.value, purpose)

    def draw_latents(self, batch_size, purpose: str):
        """Draws this step's latents for a purpose: this replica's share of those of the global batch."""
        return share_of(lambda count: self.sample_latents(count, self.random_key(purpose)), batch_size)

    def fit(self, x=None, y=None, batch_size=None, **kwargs):
        """Trains as `keras.Model.fit` does.

        Args:
            x: images [n, H, W, C], integers in 0 … 255 or float in [−1, 1]; or points [n, 2]; or a `tf.data.Dataset` of
                batches, alone or with labels.
            y: int labels [n], where the model uses them.
            batch_size: of arrays; the model's unless given. An epoch is as many whole batches as the array has, in an
                order that is keyed by the seed and goes on where the last call left it.
            **kwargs: for `keras.Model.fit`.

        Raises:
            ValueError: an array of another shape or range.
        """
        if not isinstance(x, np.ndarray):
            return super().fit(x, y, batch_size=batch_size, **kwargs)
        source = self._array_source(x, y)
        batch_size, start_step = min(batch_size or self.batch_size, len(x)), int(self.step.numpy())
        if start_step == 0:
            self.prepare(source)
        with self.distribute_strategy.scope():
            batches = share_out(self.batches(source, batch_size, start_step=start_step))
        return super().fit(batches, **{"steps_per_epoch": len(x) // batch_size, "shuffle": False, **kwargs})

    def _array_source(self, data: np.ndarray, labels) -> ArraySource:
        self._check_array(data)
        if labels is None:
            if self.num_classes:
                raise ValueError(f"{type(self).__name__} is conditioned on labels. Received: data without labels")
            return ArraySource("array", data, np.full(len(data), UNLABELLED))
        labels = np.asarray(labels, np.int32)
        return ArraySource("array", data, labels, [str(label) for label in range(labels.max() + 1)])

    def _check_array(self, data: np.ndarray) -> None:
        shape = self.data_shape
        if data.shape[1:] != shape:
            name = type(self).__name__
            raise ValueError(f"{name} trains on data of shape (n, {str(shape)[1:]}. Received: {data.shape}")
        is_integer = np.issubdtype(data.dtype, np.integer)
        lowest, highest = (0, 255) if is_integer else (-1.001, 1.001)
        if len(shape) == 3 and not lowest <= data.min() <= data.max() <= highest:
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

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latent_dim": self.latent_dim,
            "latent_distribution": self.latent_distribution,
            "seed": self.seed,
            "batch_size": self.batch_size,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects) for name in PLAYERS
        }
        return cls(**{**config, **networks})
