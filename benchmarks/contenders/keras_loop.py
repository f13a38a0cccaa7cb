"""What the Keras examples teach: a model whose `train_step` moves D, then G on fresh latents, trained by `fit`.

Reference: https://keras.io/examples/generative/dcgan_overriding_train_step
"""

import os

from benchmarks.contenders.work import Work

EPOCHS = 1_000_000


def run(work: Work, turns) -> None:
    """Trains by `fit` with its defaults: progress bar, metrics, one step an execution."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    from benchmarks.contenders.latents import draw

    numbers = work.numbers

    class TwoStepGAN(keras.Model):
        def __init__(self, generator, discriminator):
            super().__init__()
            self.generator, self.discriminator = generator, discriminator
            self.d_mean, self.g_mean = keras.metrics.Mean(name="d_loss"), keras.metrics.Mean(name="g_loss")

        @property
        def metrics(self):
            return [self.d_mean, self.g_mean]

        def compile(self, d_optimizer, g_optimizer, loss_fn):
            super().compile()
            self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

        def train_step(self, real):
            count = tf.shape(real)[0]
            fake = self.generator(draw(numbers, count), training=True)
            images = tf.concat([fake, real], axis=0)
            targets = tf.concat([tf.zeros((count, 1)), tf.ones((count, 1))], axis=0)
            with tf.GradientTape() as tape:
                d_loss = self.loss_fn(targets, self.discriminator(images, training=True))
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))

            with tf.GradientTape() as tape:
                logits = self.discriminator(self.generator(draw(numbers, count), training=True), training=True)
                g_loss = self.loss_fn(tf.ones((count, 1)), logits)
            weights = self.generator.trainable_weights
            self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))

            self.d_mean.update_state(d_loss)
            self.g_mean.update_state(g_loss)
            return {"d_loss": self.d_mean.result(), "g_loss": self.g_mean.result()}

    gan = TwoStepGAN(*work.networks())
    gan.compile(
        keras.optimizers.Adam(numbers.learning_rate, beta_1=numbers.beta_1),
        keras.optimizers.Adam(numbers.learning_rate, beta_1=numbers.beta_1),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    images = work.load_floats()
    dataset = tf.data.Dataset.from_tensor_slices(images)
    dataset = dataset.shuffle(len(images)).batch(work.batch_size, drop_remainder=True)
    # Not a callback: one that waits would keep `fit` from updating its progress bar in the background.
    gan.make_train_function()
    train_function = gan.train_function

    def in_turn(iterator):
        logs = train_function(iterator)
        turns.finished()
        return logs

    gan.train_function = in_turn
    gan.fit(dataset, epochs=EPOCHS)
