"""What the TensorFlow tutorial teaches: one `tf.function` with two tapes, called once a batch.

Reference: https://www.tensorflow.org/tutorials/generative/dcgan
"""

import os

from benchmarks.contenders.work import Work


def run(work: Work, turns) -> None:
    """Trains epoch after epoch by a loop in Python."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    from benchmarks.contenders.latents import draw

    numbers = work.numbers
    generator, discriminator = work.networks()
    g_optimizer, d_optimizer = (keras.optimizers.Adam(numbers.learning_rate, beta_1=numbers.beta_1) for _ in range(2))
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def train_step(real):
        latents = draw(numbers, work.batch_size)
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = generator(latents, training=True)
            real_logits = discriminator(real, training=True)
            fake_logits = discriminator(fake, training=True)
            g_loss = cross_entropy(tf.ones_like(fake_logits), fake_logits)
            d_loss = cross_entropy(tf.ones_like(real_logits), real_logits)
            d_loss += cross_entropy(tf.zeros_like(fake_logits), fake_logits)
        g_weights, d_weights = generator.trainable_variables, discriminator.trainable_variables
        g_gradients, d_gradients = g_tape.gradient(g_loss, g_weights), d_tape.gradient(d_loss, d_weights)
        g_optimizer.apply_gradients(zip(g_gradients, g_weights, strict=True))
        d_optimizer.apply_gradients(zip(d_gradients, d_weights, strict=True))

    images = work.load_floats()
    dataset = tf.data.Dataset.from_tensor_slices(images)
    dataset = dataset.shuffle(len(images)).batch(work.batch_size, drop_remainder=True)
    while True:
        for real in dataset:
            train_step(real)
            turns.finished()
