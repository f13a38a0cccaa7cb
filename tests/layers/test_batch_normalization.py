"""Keras's own layer is the independent implementation."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import BatchNormalization

OPTIONS = [{}, {"scale": False}, {"center": False, "epsilon": 1e-6}, {"momentum": 0.5, "epsilon": 1e-5}]


def pair(shape, **options):
    """Returns Keras's layer and ours with the same weights, none of them trivial."""
    layers = keras.layers.BatchNormalization(**options), BatchNormalization(**options)
    for layer in layers:
        layer.build(shape)
        for index, weight in enumerate(layer.weights):
            weight.assign(tf.random.stateless_uniform(weight.shape, [index, 7], 0.5, 1.5))
    return layers


def data(shape, seed=3):
    return tf.random.stateless_normal(shape, [seed, 4], mean=2.0, stddev=3.0)


def trained_on(layer, x):
    """Returns outputs, the gradients of a scalar of them, and all weights after the call."""
    target = data(x.shape, seed=5)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, training=True)
        loss = tf.reduce_mean(outputs * target)
    gradients = tape.gradient(loss, [x, *(variable.value for variable in layer.trainable_variables)])
    return [outputs, *gradients, *(weight.value for weight in layer.weights)]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("shape", [(16, 6), (5, 4, 3, 6), (2, 3, 4, 5, 2)])
def test_it_trains_as_keras_does(shape, options):
    keras_own, fused = pair(shape, **options)
    x = data(shape)
    for ours, theirs in zip(trained_on(fused, x), trained_on(keras_own, x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5)
    assert not np.allclose(fused.moving_variance.numpy(), pair(shape, **options)[1].moving_variance.numpy())


def test_the_moving_variance_is_that_of_the_batch_by_hand():
    layer = BatchNormalization(momentum=0.75)
    layer(tf.constant([[1.0], [3.0], [8.0]]), training=True)  # mean 4, mean square about it (9 + 1 + 16) / 3
    np.testing.assert_allclose(layer.moving_mean, [0.25 * 4], rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance, [0.75 + 0.25 * 26 / 3], rtol=1e-6)


def test_one_row_has_no_variance():
    layer = BatchNormalization(momentum=0.75)
    assert layer(tf.constant([[5.0]]), training=True).numpy().tolist() == [[0.0]]
    np.testing.assert_allclose(layer.moving_variance, [0.75])


def test_outside_of_training_it_is_keras_own():
    keras_own, fused = pair((4, 3, 3, 2))
    x = data((4, 3, 3, 2))
    assert np.array_equal(fused(x), keras_own(x))
    fused.trainable = keras_own.trainable = False
    assert np.array_equal(fused(x, training=True), keras_own(x, training=True))


def test_a_gradient_penalty_passes_through_it():
    def penalty_gradient(layer, x):
        kernel = data((6, 1), seed=8)
        with tf.GradientTape() as outer:
            outer.watch(kernel)
            with tf.GradientTape() as inner:
                inner.watch(x)
                logits = tf.tanh(layer(tf.matmul(x, tf.linalg.diag(kernel[:, 0])), training=True)) @ kernel
            slopes = tf.reduce_sum(tf.square(inner.gradient(logits, x)))
        return outer.gradient(slopes, kernel)

    keras_own, fused = pair((16, 6))
    x = data((16, 6))
    np.testing.assert_allclose(penalty_gradient(fused, x), penalty_gradient(keras_own, x), rtol=1e-3)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_statistics_of_half_precision_are_of_single(dtype):
    shape = (64, 3)
    keras_own, fused = pair(shape, dtype=dtype)
    x = data(shape)
    ours, theirs = fused(x, training=True), keras_own(x, training=True)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(tf.cast(ours, tf.float32), tf.cast(theirs, tf.float32), atol=0.03)
    np.testing.assert_allclose(fused.moving_variance, keras_own.moving_variance, rtol=1e-4)


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_weights_of_another_precision_and_masks_are_left_to_keras(dtype):
    keras_own, fused = pair((8, 3), dtype=dtype)
    x = tf.cast(data((8, 3)), dtype)
    assert np.array_equal(fused(x, training=True), keras_own(x, training=True))
    keras_own, fused = pair((4, 5, 3))
    x, mask = data((4, 5, 3)), tf.sequence_mask([5, 2, 1, 3], 5)
    assert np.array_equal(fused(x, training=True, mask=mask), keras_own(x, training=True, mask=mask))


def test_xla_compiles_it():
    _, plain = pair((16, 6))
    _, compiled = pair((16, 6))
    x = data((16, 6))
    run = tf.function(lambda x: compiled(x, training=True), jit_compile=True)
    np.testing.assert_allclose(run(x), plain(x, training=True), atol=1e-5)
    np.testing.assert_allclose(compiled.moving_variance, plain.moving_variance, rtol=1e-5)


def test_it_takes_over_the_weights_of_keras_layer(tmp_path):
    def model(normalization):
        return keras.Sequential([keras.Input((6,)), normalization()])

    before, after = model(keras.layers.BatchNormalization), model(BatchNormalization)
    before(data((16, 6)), training=True)
    before.save_weights(tmp_path / "before.weights.h5")
    after.load_weights(tmp_path / "before.weights.h5")
    assert np.array_equal(after(data((4, 6))), before(data((4, 6))))


def test_in_a_model_with_unknown_batch_size(reloaded):
    inputs = keras.Input((4, 4, 2))
    model = keras.Model(inputs, keras.layers.Conv2D(3, 2)(BatchNormalization()(inputs)))
    model(data((8, 4, 4, 2)), training=True)
    again = reloaded(model)
    assert isinstance(again.layers[1], BatchNormalization)
    run = tf.function(lambda x: again(x, training=True), input_signature=[tf.TensorSpec([None, 4, 4, 2])])
    for rows in (2, 5):
        x = data((rows, 4, 4, 2))
        np.testing.assert_allclose(run(x), model(x, training=True), atol=1e-5)


@pytest.mark.parametrize("options", [{"axis": 1}, {"renorm": True}, {"synchronized": True}])
def test_what_it_does_not_do_is_named(options):
    with pytest.raises(ValueError, match=r"use keras.layers.BatchNormalization. Received: axis="):
        BatchNormalization(**options)
