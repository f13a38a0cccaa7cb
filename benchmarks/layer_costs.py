"""What dropout and batch normalization of the tutorial's DCGAN cost, by Keras's layers and by the zoo's.

    python benchmarks/layer_costs.py

Each is run forward and backward in one thread on tensors of the shapes that one step has (batch 128, real and fake for
D). Prints milliseconds of one core's time a step, less those of the loop around it.
"""

import pathlib
import sys
import time
from collections.abc import Callable

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.machine import machine
from tfgan_zoo.common.command import run_command
from tfgan_zoo.machine.runtime import start_tensorflow

RATE = 0.3
OF_DROPOUT = ((256, 14, 14, 64), (256, 7, 7, 128))
OF_NORMALIZATION = ((128, 12544), (128, 7, 7, 128), (128, 14, 14, 64))
REPEATS = 20


def contenders() -> dict[str, tuple[Callable, tuple]]:
    """Returns by name the function that makes the layer, and the shapes that a step calls it on."""
    import keras

    from tfgan_zoo import layers

    return {
        "Keras's dropout": (lambda: keras.layers.Dropout(RATE, seed=0), OF_DROPOUT),
        "the zoo's dropout": (lambda: layers.Dropout(RATE, seed=0), OF_DROPOUT),
        "Keras's batch normalization": (keras.layers.BatchNormalization, OF_NORMALIZATION),
        "the zoo's batch normalization": (layers.BatchNormalization, OF_NORMALIZATION),
    }


def milliseconds(layer, shape: tuple) -> float:
    """Returns the time of one core that a layer takes to pass forward and back."""
    import tensorflow as tf

    x, weights = tf.Variable(tf.random.stateless_normal(shape, [0, 0])), tf.random.stateless_normal(shape, [0, 1])
    layer(x, training=True)  # makes its variables

    @tf.function
    def run(count):
        for _ in tf.range(count):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(layer(x, training=True) * weights)
            for gradient in tape.gradient(loss, [x, *(variable.value for variable in layer.trainable_variables)]):
                x[:1].assign(x[:1] + 0.0 * tf.reduce_sum(tf.reshape(gradient, [-1])[:1]))  # keeps the gradient alive

    run(tf.constant(3))
    start = time.process_time()
    run(tf.constant(REPEATS))
    return 1e3 * (time.process_time() - start) / REPEATS


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it warns of functions made in a loop, here one for each measurement
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    loop = {shape: milliseconds(keras.layers.Identity(), shape) for shape in (*OF_DROPOUT, *OF_NORMALIZATION)}
    for name, (make, shapes) in contenders().items():
        print(f"{name}: {sum(milliseconds(make(), shape) - loop[shape] for shape in shapes):.1f} ms")
    print(machine())


if __name__ == "__main__":
    sys.exit(run_command("layer_costs.py", __doc__.splitlines()[0], lambda values: None, main))
