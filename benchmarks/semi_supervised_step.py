"""What the trainer costs the semi-supervised model: its step against a hand-written one of the same networks.

    python benchmarks/semi_supervised_step.py [--rounds=12] [--steps=50]

Both train on the same batches of random images in MNIST's size: D's step on labelled, unlabelled and generated images,
G's on another unlabelled batch, Adam, averaged weights of D. By hand it is one `tf.function` called once a step; ours
is the graph loop of `train.py`, with its metrics. They take turns in one process.

Measured on 2 CPU cores (AMD EPYC, oneDNN on), 2026-11-28, by the command above: 55.0 ms a step by hand, 53.2 ms (0.97)
by `train.py`.
"""

import pathlib
import sys

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.alternate import alternate, print_medians
from tfgan_zoo.common.command import run_command
from tfgan_zoo.machine.runtime import start_tensorflow

IMAGE_SHAPE, NUM_CLASSES, EXAMPLES = (28, 28, 1), 10, 10_000


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("rounds", 12, "Turns of each way, the first not counted.", 2, flag_values=values)
    flags.DEFINE_integer("steps", 50, "Steps a turn.", 1, flag_values=values)


def by_hand(gan):
    """Returns the step as one would write it for this model alone."""
    import keras
    import tensorflow as tf

    generator, discriminator = keras.models.clone_model(gan.generator), keras.models.clone_model(gan.discriminator)
    d_optimizer, g_optimizer = (keras.optimizers.Adam(3e-3, beta_1=0.5) for _ in range(2))
    d_optimizer.build(discriminator.trainable_variables)
    g_optimizer.build(generator.trainable_variables)
    averages = [tf.Variable(tf.zeros(weight.shape)) for weight in discriminator.trainable_variables]

    def draw():
        return tf.random.uniform([gan.batch_size, gan.latent_dim])

    @tf.function
    def step(unlabelled, known):
        with tf.GradientTape() as tape:
            labelled_logits = discriminator(known["labelled"], training=True)["class_logits"]
            real = tf.reduce_logsumexp(discriminator(unlabelled, training=True)["class_logits"], axis=1)
            fake_logits = discriminator(generator(draw(), training=True), training=True)["class_logits"]
            fake = tf.reduce_logsumexp(fake_logits, axis=1)
            labelled_loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(known["labels"], labelled_logits)
            )
            unlabelled_loss = tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))
            d_loss = labelled_loss + 0.5 * unlabelled_loss
        weights = discriminator.trainable_variables
        d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
        for average, weight in zip(averages, weights, strict=True):
            average.assign_add(1e-4 * (weight - average))
        with tf.GradientTape() as tape:
            fake_features = discriminator(generator(draw(), training=True), training=True)["features"]
            real_features = discriminator(known["matching"], training=True)["features"]
            difference = tf.reduce_mean(real_features, axis=0) - tf.reduce_mean(fake_features, axis=0)
            g_loss = tf.reduce_mean(tf.square(difference))
        weights = generator.trainable_variables
        g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))

    return step


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    import tensorflow as tf

    from models import ZOO
    from tfgan_zoo.data.source import ArraySource
    from tfgan_zoo.machine.distribution import make_train_steps

    random = np.random.default_rng(0)
    images = random.integers(0, 256, (EXAMPLES, *IMAGE_SHAPE), np.uint8)
    labels = np.arange(EXAMPLES) % NUM_CLASSES
    source = ArraySource("random images", images, labels, [str(label) for label in range(NUM_CLASSES)])
    gan = ZOO["semi_supervised"](IMAGE_SHAPE, num_classes=NUM_CLASSES)
    gan.prepare(source)
    batches = gan.batches(source, gan.batch_size)
    hand_step, hand_batches = by_hand(gan), iter(batches)
    train_steps, run_batches = make_train_steps(gan), iter(batches)

    def run_by_hand():
        for _ in range(values.steps):
            hand_step(*next(hand_batches))

    ways = {"by hand": run_by_hand, "train.py": lambda: train_steps(run_batches, tf.constant(values.steps))}
    print_medians("semi_supervised", alternate(ways, values.rounds, values.steps), "by hand")


if __name__ == "__main__":
    sys.exit(run_command("semi_supervised_step.py", "Times the semi-supervised step.", define, main))
