"""Whose turn it is: how one step of the trainer, which consumes one batch of real data, moves the two players."""

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import SCHEDULES


class Schedule:
    """Calls the trainer's updates. `gan.step` counts them from 1."""

    def __call__(self, gan, real, labels) -> None:
        """Trains on one batch.

        Args:
            gan: the `GAN`, whose `update_both`, `update_discriminator` and `update_generator` do the work.
            real: the batch of real data.
            labels: int32 [batch], or None.
        """
        raise NotImplementedError

    def get_config(self) -> dict:
        return {}

    @classmethod
    def from_config(cls, config: dict) -> "Schedule":
        return cls(**config)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Simultaneous(Schedule):
    """Both gradients are taken at the same point, from one shared forward pass: simultaneous gradient descent."""

    def __call__(self, gan, real, labels):
        gan.update_both(real, labels)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Sequential(Schedule):
    """D first, then G on fresh latents through the updated D.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661, Algorithm 1 with k = 1.
    """

    def __call__(self, gan, real, labels):
        gan.update_discriminator(real, labels)
        gan.update_generator(real, labels)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NCritic(Schedule):
    """D on every batch, each with fresh real data and latents; G after every k-th.

    Args:
        k: discriminator updates to one of the generator, at least 1.

    Reference: Goodfellow et al. 2014, Algorithm 1; Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1 (k = 5).
    """

    def __init__(self, k: int = 5):
        if k < 1:
            raise ValueError(f"n_critic needs k of at least 1. Received: k={k}")
        self.k = k

    def __call__(self, gan, real, labels):
        gan.update_discriminator(real, labels)
        tf.cond(
            tf.equal(gan.step.value % self.k, 0),
            lambda: _no_output(gan.update_generator, real, labels),
            lambda: tf.constant(0),
        )

    def get_config(self):
        return {"k": self.k}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Alternating(Schedule):
    """D on odd steps, G on even ones, each on a batch of its own."""

    def __call__(self, gan, real, labels):
        tf.cond(
            tf.equal(gan.step.value % 2, 1),
            lambda: _no_output(gan.update_discriminator, real, labels),
            lambda: _no_output(gan.update_generator, real, labels),
        )


def schedule_of(name: str) -> Schedule:
    """Returns the schedule that a text means: a name of `SCHEDULES`, or `n_critic:K`."""
    name, colon, k = name.partition(":")
    if colon and (name != "n_critic" or not k.isdecimal()):
        raise UserError(f"schedule={name}:{k}: accepted with a number is n_critic:K, such as n_critic:5.")
    return SCHEDULES[name](**({"k": int(k)} if colon else {}))


def _no_output(update, real, labels) -> tf.Tensor:
    """Runs an update as a branch of `tf.cond`, both of whose branches have to return something."""
    update(real, labels)
    return tf.constant(0)
