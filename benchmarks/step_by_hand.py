"""What the trainer costs a model: its step against a hand-written one of the same networks.

    python benchmarks/step_by_hand.py MODEL [--rounds=12] [--steps=20]

MODEL is one of bigan, cyclegan and semi_supervised. Both ways train on the same kind of batches of random images: by
hand it is one `tf.function`, called once a step, with Keras's Adam; ours is the graph loop of `train.py`, with its
metrics. They take turns in one process.

Measured on 2 CPU cores (AMD EPYC, oneDNN on), 2026-11-28, by `semi_supervised --steps=50`: 55.0 ms a step by hand,
53.2 ms (0.97) by `train.py`.
"""

import pathlib
import sys

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.alternate import alternate, print_medians
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.machine.runtime import start_tensorflow

SHAPES = {"bigan": (28, 28, 1), "cyclegan": (28, 28, 1), "semi_supervised": (28, 28, 1)}
NUM_CLASSES, EXAMPLES = 10, 10_000


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("model", None, f"One of {', '.join(STEPS)}.", flag_values=values)
    flags.DEFINE_integer("rounds", 12, "Turns of each way, the first not counted.", 2, flag_values=values)
    flags.DEFINE_integer("steps", 20, "Steps a turn.", 1, flag_values=values)


def clones(*networks):
    import keras

    return [keras.models.clone_model(network) for network in networks]


def adam(learning_rate: float, *networks):
    """Returns an optimizer and the variables that it moves."""
    import keras

    optimizer = keras.optimizers.Adam(learning_rate, beta_1=0.5)
    weights = [weight for network in networks for weight in network.trainable_variables]
    optimizer.build(weights)
    return optimizer, weights


def descend(tape, loss, optimizer, weights) -> None:
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))


def semi_supervised(gan):
    """D's step on labelled, unlabelled and generated images, G's on another unlabelled batch; averaged weights of D."""
    import tensorflow as tf

    generator, discriminator = clones(gan.generator, gan.discriminator)
    for_d, for_g = adam(3e-3, discriminator), adam(3e-3, generator)
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
        descend(tape, d_loss, *for_d)
        for average, weight in zip(averages, discriminator.trainable_variables, strict=True):
            average.assign_add(1e-4 * (weight - average))
        with tf.GradientTape() as tape:
            fake_features = discriminator(generator(draw(), training=True), training=True)["features"]
            real_features = discriminator(known["matching"], training=True)["features"]
            difference = tf.reduce_mean(real_features, axis=0) - tf.reduce_mean(fake_features, axis=0)
            g_loss = tf.reduce_mean(tf.square(difference))
        descend(tape, g_loss, *for_g)

    return step


def bigan(gan):
    """One pass over both kinds of pairs and two gradients, as the authors' code has it; weight decay in both losses."""
    import tensorflow as tf

    generator, encoder, discriminator = clones(gan.generator, gan.encoder, gan.discriminator)
    for_d, for_g = adam(2e-4, discriminator), adam(2e-4, generator, encoder)

    @tf.function
    def step(images, labels):
        latents = tf.random.uniform([gan.batch_size, gan.latent_dim], -1.0, 1.0)
        with tf.GradientTape(persistent=True) as tape:
            real = discriminator([images, encoder(images, training=True)], training=True)
            fake = discriminator([generator(latents, training=True), latents], training=True)
            d_loss = tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))
            g_loss = tf.reduce_mean(tf.nn.softplus(real)) + tf.reduce_mean(tf.nn.softplus(-fake))
            d_loss += tf.add_n(discriminator.losses)
            g_loss += tf.add_n([*generator.losses, *encoder.losses])
        descend(tape, d_loss, *for_d)
        descend(tape, g_loss, *for_g)

    return step


def cyclegan(gan):
    """One pass of both generators there and back, D on fakes of a pool of 50, and a step of each player."""
    import tensorflow as tf

    a_to_b, b_to_a, d_a, d_b = clones(gan.a_to_b, gan.b_to_a, gan.discriminator_a, gan.discriminator_b)
    for_d, for_g = adam(2e-4, d_a, d_b), adam(2e-4, a_to_b, b_to_a)
    count, size = gan.batch_size, gan.pool_size
    pools = [tf.Variable(tf.zeros([size, *gan.data_shape[domain]])) for domain in ("a", "b")]

    def exchanged(pool, fakes):
        places = tf.random.shuffle(tf.range(size))[:count]
        swaps = tf.random.uniform([count]) < 0.5
        shown = tf.where(swaps[:, None, None, None], tf.gather(pool, places), fakes)
        entering = tf.boolean_mask(places, swaps)
        pool.scatter_nd_update(entering[:, None], tf.boolean_mask(fakes, swaps))
        return shown

    def squared(answers, target):
        return tf.reduce_mean(tf.square(answers - target))

    @tf.function
    def step(examples, labels):
        a, b = examples["a"], examples["b"]
        with tf.GradientTape() as tape:
            fake_b, fake_a = a_to_b(a, training=True), b_to_a(b, training=True)
            g_loss = squared(d_b(fake_b, training=True), 1.0) + squared(d_a(fake_a, training=True), 1.0)
            back_a, back_b = b_to_a(fake_b, training=True), a_to_b(fake_a, training=True)
            g_loss += 10.0 * (tf.reduce_mean(tf.abs(back_a - a)) + tf.reduce_mean(tf.abs(back_b - b)))
        shown_a, shown_b = exchanged(pools[0], fake_a), exchanged(pools[1], fake_b)
        with tf.GradientTape() as d_tape:
            d_loss = squared(d_a(a, training=True), 1.0) + squared(d_a(shown_a, training=True), 0.0)
            d_loss += squared(d_b(b, training=True), 1.0) + squared(d_b(shown_b, training=True), 0.0)
            d_loss *= 0.5
        descend(d_tape, d_loss, *for_d)
        descend(tape, g_loss, *for_g)

    return step


STEPS = {"bigan": bigan, "cyclegan": cyclegan, "semi_supervised": semi_supervised}


def random_source(shape: tuple):
    """Returns random images with labels, in pairs as unlike ones for a translator."""
    from tfgan_zoo.data.source import ArraySource

    images = np.random.default_rng(0).integers(0, 256, (EXAMPLES, *shape), np.uint8)
    return ArraySource("random images", images, np.arange(EXAMPLES) % NUM_CLASSES, list("0123456789"))


def measure(values: flags.FlagValues) -> None:
    model = values.model or ""
    if model not in STEPS:
        raise unknown("model", model, STEPS)
    start_tensorflow()
    import tensorflow as tf

    from models import ZOO
    from tfgan_zoo.data.two_domains import TwoDomains
    from tfgan_zoo.machine.distribution import make_train_steps

    shape = SHAPES[model]
    source = random_source(shape)
    if model == "cyclegan":
        source, shape = TwoDomains("random images", source, source), {"a": shape, "b": shape}
    options = {"num_classes": NUM_CLASSES} if model == "semi_supervised" else {}
    gan = ZOO[model](shape, **options)
    source = gan.admit(source)
    gan.prepare(source)
    batches = gan.batches(source, gan.batch_size)
    hand_step, hand_batches = STEPS[model](gan), iter(batches)
    train_steps, run_batches = make_train_steps(gan), iter(batches)

    def run_by_hand():
        for _ in range(values.steps):
            hand_step(*next(hand_batches))

    ways = {"by hand": run_by_hand, "train.py": lambda: train_steps(run_batches, tf.constant(values.steps))}
    print_medians(model, alternate(ways, values.rounds, values.steps), "by hand")


def main() -> int:
    """Runs the command."""
    return run_command("benchmarks/step_by_hand.py", "Times a model's step.", define, measure, operand="model")


if __name__ == "__main__":
    sys.exit(main())
