"""D judges pairs of an example and its latents; the encoder belongs to G's player. As in ALI and BiGAN."""

from functools import cached_property

import keras
import tensorflow as tf

from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN


class PairsPass(ForwardPass):
    @cached_property
    def shown_real(self):
        return self.real, self.gan.encode(self.real, training=self.training)

    @cached_property
    def shown_fake(self):
        return self.fake, self.latents


@keras.saving.register_keras_serializable(package="toys")
class Pairs(GAN):
    generator_networks = ("generator", "encoder")
    forward_pass = PairsPass
    encodes, scores_singly = True, False

    def encode(self, examples, training=False):
        return self.encoder(examples, training=training)

    def discriminator_inputs(self, shown, labels=None):
        return tf.concat(shown, axis=1)

    def generator_loss(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.real_logits)) + super().generator_loss(forward)
