"""Spectral normalization against NumPy's singular values."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import SpectralNormalization


def built(layer, shape):
    normalized = SpectralNormalization(layer, keras.initializers.RandomNormal(seed=3))
    normalized.build((None, *shape))
    return normalized


@pytest.fixture(params=["dense", "convolution"])
def normalized(request):
    kernel = keras.initializers.RandomNormal(seed=1, stddev=1.0)
    options = {"kernel_initializer": kernel, "bias_initializer": kernel, "activation": "tanh"}
    if request.param == "dense":
        return built(keras.layers.Dense(5, **options), (7,))
    return built(keras.layers.Conv2D(5, 3, **options), (4, 4, 7))


def largest_singular_value(layer):
    return np.linalg.svd(layer.layer.kernel.numpy().reshape(-1, 5), compute_uv=False)[0]


def test_after_many_iterations_the_norm_is_the_largest_singular_value(normalized):
    for _ in range(200):
        norm = normalized.norm(training=True)
    assert float(norm) == pytest.approx(largest_singular_value(normalized), rel=1e-5)


def test_one_iteration_by_numpy(normalized):
    w, u = normalized.layer.kernel.numpy().reshape(-1, 5).T, normalized.u.numpy()
    v = w.T @ u / np.linalg.norm(w.T @ u)
    u = w @ v / np.linalg.norm(w @ v)
    assert float(normalized.norm(training=True)) == pytest.approx(u @ w @ v, rel=1e-5)
    np.testing.assert_allclose(normalized.u, u, rtol=1e-5)


def test_it_computes_with_the_divided_kernel_and_leaves_weight_and_u_alone(normalized, rng):
    inputs = rng.normal(size=(2, 7) if isinstance(normalized.layer, keras.layers.Dense) else (2, 4, 4, 7))
    before = [weight.numpy() for weight in normalized.weights]
    outputs = normalized(inputs)
    for weight, value in zip(normalized.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)
    normalized.layer.kernel.assign(normalized.layer.kernel / normalized.norm())
    np.testing.assert_allclose(normalized.layer(inputs), outputs, atol=1e-6)


def test_the_gradient_holds_u_and_v_constant(normalized):
    """σ = uᵀWv: its gradient is u vᵀ."""
    kernel = normalized.layer.kernel.value
    with tf.GradientTape() as tape:
        norm = normalized.norm()
    w, u = kernel.numpy().reshape(-1, 5).T, normalized.u.numpy()
    v = w.T @ u / np.linalg.norm(w.T @ u)
    np.testing.assert_allclose(tf.reshape(tape.gradient(norm, kernel), [-1, 5]), np.outer(v, u), atol=1e-6)


def test_it_returns_from_a_file(reloaded, rng):
    model = keras.Sequential([keras.Input((4, 4, 3)), SpectralNormalization(keras.layers.Conv2D(2, 3))])
    inputs = rng.normal(size=(1, 4, 4, 3)).astype(np.float32)
    model(inputs, training=True)
    np.testing.assert_allclose(reloaded(model)(inputs), model(inputs), atol=1e-6)


def test_other_layers_are_refused():
    with pytest.raises(ValueError, match="Dense or Conv2D"):
        SpectralNormalization(keras.layers.Flatten())
