import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.optimizers import InnerEpsilonAdam


def by_numpy(weight, gradients, rate, beta_1, beta_2, epsilon):
    """The authors' recursion, written out."""
    momentum = velocity = 0.0
    for step, gradient in enumerate(gradients, start=1):
        momentum = beta_1 * momentum + (1 - beta_1) * gradient
        velocity = beta_2 * velocity + (1 - beta_2) * gradient**2
        corrected_momentum, corrected_velocity = momentum / (1 - beta_1**step), velocity / (1 - beta_2**step)
        weight = weight - rate * corrected_momentum / np.sqrt(corrected_velocity + epsilon)
    return weight


def test_against_numpy_with_gradients_around_the_floor():
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(5, 3)) * [1.0, 1e-4, 1e-6]
    weight = keras.Variable(np.ones(3), dtype="float32")
    optimizer = InnerEpsilonAdam(0.01, beta_1=0.5)
    optimizer.build([weight])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weight]))
    for gradient in gradients:
        step(tf.constant(gradient, tf.float32))
    expected = by_numpy(np.ones(3), gradients, 0.01, 0.5, 0.999, 1e-8)
    np.testing.assert_allclose(weight.numpy(), expected, rtol=1e-5)


def test_a_tiny_gradient_moves_a_weight_by_less_than_keras_does():
    """At g = 1e-6 the first step is α · 1e-6 / √(1e-12 + 1e-8), about α / 100."""
    weight = keras.Variable(0.0, dtype="float32")
    optimizer = InnerEpsilonAdam(0.01)
    optimizer.build([weight])
    optimizer.apply([tf.constant(1e-6)], [weight])
    np.testing.assert_allclose(weight.numpy(), -0.01 * 1e-6 / np.sqrt(1e-12 + 1e-8), rtol=1e-4)


def test_serialization():
    config = keras.saving.serialize_keras_object(InnerEpsilonAdam(0.003, beta_1=0.5))
    again = keras.saving.deserialize_keras_object(config)
    assert isinstance(again, InnerEpsilonAdam)
    assert (float(again.learning_rate), again.beta_1, again.epsilon) == (np.float32(0.003), 0.5, 1e-8)
