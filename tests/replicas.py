"""Trains tiny GANs under every schedule, in a process of its own: TensorFlow's devices are set up once a process.

    python tests/replicas.py OUT.npz WAY          WAY: none, mirrored, or multi_worker with TF_CONFIG set

Saves the weights after 20 steps of plain descent, by the command line's loop and by `fit`, and the metrics of the last.
"""

import os
import sys

import numpy as np

STEPS, BATCH = 20, 8
SCHEDULES = ("simultaneous", "sequential", "n_critic:2", "alternating")
FITTED = ("simultaneous", "n_critic:2")


def points():
    """Returns 64 points of a normal distribution."""
    return np.random.default_rng(1).normal(size=(64, 2)).astype(np.float32)


def build(schedule: str):
    """Builds a GAN without batch statistics, dropout or noise; with what is drawn, averaged and added besides."""
    import keras

    from tfgan_zoo.game.gan import GAN
    from tfgan_zoo.game.penalties import GradientPenalty, HistoricalAveraging

    def dense(units, seed, activation=None):
        kernel = keras.initializers.GlorotUniform(seed=seed)
        return keras.layers.Dense(units, activation, kernel_initializer=kernel)

    generator = keras.Sequential([keras.Input((3,)), dense(4, 0, "tanh"), dense(2, 1)], name="generator")
    discriminator = keras.Sequential([keras.Input((2,)), dense(4, 2, "tanh"), dense(1, 3)], name="discriminator")
    gan = GAN(generator, discriminator, latent_dim=3)
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.05),
        discriminator_optimizer=keras.optimizers.SGD(0.05),
        schedule=schedule,
        penalties={"generator": [HistoricalAveraging()], "discriminator": [GradientPenalty(1.0)]},
        ema={"generator": 0.9},
        steps_per_execution=3,
    )
    return gan


def results_of(gan) -> dict:
    """Returns all floating-point variables of the GAN, numbered, and its metrics, by name."""
    metrics = {metric.name: np.asarray(metric.result()) for metric in gan.metrics}
    kept = [v for v in gan.variables if "float" in v.dtype and "metric" not in v.path]
    return {f"variable {index}": variable.numpy() for index, variable in enumerate(kept)} | metrics


def train(workers) -> dict:
    """Returns name → array of everything that is compared."""
    import tensorflow as tf

    from tfgan_zoo.data.source import ArraySource
    from tfgan_zoo.machine.distribution import make_train_steps, share_out

    found = {}
    source = ArraySource("points", points(), np.zeros(64))
    with workers.scope():
        for schedule in SCHEDULES:
            gan = build(schedule)
            make_train_steps(gan)(iter(share_out(gan.batches(source, BATCH))), tf.constant(STEPS))
            found |= {f"{schedule}/loop/{name}": value for name, value in results_of(gan).items()}
            if schedule not in FITTED:
                continue
            by_fit = build(schedule)
            by_fit.fit(points(), batch_size=BATCH, steps_per_epoch=18, verbose=0)
            found |= {f"{schedule}/fit/{name}": value for name, value in results_of(by_fit).items()}
            assert int(by_fit.step.numpy()) == 18
    return found


def main() -> None:
    """Trains and saves."""
    out, way = sys.argv[1:]

    import tensorflow as tf

    if way == "mirrored":
        (device,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(device, [tf.config.LogicalDeviceConfiguration()] * 2)
    from tfgan_zoo.machine import cluster
    from tfgan_zoo.training.workers import start_workers

    np.savez(out, **train(start_workers(*cluster.choose(way, os.environ))))


if __name__ == "__main__":
    main()
