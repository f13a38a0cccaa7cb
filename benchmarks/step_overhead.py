"""What the trainer costs: its simultaneous step against a hand-written one on the same networks, batch and data.

    python benchmarks/step_overhead.py [--model=dcgan] [--rounds=12] [--steps=10]

Three ways take turns in one process, so that a noisy machine disturbs all alike: a two-tape `tf.function` written by
hand and called once a step, `GAN.fit`, and the graph loop of `train.py`. Prints the median milliseconds a step and the
ratios.

Measured on 2 CPU cores (AMD EPYC, oneDNN on), 2026-11-24, 28×28 images, batch 128, simultaneous:

| | by hand | `fit` | `train.py` |
|---|---|---|---|
| `--model=dcgan --steps=6 --rounds=6` | 152 ms | 156 ms (1.02) | 156 ms (1.03) |
| `--model=vanilla --steps=1000 --rounds=4` | 3.1 ms | 2.6 ms (0.83) | 2.5 ms (0.81) |
"""

import pathlib
import sys

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.alternate import alternate, print_medians
from tfgan_zoo.command import run_command
from tfgan_zoo.runtime import start_tensorflow

IMAGE_SIZE = 28


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_enum("model", "dcgan", ["dcgan", "vanilla"], "Whose networks.", flag_values=values)
    flags.DEFINE_integer("rounds", 12, "Turns of each way, the first not counted.", 2, flag_values=values)
    flags.DEFINE_integer("steps", 10, "Steps a turn.", 1, flag_values=values)


def by_hand(gan):
    """Returns the step as the TensorFlow tutorial teaches it: two tapes, one shared forward pass."""
    import keras
    import tensorflow as tf

    generator, discriminator = keras.models.clone_model(gan.generator), keras.models.clone_model(gan.discriminator)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    for optimizer, network in zip(optimizers, (generator, discriminator), strict=True):
        optimizer.build(network.trainable_variables)
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def step(real):
        latents = tf.random.uniform([gan.batch_size, gan.latent_dim], -1.0, 1.0)
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = generator(latents, training=True)
            real_logits = discriminator(real, training=True)
            fake_logits = discriminator(fake, training=True)
            g_loss = entropy(tf.ones_like(fake_logits), fake_logits)
            d_loss = entropy(tf.ones_like(real_logits), real_logits) + entropy(tf.zeros_like(fake_logits), fake_logits)
        for optimizer, network, tape, loss in (
            (optimizers[0], generator, g_tape, g_loss),
            (optimizers[1], discriminator, d_tape, d_loss),
        ):
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))

    return step


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    import tensorflow as tf

    from models import ZOO
    from tfgan_zoo import data
    from tfgan_zoo.distribution import make_train_steps

    source = data.load("digits", image_size=IMAGE_SIZE)
    gans = [ZOO[values.model](source.element_shape, schedule="simultaneous") for _ in range(2)]
    batches = gans[0].batches(source, gans[0].batch_size)
    hand_step, hand_batches = by_hand(gans[0]), iter(batches)
    train_steps, run_batches = make_train_steps(gans[0]), iter(batches)

    def run_by_hand():
        for _ in range(values.steps):
            hand_step(next(hand_batches)[0])

    ways = {
        "by hand": run_by_hand,
        "fit": lambda: gans[1].fit(batches, steps_per_epoch=values.steps, verbose=0),
        "train.py": lambda: train_steps(run_batches, tf.constant(values.steps)),
    }
    print_medians(values.model, alternate(ways, values.rounds, values.steps), "by hand")


if __name__ == "__main__":
    sys.exit(run_command("step_overhead.py", "Times the trainer's step against a hand-written one.", define, main))
