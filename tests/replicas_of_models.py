"""Trains models of the zoo in which the examples of a batch do not meet, in a process of its own.

    python tests/replicas_of_models.py OUT.npz WAY          WAY: none or mirrored

Saves by how much 3 steps of plain descent have changed each weight and each array of the state.
"""

import os
import sys

import numpy as np

STEPS, BATCH = 3, 8
# Name → its examples' shape, and options.
MODELS = {
    "discogan": ((2,), {}),
    "cyclegan": ((16, 16, 1), {"pool_size": 12, "blocks": 0}),
    "pix2pix": ((16, 16, 1), {}),
    "context_encoder": ((16, 16, 1), {"region": "random"}),
    "vanilla": ((16, 16, 1), {"augmentation": "ada:30", "penalties": "lecam", "flip": True}),
}


def main(out: str, way: str) -> None:
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.path.insert(0, os.getcwd())
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    import keras
    import tensorflow as tf

    if way == "mirrored":
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    else:
        strategy = tf.distribute.get_strategy()

    from tests.test_models import build, shape_of, source_of
    from tfgan_zoo.machine.distribution import make_train_steps, share_out

    found = {}
    with strategy.scope():
        for name, (shape, options) in MODELS.items():
            gan = build(name, shape_of(name, shape), **options)
            descent = {f"{player}_optimizer": keras.optimizers.SGD(1e-4) for player in ("generator", "discriminator")}
            chosen = {name: options[name] for name in ("augmentation", "penalties", "flip") if name in options}
            gan.compile(loss=gan.loss, **chosen, **descent)
            source = gan.admit(source_of(shape_of(name, shape)))
            gan.prepare(source)
            before = gan.get_weights()
            make_train_steps(gan)(iter(share_out(gan.batches(source, BATCH))), tf.constant(STEPS))
            for index, (old, new) in enumerate(zip(before, gan.get_weights(), strict=True)):
                found[f"{name}/{index}"] = np.asarray(new, np.float32) - np.asarray(old, np.float32)
    np.savez(out, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
