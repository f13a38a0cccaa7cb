import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    MinibatchDiscrimination,
    WeightNormalizedMinibatchDiscrimination,
    initialize_from_data,
)

BATCH_SIZES = (1, 2, 3, 7, 8, 40)  # odd and even, and with several blocks of pairs


def distances_of(features, tensor):
    projections = np.tensordot(features, tensor, axes=1)
    return np.abs(projections[:, None] - projections[None]).sum(axis=-1)  # [i, j, b]


def paper(features, tensor):
    closeness = np.exp(-distances_of(features, tensor))
    for i in range(len(features)):
        closeness[i, i] = 0.0
    return closeness.sum(axis=1)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_equals_the_papers_formula(batch_size, rng):
    layer = MinibatchDiscrimination(num_kernels=6, kernel_dim=3)
    features = rng.normal(size=(batch_size, 10)).astype("float32")
    outputs = layer(features).numpy()
    assert outputs.shape == (batch_size, 16)
    np.testing.assert_array_equal(outputs[:, :10], features)
    np.testing.assert_allclose(outputs[:, 10:], paper(features, layer.kernel.numpy()), rtol=1e-5, atol=1e-5)


def test_a_batch_larger_than_a_block_of_pairs(rng):
    layer = MinibatchDiscrimination(num_kernels=3, kernel_dim=2)
    features = rng.normal(size=(520, 4)).astype("float32")
    outputs = tf.function(layer)(features).numpy()[:, 4:]
    np.testing.assert_allclose(outputs, paper(features, layer.kernel.numpy()), rtol=1e-5)


def test_the_example_itself_is_excluded(rng):
    layer = MinibatchDiscrimination(num_kernels=2, kernel_dim=3)
    one = rng.normal(size=(1, 5)).astype("float32")
    np.testing.assert_array_equal(layer(one)[:, 5:], [[0, 0]])
    np.testing.assert_allclose(layer(np.repeat(one, 4, axis=0))[:, 5:], np.full((4, 2), 3.0))


@pytest.mark.parametrize("layer_class", [MinibatchDiscrimination, WeightNormalizedMinibatchDiscrimination])
@pytest.mark.parametrize("batch_size", [2, 7, 8])
def test_gradients(layer_class, batch_size, rng, numeric_gradient, numeric_weight_gradient, tape_gradient):
    layer = layer_class(3, 2, kernel_initializer=keras.initializers.RandomNormal(seed=5), dtype="float64")
    features = rng.normal(size=(batch_size, 4))
    targets = rng.normal(size=(batch_size, 7))

    def loss(features):
        return tf.reduce_sum((layer(features) - targets) ** 2)

    np.testing.assert_allclose(tape_gradient(loss, features), numeric_gradient(loss, features), rtol=1e-5, atol=1e-5)
    for weight in layer.trainable_variables:
        expected = numeric_weight_gradient(lambda: loss(features), weight)
        np.testing.assert_allclose(tape_gradient(lambda: loss(features), weight), expected, rtol=1e-5, atol=1e-5)


def test_gradients_of_a_gradient_penalty(rng, numeric_gradient, numeric_weight_gradient):
    layer = MinibatchDiscrimination(2, 3, kernel_initializer=keras.initializers.RandomNormal(seed=5), dtype="float64")
    features = tf.constant(rng.normal(size=(5, 3)))

    def penalty(features):
        with tf.GradientTape() as tape:
            tape.watch(features)
            total = tf.reduce_sum(layer(features) ** 2)
        return tf.reduce_sum(tape.gradient(total, features) ** 2)

    def gradients(features):
        with tf.GradientTape() as tape:
            tape.watch(features)
            value = penalty(features)
        return tape.gradient(value, [features, layer.kernel.value])

    by_features = numeric_gradient(penalty, features.numpy())
    by_kernel = numeric_weight_gradient(lambda: penalty(features), layer.kernel)
    for differentiate in (gradients, tf.function(gradients)):
        found_by_features, found_by_kernel = differentiate(features)
        np.testing.assert_allclose(found_by_features, by_features, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(found_by_kernel, by_kernel, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("layer_class", [MinibatchDiscrimination, WeightNormalizedMinibatchDiscrimination])
def test_in_a_functional_model_with_unknown_batch_size(layer_class, rng, reloaded):
    inputs = keras.Input((4, 4, 2))
    features = keras.layers.Flatten()(inputs)
    closeness = layer_class(6, 2, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1, seed=9))
    model = keras.Model(inputs, closeness(features))
    assert model.output_shape == (None, 38)
    again = reloaded(model)
    run = tf.function(again, input_signature=[tf.TensorSpec([None, 4, 4, 2])])
    for batch_size in BATCH_SIZES:
        images = rng.normal(size=(batch_size, 4, 4, 2)).astype("float32")
        np.testing.assert_allclose(run(images), model(images), rtol=1e-6)


def test_real_and_fake_batches_do_not_mix(rng):
    layer = MinibatchDiscrimination(4, 2)
    real, fake = rng.normal(size=(2, 6, 5)).astype("float32")
    together = layer(np.concatenate([real, fake])).numpy()
    assert not np.allclose(layer(real), together[:6])
    np.testing.assert_allclose(layer(real)[:, 5:], paper(real, layer.kernel.numpy()), rtol=1e-5)


def test_compiles_under_xla(rng):
    layer = MinibatchDiscrimination(4, 2)
    features = tf.constant(rng.normal(size=(9, 5)).astype("float32"))
    np.testing.assert_allclose(tf.function(layer, jit_compile=True)(features), layer(features), rtol=1e-5)


def test_mixed_precision_takes_differences_in_float32(rng):
    layer = MinibatchDiscrimination(5, 3, dtype="mixed_float16")
    features = rng.normal(size=(40, 10)).astype("float16")
    outputs = layer(features)
    assert outputs.dtype == tf.float16
    assert layer.kernel.dtype == "float32"
    expected = paper(features.astype("float32"), layer.kernel.numpy())
    np.testing.assert_allclose(outputs.numpy()[:, 10:], expected, rtol=5e-3)


def test_the_weights_are_small_and_seeded():
    layers = [MinibatchDiscrimination(kernel_initializer=keras.initializers.RandomNormal(0, 0.05, 3)) for _ in "ab"]
    for layer in layers:
        layer.build((None, 64))
    np.testing.assert_array_equal(layers[0].kernel, layers[1].kernel)
    default = MinibatchDiscrimination()
    default.build((None, 64))
    assert default.kernel.shape == (64, 100, 5)
    assert np.std(default.kernel) == pytest.approx(0.05, rel=0.02)


class TestWeightNormalized:
    def test_equals_the_authors_formula(self, rng):
        layer = WeightNormalizedMinibatchDiscrimination(3, 2)
        features = rng.normal(size=(7, 4)).astype("float32")
        layer.build(features.shape)
        np.testing.assert_array_equal(layer.bias, [-1, -1, -1])
        layer.log_scale.assign(rng.normal(size=(3, 2)))
        theta = layer.kernel.numpy()
        tensor = theta * np.exp(layer.log_scale.numpy()) / np.sqrt((theta**2).sum(axis=0))
        np.testing.assert_allclose(layer(features)[:, 4:], paper(features, tensor) - 1, rtol=1e-5, atol=1e-5)

    def test_data_dependent_initialization(self, rng):
        layer = WeightNormalizedMinibatchDiscrimination(3, 2)
        features = rng.normal(size=(20, 4)).astype("float32")
        outputs = layer(features).numpy()
        theta = layer.kernel.numpy()
        distances = distances_of(features, theta / np.sqrt((theta**2).sum(axis=0)))
        for i in range(20):
            distances[i, i] = 1e6
        scaled = np.exp(-distances / (0.5 * distances.min(axis=1).mean(axis=0))).sum(axis=1)
        outputs = initialize_from_data(layer, features).numpy()[:, 4:]
        np.testing.assert_allclose(outputs, scaled - scaled.mean(axis=0), rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(layer(features)[:, 4:], outputs)
        layer.initialize(features)
        np.testing.assert_allclose(layer(features)[:, 4:], outputs, rtol=1e-5, atol=1e-6)

    def test_a_batch_without_differences_is_refused(self):
        layer = WeightNormalizedMinibatchDiscrimination(3, 2, name="closeness")
        with pytest.raises(ValueError, match=r"'closeness' must differ.* Received: features of shape \(5, 4\)"):
            initialize_from_data(layer, tf.ones([5, 4]))


def test_config_is_complete():
    for layer_class in (MinibatchDiscrimination, WeightNormalizedMinibatchDiscrimination):
        layer = layer_class(7, 3, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1, seed=2), name="m")
        assert layer_class.from_config(layer.get_config()).get_config() == layer.get_config()


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"Received: num_kernels=0, kernel_dim=5$"):
        MinibatchDiscrimination(0)
    with pytest.raises(ValueError, match="expected ndim=2"):
        MinibatchDiscrimination()(tf.zeros([2, 4, 4, 3]))


MEMORY_SCRIPT = """
import resource
import tensorflow as tf
from tfgan_zoo.layers import MinibatchDiscrimination

layer = MinibatchDiscrimination(num_kernels=100, kernel_dim=5)

@tf.function(input_signature=[tf.TensorSpec([None, 256])])
def gradients(features):
    with tf.GradientTape() as tape:
        tape.watch(features)
        total = tf.reduce_sum(layer(features) ** 2)
    return tape.gradient(total, [features, layer.kernel.value])

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux

layer.build((None, 256))
gradients(tf.zeros([4, 256]))  # traced and warm
features = tf.random.stateless_normal([512, 256], seed=[1, 2])
before = peak()
gradients(features)[0].numpy()
print(peak() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads peak memory in Linux's unit")
def test_batch_of_512_stays_far_under_a_gigabyte():
    command = [sys.executable, "-c", MEMORY_SCRIPT]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert process.returncode == 0, process.stderr
    assert float(process.stdout) < 200  # MB; measured 12, and 1574 for the naive computation
