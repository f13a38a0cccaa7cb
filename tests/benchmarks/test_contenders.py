"""All contenders train the same networks, and the floor is made of the step's own kernels."""

import collections
import dataclasses

import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.floor import Kernel, kernels_of_step
from benchmarks.contenders.pytorch import make_networks
from benchmarks.contenders.work import NUMBERS, Work

BATCH = 4
KERNEL_OPS = {"Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "MatMul"}
MODELS = pytest.mark.parametrize("model", ["dcgan", "vanilla"])
SCHEDULES = pytest.mark.parametrize("schedule", ["simultaneous", "sequential"])


def work(model, schedule="simultaneous"):
    return Work(model, schedule, BATCH, images="")


def operations_needed(graph):
    """Returns the operations that a function's results and effects depend on: what TensorFlow does not prune."""
    waiting, needed = [*(t.op for t in graph.outputs), *graph.control_outputs], set()
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [*(tensor.op for tensor in operation.inputs), *operation.control_inputs]
    return needed


def kernels_in(graph):
    """Counts convolutions and matrix products by operation, shapes of the operands, and shape of the result."""
    found = collections.Counter()
    for operation in operations_needed(graph):
        if operation.type in KERNEL_OPS:
            first, second = operation.inputs[0], operation.inputs[-1]
            if operation.type == "Conv2DBackpropInput":
                first, second = operation.inputs[2], operation.inputs[1]
            found[operation.type, *(tuple(t.shape) for t in (first, second, operation.outputs[0]))] += 1
    return found


@MODELS
@SCHEDULES
def test_the_floor_has_exactly_the_kernels_of_the_traced_step(model, schedule):
    import tensorflow as tf

    gan = work(model, schedule).build()
    batch = tf.TensorSpec((BATCH, *gan.data_shape)), tf.TensorSpec((BATCH,), tf.int32)
    traced = tf.function(lambda *data: gan.train_on(data), autograph=False).get_concrete_function(*batch)
    listed = kernels_of_step(gan.generator, gan.discriminator, schedule, BATCH)
    assert collections.Counter((k.op, *k.shapes, k.result) for k in listed) == kernels_in(traced.graph)


@MODELS
def test_each_kernel_of_the_floor_computes_what_it_says(model):
    import tensorflow as tf

    for kernel in set(kernels_of_step(*work(model).networks(), "simultaneous", BATCH)):
        assert tuple(kernel(*map(tf.ones, kernel.shapes)).shape) == kernel.result


def test_a_matrix_product_of_the_floor_transposes():
    import numpy as np

    kernel = Kernel("MatMul", ((2, 3), (2, 1)), (3, 1), transposed=(True, False))
    a, b = np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([[1.0], [10.0]], np.float32)
    assert kernel(a, b).numpy().tolist() == [[30.0], [41.0], [52.0]]


@MODELS
def test_the_numbers_are_those_of_the_recipe(model):
    recipe = work(model).recipe()
    settings = recipe.RECIPE if model == "dcgan" else recipe.TUTORIAL
    assert dataclasses.asdict(NUMBERS[model]).items() <= dataclasses.asdict(settings).items()


@MODELS
def test_pytorch_trains_networks_of_the_same_shapes(model):
    pytest.importorskip("torch", reason="needs PyTorch: the extra `torch`")

    def shapes(tensors):
        return sorted(sorted(tensor.shape) for tensor in tensors)

    for ours, theirs in zip(work(model).networks(), make_networks(model), strict=True):
        assert shapes(theirs.parameters()) == shapes(ours.trainable_variables)


@MODELS
def test_pytorchs_generator_feeds_its_discriminator(model):
    torch = pytest.importorskip("torch", reason="needs PyTorch: the extra `torch`")
    generator, discriminator = make_networks(model)
    fake = generator(torch.zeros(BATCH, 100))
    assert fake.shape == (BATCH, 1, 28, 28)
    assert discriminator(fake).shape == (BATCH, 1)


def test_the_zoo_comes_first_since_the_others_are_compared_with_it():
    assert next(iter(CONTENDERS)) == "zoo"
