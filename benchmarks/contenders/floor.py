"""The floor: the step's own convolutions and matrix products, each run alone, one after another.

What no loop that runs these kernels one at a time can go below. Forward, input gradient and filter gradient are counted
as the chain rule needs them: nobody asks for the gradient with respect to the latents or to the real images, and G's
loss asks for none with respect to D's filters.
"""

import dataclasses
import math

from benchmarks.contenders.start import start_as_train_does
from benchmarks.contenders.work import Work


@dataclasses.dataclass(frozen=True)
class Kernel:
    """One call of one kernel, by the names that TensorFlow has for the operations.

    Attributes:
        op: `Conv2D`, `Conv2DBackpropInput`, `Conv2DBackpropFilter` or `MatMul`.
        shapes: of its two tensors: (input, filter), (output gradient, filter), (input, output gradient); or factors.
        result: the shape of what it computes.
        stride: of a convolution.
        transposed: of a matrix product: which factors.
    """

    op: str
    shapes: tuple[tuple, tuple]
    result: tuple
    stride: int = 1
    transposed: tuple[bool, bool] = (False, False)

    def __call__(self, a, b):
        """Runs it on two tensors of its `shapes`."""
        import tensorflow as tf

        geometry = {"strides": [1, self.stride, self.stride, 1], "padding": "SAME"}
        if self.op == "MatMul":
            return tf.raw_ops.MatMul(a=a, b=b, transpose_a=self.transposed[0], transpose_b=self.transposed[1])
        if self.op == "Conv2D":
            return tf.raw_ops.Conv2D(input=a, filter=b, **geometry)
        if self.op == "Conv2DBackpropInput":
            return tf.raw_ops.Conv2DBackpropInput(input_sizes=self.result, out_backprop=a, filter=b, **geometry)
        return tf.raw_ops.Conv2DBackpropFilter(input=a, filter_sizes=self.result, out_backprop=b, **geometry)


def forward(layer, rows: int) -> Kernel:
    """Returns the kernel of a layer's forward pass on `rows` examples."""
    x, y, w = (rows, *layer.input.shape[1:]), (rows, *layer.output.shape[1:]), tuple(layer.kernel.shape)
    kind = type(layer).__name__
    if kind == "Dense":
        return Kernel("MatMul", (x, w), y)
    op = {"Conv2D": "Conv2D", "Conv2DTranspose": "Conv2DBackpropInput"}[kind]
    return Kernel(op, (x, w), y, layer.strides[0])


def input_gradient(layer, rows: int) -> Kernel:
    """Returns the kernel that takes the gradient from a layer's output to its input."""
    there = forward(layer, rows)
    (x, w), y = there.shapes, there.result
    if there.op == "MatMul":
        return Kernel("MatMul", (y, w), x, transposed=(False, True))
    op = {"Conv2D": "Conv2DBackpropInput", "Conv2DBackpropInput": "Conv2D"}[there.op]
    return Kernel(op, (y, w), x, there.stride)


def filter_gradient(layer, rows: int) -> Kernel:
    """Returns the kernel that takes the gradient from a layer's output to its filter."""
    there = forward(layer, rows)
    (x, w), y = there.shapes, there.result
    if there.op == "MatMul":
        return Kernel("MatMul", (x, y), w, transposed=(True, False))
    # A transposed convolution is the input gradient of one that leads from its output to its input.
    return Kernel("Conv2DBackpropFilter", (x, y) if there.op == "Conv2D" else (y, x), w, there.stride)


def kernels_of_step(generator, discriminator, schedule: str, rows: int) -> list[Kernel]:
    """Returns the kernels that one step needs, in the order in which it needs them.

    Args:
        generator, discriminator: Keras models, each a chain of layers.
        schedule: `"simultaneous"` or `"sequential"`.
        rows: the batch size.
    """
    g_layers, d_layers = _layers(generator), _layers(discriminator)
    g_forward, d_forward = _each(forward, g_layers, rows), _each(forward, d_layers, rows)
    d_backward = _backward(d_layers, rows)  # to D's filters, for real and for fake
    # To G's filters, through all of D.
    g_backward = _each(input_gradient, reversed(d_layers), rows) + _backward(g_layers, rows)
    if schedule == "simultaneous":
        return g_forward + 2 * d_forward + 2 * d_backward + g_backward
    return g_forward + 2 * (d_forward + d_backward) + g_forward + d_forward + g_backward


def _layers(network) -> list:
    return [layer for layer in network.layers if hasattr(layer, "kernel")]


def _each(kernel, layers, rows: int) -> list[Kernel]:
    return [kernel(layer, rows) for layer in layers]


def _backward(layers: list, rows: int) -> list[Kernel]:
    """Returns the kernels of the gradient with respect to the layers' filters, given that of the output."""
    first, *others = layers
    kernels = [kernel(layer, rows) for layer in reversed(others) for kernel in (filter_gradient, input_gradient)]
    return [*kernels, filter_gradient(first, rows)]


def run(work: Work, turns) -> None:
    """Runs the kernels of one step again and again, with the settings of `train.py`."""
    start_as_train_does()
    import tensorflow as tf

    kernels = kernels_of_step(*work.networks(), work.schedule, work.batch_size)
    # Variables, which are read at each run: constants would be folded, equal kernels on equal tensors merged.
    operands = [[_normal(shape, index) for shape in kernel.shapes] for index, kernel in enumerate(kernels)]

    def step(index):
        done = index
        for kernel, pair in zip(kernels, operands, strict=True):
            with tf.control_dependencies([done]):  # alone: no two kernels at once
                done = kernel(*(operand.read_value() for operand in pair))
        with tf.control_dependencies([done]):
            return [index + 1]

    @tf.function(autograph=False)
    def run_kernels(count):
        tf.while_loop(lambda index: index < count, step, [tf.constant(0)], parallel_iterations=1)

    while True:
        count = turns.left
        run_kernels(tf.constant(count))
        turns.finished(count)


def _normal(shape: tuple, seed: int):
    """Returns a variable of values of the size that a network's have."""
    import tensorflow as tf

    return tf.Variable(tf.random.stateless_normal(shape, [seed, math.prod(shape)]))
