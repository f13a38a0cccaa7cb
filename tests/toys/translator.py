"""G is given an example of A and makes its partner in B; D judges pairs. As in pix2pix."""

from functools import cached_property

import keras
import tensorflow as tf

from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.translation import Translation


class TranslatorPass(ForwardPass):
    fake = cached_property(lambda self: self.gan.generate(self.real["a"], training=self.training))
    target = property(lambda self: self.real["b"])
    shown_real = property(lambda self: (self.real["a"], self.target))
    shown_fake = property(lambda self: (self.real["a"], self.fake))


@keras.saving.register_keras_serializable(package="toys")
class Translator(GAN):
    forward_pass = TranslatorPass
    takes, scores_singly = "images", False

    def discriminator_inputs(self, shown, labels=None):
        return tf.concat(shown, axis=1)

    def generator_loss(self, forward):
        return super().generator_loss(forward) + 10.0 * tf.reduce_mean(tf.abs(forward.target - forward.fake))

    def translations(self):
        return [Translation("translate", self.generate, (2,), (2,))]

    def admit(self, source):
        return source.paired()
