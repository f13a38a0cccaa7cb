import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import Dropout


def test_each_unit_is_dropped_at_the_rate_and_the_mean_is_kept():
    x = tf.ones((1000, 101))
    dropped = Dropout(0.3, seed=1)(x, training=True).numpy()
    rate = round(0.3 * 2**16) / 2**16
    assert set(np.unique(dropped)) == {0.0, np.float32(1 / (1 - rate))}
    deviation = np.sqrt(0.3 * 0.7 / dropped.size)
    assert abs((dropped == 0).mean() - 0.3) < 4 * deviation


def test_units_are_independent_of_their_neighbours_and_of_the_last_call():
    layer = Dropout(0.3, seed=2)
    first, second = (layer(tf.ones((1000, 100)), training=True).numpy().ravel() == 0 for _ in range(2))
    deviation = np.sqrt(0.09 * 0.91 / first.size)
    for other in (second, np.roll(first, 1), np.roll(first, 2), np.roll(first, 100)):  # 16 bits are halves of 32
        assert abs((first & other).mean() - 0.09) < 4 * deviation


@pytest.mark.parametrize("rate", [2**-16, 0.5, 1 - 2**-16, 0.9999999])
def test_rates_near_the_ends_keep_the_expectation(rate):
    dropped = Dropout(rate, seed=3)(tf.ones((2000, 1000)), training=True).numpy()
    dropped_in_16_bits = min(round(rate * 2**16), 2**16 - 1)
    assert dropped.max() == 2**16 / (2**16 - dropped_in_16_bits)
    assert abs((dropped == 0).mean() - rate) < 1e-3


def test_the_gradient_is_the_mask():
    x = tf.random.stateless_normal((7, 9), [0, 1])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = Dropout(0.5, seed=4)(x, training=True)
    np.testing.assert_allclose(tape.gradient(y, x), (y / x).numpy(), rtol=1e-6)


def test_the_seed_and_the_number_of_the_call_decide():
    x = tf.ones((50, 3))
    one, other = Dropout(0.5, seed=5), Dropout(0.5, seed=5)
    assert np.array_equal(one(x, training=True), other(x, training=True))
    assert not np.array_equal(one(x, training=True), Dropout(0.5, seed=5)(x, training=True))
    other.seed_generator.state.assign([6, 0])
    assert not np.array_equal(other(x, training=True), Dropout(0.5, seed=5)(x, training=True))


def test_nothing_is_dropped_outside_of_training_or_at_rate_zero():
    x = tf.ones((50, 3))
    assert Dropout(0.5)(x) is x or np.array_equal(Dropout(0.5)(x), x)
    assert np.array_equal(Dropout(0.0)(x, training=True), x)


@pytest.mark.parametrize("dtype", ["float64", "mixed_float16"])
def test_other_precisions(dtype):
    layer = Dropout(0.5, seed=6, dtype=dtype)
    assert set(np.unique(layer(tf.ones((50, 3)), training=True))) == {0.0, 2.0}


def test_xla_draws_the_same():
    x = tf.ones((7, 9))
    compiled = Dropout(0.5, seed=8)
    run = tf.function(lambda x: compiled(x, training=True), jit_compile=True)
    assert np.array_equal(run(x), Dropout(0.5, seed=8)(x, training=True))


def test_in_a_model_with_unknown_batch_size(reloaded):
    inputs = keras.Input((4, 4, 2))
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(Dropout(0.5, seed=7)(inputs))))
    again = reloaded(model)
    run = tf.function(lambda x: again(x, training=True), input_signature=[tf.TensorSpec([None, 4, 4, 2])])
    x = tf.ones((5, 4, 4, 2))
    np.testing.assert_allclose(run(x), model(x, training=True), atol=1e-5)


@pytest.mark.parametrize(("rate", "options"), [(1, {}), (0.5, {"noise_shape": (None, 1)})])
def test_what_it_does_not_do_is_named(rate, options):
    with pytest.raises(ValueError, match=rf"use keras.layers.Dropout. Received: rate={rate}, noise_shape="):
        Dropout(rate, **options)
