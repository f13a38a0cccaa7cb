"""Trains one small convolutional GAN, in a process of its own: oneDNN is chosen when TensorFlow is imported.

    python tests/fast_and_plain.py OUT.npz WAY          WAY: fast, eager or traced

*fast* is the loop of `train.py`. The others are two tapes by hand, run operation by operation or as a `tf.function`,
whose graph TensorFlow rewrites as it does that of `train.py`. *eager* has Keras's batch normalization, the others the
zoo's. All take the same batches and latents, which are keyed, and descend plainly. Saves the weights before and
after 20 steps.
"""

import os
import sys

import numpy as np

STEPS, BATCH, SIDE, LEARNING_RATE = 20, 16, 8, 0.05


def build(way):
    """Builds a GAN with all that the tutorial's has: transposed convolutions, batch normalization, dropout."""
    import keras
    from keras import layers

    from tfgan_zoo.game.gan import GAN
    from tfgan_zoo.layers import BatchNormalization

    normalization = layers.BatchNormalization if way == "eager" else BatchNormalization

    def glorot(seed):
        return keras.initializers.GlorotUniform(seed=seed)

    generator = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(4 * 4 * 8, use_bias=False, kernel_initializer=glorot(0)),
            normalization(),
            layers.LeakyReLU(),
            layers.Reshape((4, 4, 8)),
            layers.Conv2DTranspose(1, 5, 2, "same", activation="tanh", kernel_initializer=glorot(1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Conv2D(8, 5, 2, "same", kernel_initializer=glorot(2)),
            layers.LeakyReLU(),
            layers.Dropout(0.3, seed=3),
            layers.Flatten(),
            layers.Dense(1, kernel_initializer=glorot(4)),
        ]
    )
    gan = GAN(generator, discriminator, latent_dim=6)
    optimizers = {
        f"{player}_optimizer": keras.optimizers.SGD(LEARNING_RATE) for player in ("generator", "discriminator")
    }
    gan.compile(**optimizers)
    return gan


def train_fast(gan, batches) -> None:
    """Trains as `train.py` does: all steps in one execution of a graph."""
    import tensorflow as tf

    from tfgan_zoo.machine.distribution import make_train_steps

    make_train_steps(gan)(iter(batches), tf.constant(STEPS))


def train_by_hand(gan, batches, compiled) -> None:
    """Trains by two tapes, with nothing of the trainer's but the latents that it would draw."""
    import tensorflow as tf

    from tfgan_zoo.common import randomness

    g_weights, d_weights = gan.generator.trainable_variables, gan.discriminator.trainable_variables

    @compiled
    def train_step(real, latents):
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            real_logits = gan.discriminator(real, training=True)
            fake_logits = gan.discriminator(gan.generator(latents, training=True), training=True)
            d_loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))
            g_loss = tf.reduce_mean(tf.nn.softplus(-fake_logits))
        gradients = [*d_tape.gradient(d_loss, d_weights), *g_tape.gradient(g_loss, g_weights)]
        for weight, gradient in zip([*d_weights, *g_weights], gradients, strict=True):
            weight.assign_sub(LEARNING_RATE * gradient)

    for step, (real, _) in enumerate(batches.take(STEPS), start=1):
        train_step(real, gan.sample_latents(BATCH, randomness.key(0, step, "latents/simultaneous")))


def train_eagerly(gan, batches) -> None:
    train_by_hand(gan, batches, lambda step: step)


def train_traced(gan, batches) -> None:
    import tensorflow as tf

    train_by_hand(gan, batches, tf.function)


def main(out: str, way: str) -> None:
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    from tfgan_zoo.data.source import ArraySource
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    images = np.random.default_rng(0).integers(0, 256, (64, SIDE, SIDE, 1), np.uint8)
    gan = build(way)
    before = [weight.numpy() for weight in gan.trainable_variables]
    batches = gan.batches(ArraySource("random", images, [-1] * len(images)), BATCH)
    {"fast": train_fast, "eager": train_eagerly, "traced": train_traced}[way](gan, batches)
    after = [weight.numpy() for weight in gan.trainable_variables]
    np.savez(out, before=np.concatenate([w.ravel() for w in before]), after=np.concatenate([w.ravel() for w in after]))


if __name__ == "__main__":
    main(*sys.argv[1:])
