"""D is an auto-encoder, its answer an energy, and k balances what D makes of real and fake. As in BEGAN."""

import keras
import tensorflow as tf

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Loss
from tfgan_zoo.machine.distribution import mean_over_replicas


@keras.saving.register_keras_serializable(package="toys")
class Balanced(Loss):
    reads, watched, has_signs = "energies", ("real_energy", "fake_energy"), False

    def discriminator(self, forward):
        real, fake = self.watch(forward)
        return real - forward.gan.k.value * fake

    def generator(self, forward):
        return tf.reduce_mean(forward.fake_output["energies"])

    def watch(self, forward):
        return tuple(tf.reduce_mean(output["energies"]) for output in (forward.real_output, forward.fake_output))


@keras.saving.register_keras_serializable(package="toys")
class Energies(GAN):
    answers = "energies"

    def __init__(self, *networks, **kwargs):
        super().__init__(*networks, **kwargs)
        self.k = self.add_weight(trainable=False, aggregation="only_first_replica", initializer="zeros", name="k")

    def discriminate(self, shown, labels=None, training=False):
        return {"energies": tf.reduce_mean(tf.abs(self.discriminator(shown, training=training) - shown), axis=1)}

    def after_update(self, forward):
        real, fake = mean_over_replicas(self.loss.watch(forward))
        self.k.assign(tf.clip_by_value(self.k + 0.1 * (0.9 * real - fake), 0.0, 1.0))
