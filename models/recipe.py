"""The numbers that a paper states about its training, and the compiled model that follows from them."""

import dataclasses
import inspect
import math
from collections.abc import Callable, Mapping

import keras

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.choices import ema_of, penalties_of
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.optimizers import FusedAdam

OF_COMPILE = ("loss", "schedule", "penalties", "ema", "augmentation", "flip")

Rate = float | keras.optimizers.schedules.LearningRateSchedule


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What a paper fixes besides its networks.

    Attributes:
        latent_dim: length of z; 0 for a model that is given images.
        latent_distribution: a name of `tfgan_zoo.game.latents.DISTRIBUTIONS`.
        learning_rate, beta_1, beta_2: Adam's, for both players; a rate may be a Keras schedule.
        batch_size: real examples per step.
        generator_learning_rate: G's, where it has one of its own.
        optimizer: class of both players' optimizers.
        loss, schedule: as `GAN.compile` takes them.
        penalties, ema: player → its penalties, player → decay of its averaged weights.
        augmentation, flip: as `GAN.compile` takes them.
        steps_per_execution: how many steps `fit` takes between two looks at the callbacks: where a step is a few
            milliseconds, coming back to Python after each would double it. It changes no number.
    """

    latent_dim: int
    latent_distribution: str
    learning_rate: Rate
    beta_1: float
    batch_size: int
    steps_per_execution: int = 1
    beta_2: float = 0.999
    generator_learning_rate: Rate | None = None
    optimizer: type[keras.optimizers.Optimizer] = FusedAdam
    loss: object = "non_saturating"
    schedule: object = "simultaneous"
    penalties: Mapping = dataclasses.field(default_factory=dict)
    ema: Mapping = dataclasses.field(default_factory=dict)
    augmentation: str | None = None
    flip: bool = False

    def changed(
        self,
        *,
        latent_dim: int | None = None,
        learning_rate: Rate | None = None,
        generator_learning_rate: Rate | None = None,
        beta_1: float | None = None,
        beta_2: float | None = None,
        loss=None,
        schedule=None,
        penalties=None,
        ema=None,
        augmentation=None,
        flip: bool | None = None,
    ) -> "Recipe":
        """Returns the recipe with what is given in place of the paper's.

        Args:
            latent_dim: length of z.
            learning_rate: Adam's, for both players.
            generator_learning_rate: G's, where it is to have one of its own (Heusel et al. 2017, arXiv:1706.08500).
            beta_1, beta_2: Adam's, for both players.
            loss, schedule: as `GAN.compile` takes them.
            penalties: beside the model's own, or in place of those of the same kind: see `penalties_of`.
            ema: decay of G's averaged weights, or "none", or a dict player → decay.
            augmentation: of what D is shown, as `GAN.compile` takes it, or "none".
            flip: mirrors half of the training images left to right.

        Raises:
            UserError: a learning rate that is not above 0, or a β that is not in [0, 1).
        """
        given = {name: value for name, value in locals().items() if name != "self" and value is not None}
        _check_numbers(given)
        given["penalties"] = penalties_of(penalties, self.penalties)
        given["ema"] = ema_of(ema, self.ema)
        return dataclasses.replace(self, **given)

    def assemble(self, model: type[GAN], *networks: keras.Model, seed: int, **arguments) -> GAN:
        """Returns a compiled `model` of the networks; `arguments` are further ones of its constructor."""
        gan = model(
            *networks,
            latent_dim=self.latent_dim,
            latent_distribution=self.latent_distribution,
            seed=seed,
            batch_size=self.batch_size,
            **arguments,
        )
        gan.compile(
            generator_optimizer=self._optimizer(self.generator_learning_rate or self.learning_rate),
            discriminator_optimizer=self._optimizer(self.learning_rate),
            steps_per_execution=self.steps_per_execution,
            **{name: getattr(self, name) for name in OF_COMPILE},
        )
        return gan

    def _optimizer(self, learning_rate: Rate) -> keras.optimizers.Optimizer:
        return self.optimizer(learning_rate, beta_1=self.beta_1, beta_2=self.beta_2)


def _check_numbers(given: Mapping) -> None:
    for name in ("learning_rate", "generator_learning_rate"):
        rate = given.get(name, 1.0)
        if not callable(rate) and not (is_number(rate) and 0.0 < rate < math.inf):
            raise UserError(f"{name}={rate}: give a number above 0, such as 0.0002.")
    for name in ("beta_1", "beta_2"):
        beta = given.get(name, 0.0)
        if not callable(beta) and not (is_number(beta) and 0.0 <= beta < 1.0):
            raise UserError(f"{name}={beta}: give a number from 0 up to but not including 1.")


def check_at_least_0(**weights) -> None:
    """Refuses weights of terms that are no numbers of 0 or more.

    Args:
        **weights: name → weight.

    Raises:
        UserError: one is none.
    """
    for name, weight in weights.items():
        if not (is_number(weight) and 0.0 <= weight < math.inf):
            raise UserError(f"{name}={weight}: give a number of 0 or more.")


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def completed_by(inherited: Callable) -> Callable:
    """Completes the signature of a `build(image_shape, *, …, **rest)` by the keywords that `rest` may hold.

    Args:
        inherited: the function that takes `rest`, such as `Recipe.changed`.
    """

    def complete(build):
        own = [p for p in inspect.signature(build).parameters.values() if p.kind is not p.VAR_KEYWORD]
        names = {parameter.name for parameter in own}
        keywords = (p for p in inspect.signature(inherited).parameters.values() if p.kind is p.KEYWORD_ONLY)

        build.__signature__ = inspect.Signature([*own, *(p for p in keywords if p.name not in names)])
        return build

    return complete
