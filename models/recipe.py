"""The numbers that a paper states about its training, and the optimizers that follow from them."""

import dataclasses

import keras

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.optimizers import FusedAdam


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What a recipe fixes besides its networks.

    Attributes:
        latent_dim: length of z.
        latent_distribution: a name of `tfgan_zoo.game.latents.DISTRIBUTIONS`.
        learning_rate, beta_1, beta_2: Adam's, for both players; a rate may be a Keras schedule.
        batch_size: real examples a step.
        generator_learning_rate: G's, where it has one of its own.
        steps_per_execution: how many steps `fit` takes between two looks at the callbacks: where a step is a few
            milliseconds, coming back to Python after each would double it. It changes no number.
    """

    latent_dim: int
    latent_distribution: str
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule
    beta_1: float
    batch_size: int
    steps_per_execution: int = 1
    beta_2: float = 0.999
    generator_learning_rate: float | keras.optimizers.schedules.LearningRateSchedule | None = None

    def replace(self, **given) -> "Recipe":
        """Returns these settings with those of `given` that are not None in place of the paper's."""
        return dataclasses.replace(self, **{name: value for name, value in given.items() if value is not None})

    def assemble(
        self, model: type[GAN], generator: keras.Model, discriminator: keras.Model, seed: int, **options
    ) -> GAN:
        """Returns a compiled `model` of the two networks; `options` are those of `GAN.compile`."""
        gan = model(
            generator,
            discriminator,
            latent_dim=self.latent_dim,
            latent_distribution=self.latent_distribution,
            seed=seed,
            batch_size=self.batch_size,
        )
        gan.compile(
            generator_optimizer=self._adam(self.generator_learning_rate or self.learning_rate),
            discriminator_optimizer=self._adam(self.learning_rate),
            steps_per_execution=self.steps_per_execution,
            **options,
        )
        return gan

    def _adam(self, learning_rate) -> keras.optimizers.Adam:
        return FusedAdam(learning_rate, beta_1=self.beta_1, beta_2=self.beta_2)
