"""What the tests of all layers share: gradients by finite differences, and a trip through a `.keras` file."""

import keras
import numpy as np
import pytest
import tensorflow as tf


def central_differences(function, point, step=1e-6):
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        after, before = function(tf.constant(point + shift)), function(tf.constant(point - shift))
        gradient[index] = (float(after) - float(before)) / (2 * step)
    return gradient


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def numeric_gradient():
    """Central differences of a scalar function at a float64 array."""

    def differentiate(function, point):
        return central_differences(tf.function(function), point)

    return differentiate


@pytest.fixture
def tape_gradient():
    """The gradient of a scalar function at an array, or at a variable that the function reads."""

    def differentiate(function, point):
        point = point.value if isinstance(point, keras.Variable) else tf.convert_to_tensor(point)
        with tf.GradientTape() as tape:
            tape.watch(point)
            value = function() if isinstance(point, tf.Variable) else function(point)
        return tape.gradient(value, point).numpy()

    return differentiate


@pytest.fixture
def numeric_weight_gradient():
    """Central differences of a scalar function of no arguments at a weight that it reads."""

    def differentiate(function, weight):
        start = weight.numpy()
        compiled = tf.function(function)

        def at(value):
            weight.assign(value)
            return compiled()

        gradient = central_differences(at, start)
        weight.assign(start)
        return gradient

    return differentiate


@pytest.fixture
def reloaded(tmp_path):
    """The model after a trip through a `.keras` file; no custom objects are named, the classes are registered."""

    def reload(model):
        path = tmp_path / "model.keras"
        model.save(path)
        return keras.models.load_model(path)

    return reload
