"""The trainer that every model of the zoo shares: two players, two optimizers, two gradient tapes."""

import tfgan_zoo.machine.backend  # noqa: F401

# isort: split
import keras
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import SEEDS
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data.source import to_model_range
from tfgan_zoo.game.fitting import FittedModel
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.latents import DISTRIBUTIONS
from tfgan_zoo.game.mirroring import mirrored
from tfgan_zoo.game.translation import Translation
from tfgan_zoo.machine.distribution import on_each_replica, share_of
from tfgan_zoo.machine.precision import at_least_float32


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GAN(FittedModel):
    """A generative adversarial network, trained by `fit` like any Keras model.

    A variant composes networks, a loss, a schedule, penalties and an augmentation; or it says what is different about
    it: the networks of each player (`generator_networks`, `discriminator_networks`), the data flow (`forward_pass`),
    how the networks are called (`generator_inputs`, `discriminator_inputs`, `generate`, `discriminate`), what a player
    descends (`discriminator_loss`, `generator_loss`) and which state an update leaves behind (`after_update`). The step
    itself is written once, here.

    A player's update changes that player's trainable variables alone. State that is not trained, such as the moving
    averages of batch normalization, follows wherever its network runs in training mode: D's also in G's turn.

    Args:
        *networks: in the order of `network_names`, or by name. `generator`: latents [n, latent_dim] → data as the data
            contract has it (images in [−1, 1]). `discriminator`: data → raw logits [n, 1], or a dict that has them
            under `"logits"`.
        latent_dim: length of a latent vector; 0 for a model that is given images.
        latent_distribution: `"normal"` N(0, 1), `"uniform"` U(−1, 1) or `"unit_uniform"` U(0, 1).
        num_classes: how many classes the model is conditioned on, 0 for none; None for the class's.
        seed: keys every random draw of the training, 0 … 2³¹ − 1.
        batch_size: real examples per step where nothing else is said; None for the class's, the paper's.

    Attributes:
        forward_pass: the class of the data flow.
        takes: what G is given: `"latents"` or `"images"`.
        encodes: the model has a method `encode`, images → latents.
        classifies: the model has a method `classify`, images → class probabilities.
        scores_singly: D judges one example at a time, and its answer does not depend on what else is in the batch.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, Algorithm 1.
    """

    forward_pass = ForwardPass
    batch_size = 128
    num_classes = 0
    takes = "latents"
    encodes = False
    classifies = False
    scores_singly = True

    def __init__(
        self,
        *networks: keras.Model,
        latent_dim: int = 0,
        latent_distribution: str = "normal",
        num_classes: int | None = None,
        seed: int = 0,
        batch_size: int | None = None,
        **kwargs,
    ):
        super().__init__(*networks, **kwargs)
        unbuilt = next((network.name for network in self.networks if not network.built), None)
        if unbuilt:
            raise UserError(
                f"the network '{unbuilt}' has no weights yet: give it a keras.Input, or call it once before."
            )
        if latent_distribution not in DISTRIBUTIONS:
            raise unknown("latent distribution", latent_distribution, DISTRIBUTIONS)
        if (self.takes == "latents") != (latent_dim > 0):
            raise ValueError(f"{type(self).__name__} is given {self.takes}. Received: latent_dim={latent_dim}")
        if isinstance(seed, bool) or not 0 <= seed < SEEDS or seed != int(seed):
            raise UserError(f"seed={seed}: accepted: 0 … {SEEDS - 1}.")
        if keras.config.image_data_format() == "channels_first":
            raise UserError(
                "keras.config.image_data_format() is 'channels_first'; images here have their channels last."
            )
        self.latent_dim = latent_dim
        self.latent_distribution = latent_distribution
        self.num_classes = self.num_classes if num_classes is None else num_classes
        self.seed = int(seed)
        self.batch_size = batch_size or self.batch_size

    # How the networks are called.

    def sample_latents(self, batch_size, key: tf.Tensor):
        """Draws latents: float32 [batch_size, latent_dim], a pure function of `key` (int64 [2])."""
        return DISTRIBUTIONS[self.latent_distribution]((batch_size, self.latent_dim), key)

    def generator_inputs(self, latents, labels=None):
        """Returns what G's network is called with."""
        return latents

    def discriminator_inputs(self, shown, labels=None):
        """Returns what D's network is called with."""
        return shown

    def generate(self, latents, labels=None, training: bool = False):
        """Returns G(z): images float32 [n, H, W, C] in [−1, 1], or points [n, 2]."""
        return at_least_float32(self.generator(self.generator_inputs(latents, labels), training=training))

    def discriminate(self, shown, labels=None, training: bool = False):
        """Returns D's output on what it is shown: logits, or a dict that has them under `"logits"`."""
        return at_least_float32(self.discriminator(self.discriminator_inputs(shown, labels), training=training))

    def translations(self) -> list[Translation]:
        """Returns what a model that is given images makes of them; the first one is an export's default."""
        return []

    def views(self, forward: ForwardPass) -> dict[str, tf.Tensor]:
        """Returns what a sample picture shows of held-out examples, in columns beside each other: title → images.

        Args:
            forward: a pass at inference, whose `real` are the held-out examples.
        """
        return {}

    # What the players descend, and what an update leaves behind.

    def discriminator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that D descends. The fakes are plain data to it: D's tape sees D's variables alone."""
        return tf.add_n([self.loss.discriminator(game) for game in forward.games])

    def generator_loss(self, forward: ForwardPass) -> tf.Tensor:
        """Returns the scalar that G descends, through a D that G's tape holds constant."""
        return tf.add_n([self.loss.generator(game) for game in forward.games])

    def after_update(self, forward: ForwardPass) -> None:
        """Keeps the model's own state, after each update of D, from the pass that its loss was computed from.

        State is made by `add_weight(…, trainable=False, aggregation="only_first_replica")`, or lies in a layer. Every
        replica runs this, on its share of the batch, and has to assign the same values: take means by
        `tfgan_zoo.machine.distribution.mean_over_replicas`.
        """

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
        real = self._as_training_data(real)
        self.schedule(self, self._mirrored(real) if self.flip else real, labels)

    @on_each_replica
    def update_both(self, real, labels) -> None:
        """Moves both players by gradients taken at the same point, from one shared forward pass."""
        with self.discriminator_player.tape() as d_tape, self.generator_player.tape() as g_tape:
            forward = self.forward_pass(self, real, labels, "simultaneous")
            d_loss = self._total_discriminator_loss(forward)
            g_loss = self._total_generator_loss(forward)
        self.discriminator_player.descend(d_tape, d_loss)
        self.generator_player.descend(g_tape, g_loss)
        self._keep_state(forward)

    @on_each_replica
    def update_discriminator(self, real, labels) -> None:
        """Moves D, on latents of its own."""
        with self.discriminator_player.tape() as tape:
            forward = self.forward_pass(self, real, labels, "discriminator")
            loss = self._total_discriminator_loss(forward)
        self.discriminator_player.descend(tape, loss)
        self._keep_state(forward)

    @on_each_replica
    def update_generator(self, real, labels) -> None:
        """Moves G, on latents of its own, through D as it now is."""
        with self.generator_player.tape() as tape:
            loss = self._total_generator_loss(self.forward_pass(self, real, labels, "generator"))
        self.generator_player.descend(tape, loss)

    def _keep_state(self, forward: ForwardPass) -> None:
        self.after_update(forward)
        for penalty in self.discriminator_player.penalties:
            penalty.observe(forward.for_discriminator)
        if self.augmentation is not None:
            self.augmentation.observe(forward.for_discriminator)

    def _total_discriminator_loss(self, forward: ForwardPass) -> tf.Tensor:
        forward = forward.for_discriminator
        loss = self.discriminator_loss(forward)
        for game in forward.games:
            for metric, figure in zip(self.discriminator_player.watched, self.loss.watch(game), strict=True):
                metric.update_state(figure)
        return self.discriminator_player.total_loss(loss, self, forward)

    def _total_generator_loss(self, forward: ForwardPass) -> tf.Tensor:
        return self.generator_player.total_loss(self.generator_loss(forward), self, forward)

    @on_each_replica
    def _as_training_data(self, real):
        return tf.nest.map_structure(_as_floats, real)

    @on_each_replica
    def _mirrored(self, real):
        return mirrored(real, self.random_key("flip"))

    # What the step draws.

    def random_key(self, purpose: str) -> tf.Tensor:
        """Returns the key of this step's draw for a purpose: see `tfgan_zoo.common.randomness.key`."""
        return randomness.key(self.seed, self.step.value, purpose)

    def draw_latents(self, batch_size, purpose: str):
        """Draws this step's latents for a purpose: this replica's share of those of the global batch."""
        return share_of(lambda count: self.sample_latents(count, self.random_key(purpose)), batch_size)

    @property
    def data_shape(self) -> tuple:
        """Shape of one example, real or fake: (H, W, C) of an image, (2,) of a point."""
        try:
            return tuple(self.generator.output_shape[1:])
        except AttributeError:  # of a `keras.Model` with a `call` of its own
            return tuple(self.generator(keras.Input((self.latent_dim,))).shape[1:])

    def call(self, latents, labels=None, training: bool = False):
        """Returns `generate(latents, labels)`, so that `gan.predict` and `gan(...)` make images.

        Args:
            latents: float32 [n, latent_dim]; or `[latents, labels]`, or a dict of both.
            labels: int32 [n] of a conditional model.
            training: the network runs in training mode.
        """
        if isinstance(latents, dict):
            latents, labels = latents["latents"], latents.get("labels")
        elif isinstance(latents, (list, tuple)):
            latents, labels = latents
        return self.generate(latents, labels, training=training)

    def get_config(self):
        return {
            **super().get_config(),
            "latent_dim": self.latent_dim,
            "latent_distribution": self.latent_distribution,
            "num_classes": self.num_classes,
            "seed": self.seed,
            "batch_size": self.batch_size,
        }


def _as_floats(data) -> tf.Tensor:
    """Brings pixels to [−1, 1]; integers that are no images, such as points, become floats as they are."""
    data = tf.convert_to_tensor(data)
    if not data.dtype.is_integer:
        return tf.cast(data, tf.float32)
    return to_model_range(data) if data.shape.rank == 4 else tf.cast(data, tf.float32)
