"""Trains models of the zoo in which the examples of a batch do not meet, in a process of its own.

    python tests/replicas_of_models.py OUT.npz WAY          WAY: none or mirrored

Saves the weights and the state after 3 steps of plain descent.
"""

import os
import sys

import numpy as np

STEPS, BATCH = 3, 8
MODELS = {
    "discogan": ("discogan", {"normalization": "instance"}),
    "cyclegan": ("cyclegan", {"pool_size": 12, "identity_weight": 0.5}),
    "pix2pix": ("pix2pix", {}),
    "context_encoder, center": ("context_encoder", {"normalization": "instance"}),
    "context_encoder, random": ("context_encoder", {"normalization": "instance", "region": "random"}),
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
        for name, (model, options) in MODELS.items():
            gan = build(model, shape_of(model), **options)
            descent = {f"{player}_optimizer": keras.optimizers.SGD(0.01) for player in ("generator", "discriminator")}
            gan.compile(loss=gan.loss, **descent)
            source = gan.admit(source_of(shape_of(model)))
            gan.prepare(source)
            make_train_steps(gan)(iter(share_out(gan.batches(source, BATCH))), tf.constant(STEPS))
            state = [weight.ravel() for weight in gan.get_weights()]
            found[name] = np.concatenate([array for array in state if array.dtype == np.float32])
    np.savez(out, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
