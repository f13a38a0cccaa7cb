"""What dropout and batch normalization of the tutorial's DCGAN cost, beside cheaper ways to do the same.

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
from tfgan_zoo.command import run_command
from tfgan_zoo.runtime import start_tensorflow

RATE = 0.3
OF_DROPOUT = ((256, 14, 14, 64), (256, 7, 7, 128))
OF_NORMALIZATION = ((128, 12544), (128, 7, 7, 128), (128, 14, 14, 64))
REPEATS = 20


def nothing(shape: tuple) -> tuple[Callable, list]:
    """Returns the identity."""
    return lambda x: x, []


def keras_dropout(shape: tuple) -> tuple[Callable, list]:
    """Returns Keras's layer as a function, and the variables that it learns."""
    import keras

    layer = keras.layers.Dropout(RATE, seed=0)
    return lambda x: layer(x, training=True), []


def dropout_of_16_bits(shape: tuple) -> tuple[Callable, list]:
    """Returns dropout that draws 16 random bits for each unit, half of what a float takes."""
    import tensorflow as tf

    key = tf.Variable([0, 0], dtype=tf.int64)
    limit = tf.constant(round(RATE * 2**16), tf.uint16)

    def dropout(x):
        key.assign_add([0, 1])
        bits = tf.random.stateless_uniform([tf.size(x) // 2], key, minval=None, maxval=None, dtype=tf.uint32)
        is_kept = tf.reshape(tf.bitcast(bits, tf.uint16), tf.shape(x)) >= limit
        return x * tf.cast(is_kept, x.dtype) / (1 - RATE)

    return dropout, []


def keras_normalization(shape: tuple) -> tuple[Callable, list]:
    """Returns Keras's layer as a function, and the variables that it learns."""
    import keras

    layer = keras.layers.BatchNormalization()
    layer.build(shape)
    return lambda x: layer(x, training=True), [layer.gamma.value, layer.beta.value]


def fused_normalization(shape: tuple) -> tuple[Callable, list]:
    """Returns TensorFlow's fused kernel as a function, and the variables that it learns."""
    import tensorflow as tf

    width = shape[-1]
    gamma, beta = tf.Variable(tf.ones(width)), tf.Variable(tf.zeros(width))

    def normalize(x):
        pixels = tf.reshape(x, [shape[0], -1, 1, width])
        normalized, _, _ = tf.compat.v1.nn.fused_batch_norm(pixels, gamma, beta, epsilon=1e-3, is_training=True)
        return tf.reshape(normalized, shape)

    return normalize, [gamma, beta]


CONTENDERS = {
    "Keras's dropout": (keras_dropout, OF_DROPOUT),
    "dropout of 16 bits": (dropout_of_16_bits, OF_DROPOUT),
    "Keras's batch normalization": (keras_normalization, OF_NORMALIZATION),
    "fused batch normalization": (fused_normalization, OF_NORMALIZATION),
}


def milliseconds(make: Callable, shape: tuple) -> float:
    """Returns the time of one core that a pass forward and back takes."""
    import tensorflow as tf

    function, variables = make(shape)
    x, weights = tf.Variable(tf.random.stateless_normal(shape, [0, 0])), tf.random.stateless_normal(shape, [0, 1])

    @tf.function
    def run(count):
        for _ in tf.range(count):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(function(x) * weights)
            for gradient in tape.gradient(loss, [x, *variables]):
                x[:1].assign(x[:1] + 0.0 * tf.reduce_sum(tf.reshape(gradient, [-1])[:1]))  # keeps the gradient alive

    run(tf.constant(3))
    start = time.process_time()
    run(tf.constant(REPEATS))
    return 1e3 * (time.process_time() - start) / REPEATS


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it warns of functions made in a loop, here one for each measurement
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for name, (make, shapes) in CONTENDERS.items():
        print(f"{name}: {sum(milliseconds(make, shape) - milliseconds(nothing, shape) for shape in shapes):.1f} ms")
    print(machine())


if __name__ == "__main__":
    sys.exit(run_command("layer_costs.py", __doc__.splitlines()[0], lambda values: None, main))
