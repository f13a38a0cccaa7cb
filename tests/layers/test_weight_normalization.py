import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import WeightNormalization, initialize_from_data

NORMAL = keras.initializers.RandomNormal(stddev=0.05, seed=11)
LAYERS = {
    "dense": lambda **kwargs: keras.layers.Dense(4, kernel_initializer=NORMAL, **kwargs),
    "convolution": lambda **kwargs: keras.layers.Conv2D(
        4, 3, strides=2, padding="same", kernel_initializer=NORMAL, **kwargs
    ),
    "valid convolution": lambda **kwargs: keras.layers.Conv2D(4, 2, kernel_initializer=NORMAL, **kwargs),
    "transposed convolution": lambda **kwargs: keras.layers.Conv2DTranspose(
        4, 3, strides=2, padding="same", kernel_initializer=NORMAL, **kwargs
    ),
}
UNIT_AXES = {"dense": 1, "convolution": 3, "valid convolution": 3, "transposed convolution": 2}


def inputs_of(kind, rng, dtype="float32"):
    return rng.normal(0.5, 2.0, size=(6, 3) if kind == "dense" else (3, 5, 5, 2)).astype(dtype)


def per_unit(values, axis, rank):
    return values.reshape([-1 if i == axis else 1 for i in range(rank)])


@pytest.mark.parametrize("kind", LAYERS)
def test_equals_the_layer_with_normalized_weights(kind, rng):
    layer = WeightNormalization(LAYERS[kind](activation="relu"))
    x = inputs_of(kind, rng)
    layer(x)
    layer.scale.assign([0.5, 1.0, 2.0, -1.5])
    layer.layer.bias.assign([0.1, -0.2, 0.3, 0.0])
    v = layer.layer.kernel.numpy()
    axis = UNIT_AXES[kind]
    norms = np.sqrt((v**2).sum(axis=tuple(i for i in range(v.ndim) if i != axis), keepdims=True))
    plain = LAYERS[kind](activation="relu")
    plain.build(x.shape)
    plain.set_weights([v / norms * per_unit(layer.scale.numpy(), axis, v.ndim), layer.layer.bias.numpy()])
    assert layer.compute_output_shape(x.shape) == plain(x).shape
    np.testing.assert_allclose(layer(x), plain(x), atol=1e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_gradients(kind, rng, numeric_gradient, numeric_weight_gradient, tape_gradient):
    layer = WeightNormalization(LAYERS[kind](activation="tanh", dtype="float64"), dtype="float64")
    x = inputs_of(kind, rng, "float64")[:2]

    def loss(x):
        return tf.reduce_sum(layer(x) ** 2)

    np.testing.assert_allclose(tape_gradient(loss, x), numeric_gradient(loss, x), atol=1e-5)
    assert len(layer.trainable_variables) == 3
    for weight in layer.trainable_variables:
        expected = numeric_weight_gradient(lambda: loss(x), weight)
        np.testing.assert_allclose(tape_gradient(lambda: loss(x), weight), expected, rtol=1e-5, atol=1e-5)


def test_the_length_of_v_does_not_matter(rng):
    layer = WeightNormalization(keras.layers.Dense(4, dtype="float64"), dtype="float64")
    x = inputs_of("dense", rng, "float64")
    before = layer(x).numpy()
    layer.layer.kernel.assign(3 * layer.layer.kernel)
    np.testing.assert_allclose(layer(x), before, rtol=1e-9)


@pytest.mark.parametrize("stddev", [1.0, 0.1])
@pytest.mark.parametrize("kind", LAYERS)
def test_initialization_gives_mean_0_and_the_standard_deviation(kind, stddev, rng):
    layer = WeightNormalization(LAYERS[kind](), initial_stddev=stddev)
    x = inputs_of(kind, rng)
    for outputs in (initialize_from_data(layer, x).numpy(), layer(x).numpy()):
        axes = tuple(range(outputs.ndim - 1))
        np.testing.assert_allclose(outputs.mean(axes), np.zeros(4), atol=1e-5)
        np.testing.assert_allclose(outputs.std(axes), np.full(4, stddev), rtol=1e-5)


def test_the_activation_comes_after_the_normalization(rng):
    layer = WeightNormalization(keras.layers.Dense(4, activation="relu"))
    x = inputs_of("dense", rng)
    outputs = initialize_from_data(layer, x).numpy()
    v = layer.layer.kernel.numpy()
    t = x @ v / np.sqrt((v**2).sum(axis=0))
    np.testing.assert_allclose(outputs, np.maximum((t - t.mean(axis=0)) / t.std(axis=0), 0), atol=1e-5)


def discriminator():
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.GaussianNoise(0.3, seed=1)(inputs)
    x = WeightNormalization(keras.layers.Conv2D(8, 3, activation="relu"), train_scale=False, name="first")(x)
    x = keras.layers.Flatten()(x)
    x = WeightNormalization(keras.layers.Dense(5, activation="relu"), train_scale=False, name="second")(x)
    return keras.Model(inputs, WeightNormalization(keras.layers.Dense(2), name="logits")(x))


def test_each_layer_of_a_network_is_initialized_on_what_those_below_say(rng):
    network = discriminator()
    x = rng.normal(size=(50, 6, 6, 1)).astype("float32")
    outputs = initialize_from_data(network, x, training=False).numpy()
    np.testing.assert_array_equal(outputs, network(x))
    np.testing.assert_allclose(outputs.mean(axis=0), np.zeros(2), atol=1e-5)
    np.testing.assert_allclose(outputs.std(axis=0), np.ones(2), rtol=1e-5)
    first = network.get_layer("first")
    pre_activations = keras.ops.conv(
        x, first.layer.kernel * first.scale / np.sqrt((first.layer.kernel.numpy() ** 2).sum((0, 1, 2)))
    )
    np.testing.assert_allclose(np.std(pre_activations, axis=(0, 1, 2)), np.ones(8), rtol=1e-5)


def test_initializing_twice_is_initializing_once(rng):
    network = discriminator()
    x = rng.normal(size=(50, 6, 6, 1)).astype("float32")
    once = initialize_from_data(network, x, training=False).numpy()
    initialize_from_data(network, 5 * x + 1, training=False)
    np.testing.assert_allclose(initialize_from_data(network, x, training=False), once, atol=1e-5)


def test_the_noise_is_on_while_initializing(rng):
    network = discriminator()
    x = rng.normal(size=(50, 6, 6, 1)).astype("float32")
    noisy = initialize_from_data(network, x).numpy()
    assert not np.allclose(noisy, network(x), atol=1e-2)
    np.testing.assert_allclose(noisy.std(axis=0), np.ones(2), rtol=1e-5)


def test_scales_freeze_and_biases_train():
    trainable = [variable.path for variable in discriminator().trainable_variables]
    assert sum("scale" in path for path in trainable) == 1
    assert sum("bias" in path for path in trainable) == 3


def test_after_initialization_a_call_no_longer_initializes(rng):
    network = discriminator()
    initialize_from_data(network, rng.normal(size=(50, 6, 6, 1)).astype("float32"))
    scale = network.get_layer("first").scale.numpy()
    network(100 * rng.normal(size=(50, 6, 6, 1)).astype("float32"))
    np.testing.assert_array_equal(network.get_layer("first").scale, scale)


def test_an_unbuilt_sequential_model_can_be_initialized(rng):
    network = keras.Sequential([WeightNormalization(keras.layers.Dense(4))])
    outputs = initialize_from_data(network, inputs_of("dense", rng)).numpy()
    np.testing.assert_allclose(outputs.std(axis=0), np.ones(4), rtol=1e-5)


def test_in_a_functional_model_with_unknown_batch_size(rng, reloaded):
    network = discriminator()
    initialize_from_data(network, rng.normal(size=(50, 6, 6, 1)).astype("float32"))
    again = reloaded(network)
    assert [variable.shape for variable in again.trainable_variables] == [
        variable.shape for variable in network.trainable_variables
    ]
    run = tf.function(again, input_signature=[tf.TensorSpec([None, 6, 6, 1])])
    for batch_size in (1, 7):
        x = rng.normal(size=(batch_size, 6, 6, 1)).astype("float32")
        np.testing.assert_allclose(run(x), network(x), atol=1e-6)


def test_mixed_precision(rng):
    wide = WeightNormalization(keras.layers.Dense(4, kernel_initializer=NORMAL))
    narrow = WeightNormalization(
        keras.layers.Dense(4, kernel_initializer=NORMAL, dtype="mixed_float16"), dtype="mixed_float16"
    )
    x = inputs_of("dense", rng)
    outputs = narrow(x)
    assert outputs.dtype == tf.float16
    assert narrow.scale.dtype == "float32"
    np.testing.assert_allclose(outputs, wide(x), atol=2e-2)
    np.testing.assert_allclose(initialize_from_data(narrow, x), initialize_from_data(wide, x), atol=2e-2)


def test_without_bias(rng):
    layer = WeightNormalization(keras.layers.Dense(4, use_bias=False))
    outputs = initialize_from_data(layer, inputs_of("dense", rng)).numpy()
    np.testing.assert_allclose(outputs.std(axis=0), np.ones(4), rtol=1e-5)


def test_config_is_complete():
    layer = WeightNormalization(keras.layers.Dense(4), train_scale=False, initial_stddev=0.1, name="w")
    assert WeightNormalization.from_config(layer.get_config()).get_config() == layer.get_config()


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"must be Dense, Conv2D or Conv2DTranspose. Received: layer=<Flatten"):
        WeightNormalization(keras.layers.Flatten())
    with pytest.raises(ValueError, match=r"one group. Received: layer=<Conv2D"):
        WeightNormalization(keras.layers.Conv2D(4, 3, groups=2))
    with pytest.raises(ValueError, match=r"Received: initial_stddev=0$"):
        WeightNormalization(keras.layers.Dense(4), initial_stddev=0)
    layer = WeightNormalization(keras.layers.Dense(4), name="w")
    with pytest.raises(ValueError, match=r"'w' must vary.* Received: 4 units constant over inputs of shape \(5, 3\)"):
        initialize_from_data(layer, tf.zeros([5, 3]))
    with pytest.raises(RuntimeError, match=r"outside of tf.function"):
        tf.function(lambda x: initialize_from_data(layer, x))(tf.zeros([5, 3]))
