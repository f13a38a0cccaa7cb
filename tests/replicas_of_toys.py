"""Trains the toy models under every schedule, in a process of its own: TensorFlow's devices are set up once a process.

    python tests/replicas_of_toys.py OUT.npz WAY          WAY: none or mirrored

Saves the weights and the state after 6 steps of plain descent.
"""

import os
import sys

import numpy as np

STEPS, BATCH = 6, 8
SCHEDULES = ("simultaneous", "sequential", "n_critic:2", "alternating")


def main(out: str, way: str) -> None:
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.path.insert(0, os.getcwd())
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    import tensorflow as tf

    if way == "mirrored":
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    else:
        strategy = tf.distribute.get_strategy()

    from tests.game.test_toys import source_of
    from tests.toys import NAMES, compiled
    from tfgan_zoo.machine.distribution import make_train_steps, share_out

    found = {}
    with strategy.scope():
        for name in NAMES:
            for schedule in SCHEDULES:
                gan = compiled(name, schedule=schedule)
                batches = iter(share_out(gan.batches(gan.admit(source_of(name)), BATCH)))
                make_train_steps(gan)(batches, tf.constant(STEPS))
                weights = [weight.ravel() for network in gan.networks for weight in network.get_weights()]
                found[f"{name}/{schedule}"] = np.concatenate(weights)
                if name == "energies":
                    found["energies/k"] = np.asarray(gan.k.value.numpy())
                if name == "cycles":
                    found["cycles/count"] = np.asarray(gan.pool_a.count.value.numpy())
                    found[f"cycles/{schedule}/pool"] = np.asarray(gan.pool_a.stored.value.numpy())
    np.savez(out, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
