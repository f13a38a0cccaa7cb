"""A part of the latents is a code, which Q reads from D's features; D's player trains Q. As in InfoGAN."""

import keras
import tensorflow as tf

from tfgan_zoo.game.gan import GAN

CODES = 2


@keras.saving.register_keras_serializable(package="toys")
class Codes(GAN):
    discriminator_networks = ("discriminator", "recognizer")

    def sample_latents(self, batch_size, key):
        noise = super().sample_latents(batch_size, key)[:, CODES:]
        drawn = tf.random.stateless_uniform([batch_size], key + 1, 0, CODES, tf.int32, alg="philox")
        return tf.concat([tf.one_hot(drawn, CODES), noise], axis=1)

    def information(self, forward):
        found = self.recognizer(forward.fake_output["features"], training=True)
        return -tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(forward.latents[:, :CODES], found))

    def discriminator_loss(self, forward):
        return super().discriminator_loss(forward) - self.information(forward)

    def generator_loss(self, forward):
        return super().generator_loss(forward) - self.information(forward)
