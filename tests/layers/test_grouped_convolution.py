"""A grouped convolution against a dense one whose kernel is 0 between the groups."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import GroupedConvolution

GROUPS, CHANNELS = 3, 12


@pytest.fixture
def layer():
    kernel = keras.initializers.RandomNormal(seed=1)
    layer = GroupedConvolution(6, 3, padding="same", groups=GROUPS, kernel_initializer=kernel, bias_initializer=kernel)
    layer.build((None, 5, 5, CHANNELS))
    return layer


def masked(kernel):
    """The dense kernel: each group's channels are 0 to the others' filters."""
    within = np.kron(np.eye(GROUPS), np.ones((CHANNELS // GROUPS, 6 // GROUPS)))
    return tf.tile(kernel, [1, 1, GROUPS, 1]) * tf.constant(within[None, None], tf.float32)


def answers(convolve, inputs, kernel):
    """What a step with a penalty on slopes needs: the value, the slope, and the gradients of the slope's square."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([inputs, kernel])
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            outputs = convolve(inputs, kernel)
            loss = tf.reduce_sum(tf.tanh(outputs))
        slope = inner.gradient(loss, inputs)
        squared = tf.reduce_sum(tf.square(slope))
    return [outputs, slope, *outer.gradient(loss, [inputs, kernel]), *outer.gradient(squared, [inputs, kernel])]


def test_value_and_gradients_are_a_masked_dense_ones(layer, rng):
    inputs = tf.constant(rng.normal(size=(2, 5, 5, CHANNELS)), tf.float32)
    kernel = tf.convert_to_tensor(layer.kernel)
    dense = answers(lambda x, k: tf.nn.conv2d(x, masked(k), 1, "SAME"), inputs, kernel)
    for found, expected in zip(answers(layer.convolution_op, inputs, kernel), dense, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_it_adds_its_bias(layer):
    np.testing.assert_allclose(layer(np.zeros((1, 2, 2, CHANNELS)))[0, 1, 1], layer.bias, atol=1e-7)


def test_it_returns_from_a_file(layer, reloaded):
    model = keras.Sequential([keras.Input((5, 5, CHANNELS)), layer])
    assert reloaded(model).layers[0].groups == GROUPS
