import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import Maxout


def test_largest_piece_by_hand():
    layer = Maxout(units=2, pieces=3)
    layer.build((None, 1))
    layer.kernel.assign([[1.0, 0.0, -1.0, 2.0, 0.0, 0.0]])  # unit 0: x, −x, 0; unit 1: 0, 2x, 0
    layer.bias.assign([0.0, 0.0, 0.0, 0.0, 0.5, 1.0])  # unit 0: third piece + 0.5; unit 1: third piece + 1
    np.testing.assert_allclose(layer(np.array([[3.0], [-2.0], [0.1]])), [[3, 6], [2, 1], [0.5, 1]], rtol=1e-6)


def test_equals_the_papers_formula(rng):
    layer = Maxout(units=4, pieces=5, bias_initializer=keras.initializers.RandomNormal(seed=1))
    x = rng.normal(size=(6, 3)).astype("float32")
    y = layer(x).numpy()
    weights = layer.kernel.numpy().reshape(3, 5, 4)
    bias = layer.bias.numpy().reshape(5, 4)
    np.testing.assert_allclose(y, (np.einsum("ni,ipj->npj", x, weights) + bias).max(axis=1), atol=1e-5)


def test_gradients(rng, numeric_gradient, numeric_weight_gradient, tape_gradient):
    layer = Maxout(units=4, pieces=3, dtype="float64")
    x = rng.normal(size=(5, 3))

    def loss(x):
        return tf.reduce_sum(layer(x) ** 2)

    np.testing.assert_allclose(tape_gradient(loss, x), numeric_gradient(loss, x), atol=1e-5)
    for weight in layer.trainable_variables:
        expected = numeric_weight_gradient(lambda: loss(x), weight)
        np.testing.assert_allclose(tape_gradient(lambda: loss(x), weight), expected, atol=1e-5)


def test_in_a_functional_model_with_unknown_batch_size(rng, reloaded):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, Maxout(4, pieces=2, kernel_initializer=keras.initializers.HeNormal(seed=3))(inputs))
    assert model.output_shape == (None, 4)
    again = reloaded(model)
    run = tf.function(again, input_signature=[tf.TensorSpec([None, 3])])
    for batch_size in (1, 7):
        x = rng.normal(size=(batch_size, 3)).astype("float32")
        np.testing.assert_allclose(run(x), model(x), atol=1e-6)


def test_leading_axes_are_kept():
    assert Maxout(4)(tf.zeros([2, 5, 5, 3])).shape == (2, 5, 5, 4)


def test_config_is_complete():
    layer = Maxout(4, pieces=2, kernel_initializer="he_normal", bias_initializer="ones", name="m")
    assert Maxout.from_config(layer.get_config()).get_config() == layer.get_config()


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"Received: units=4, pieces=0$"):
        Maxout(4, pieces=0)
