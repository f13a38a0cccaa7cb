import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
    refresh_reference_statistics,
)

SIZE = 5
SHAPES = {"dense": (3,), "images": (4, 2, 3)}


def paper(live, reference, layer):
    """The paper's normalization, by second moments, written for one example at a time."""
    axes = tuple(range(reference.ndim - 1))
    reference_mean, reference_square = reference.mean(axes), (reference**2).mean(axes)
    size = len(reference)
    outputs = []
    for example in live:
        own_axes = tuple(range(example.ndim - 1))
        mean = (example.mean(own_axes) + size * reference_mean) / (size + 1)
        square = ((example**2).mean(own_axes) + size * reference_square) / (size + 1)
        normalized = (example - mean) / np.sqrt(square - mean**2 + layer.epsilon)
        outputs.append(layer.gamma.numpy() * normalized + layer.beta.numpy())
    return np.array(outputs)


def layer_of(**kwargs):
    return VirtualBatchNormalization(SIZE, beta_initializer=keras.initializers.RandomNormal(seed=3), **kwargs)


def rows(shape, rng, count, dtype="float32"):
    return rng.normal(1.0, 2.0, size=(count, *shape)).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
class TestLayer:
    def test_live_rows_equal_the_papers_formula(self, shape, rng):
        layer = layer_of()
        reference, live = rows(shape, rng, SIZE), rows(shape, rng, 4)
        outputs = layer(np.concatenate([reference, live]), training=True).numpy()
        np.testing.assert_allclose(outputs[SIZE:], paper(live, reference, layer), atol=1e-5)

    def test_reference_rows_equal_batch_normalization(self, shape, rng):
        layer = layer_of()
        reference, live = rows(shape, rng, SIZE), rows(shape, rng, 4)
        outputs = layer(np.concatenate([reference, live]), training=True).numpy()
        batch_normalization = keras.layers.BatchNormalization(epsilon=layer.epsilon)
        batch_normalization.build(reference.shape)
        batch_normalization.gamma.assign(layer.gamma)
        batch_normalization.beta.assign(layer.beta)
        np.testing.assert_allclose(outputs[:SIZE], batch_normalization(reference, training=True), atol=1e-5)

    def test_neighbours_do_not_matter_and_the_reference_does(self, shape, rng):
        layer = layer_of()
        reference, live = rows(shape, rng, SIZE), rows(shape, rng, 4)
        others, other_reference = rows(shape, rng, 4), rows(shape, rng, SIZE)
        others[0] = live[0]

        def first(reference, live):
            return layer(np.concatenate([reference, live]), training=True).numpy()[SIZE]

        np.testing.assert_array_equal(first(reference, live), first(reference, others))
        assert np.abs(first(reference, live) - first(other_reference, live)).max() > 1e-2

    def test_folded_equals_unfolded(self, shape, rng):
        layer = layer_of()
        reference, live = rows(shape, rng, SIZE), rows(shape, rng, 4)
        unfolded = layer(np.concatenate([reference, live]), training=True).numpy()[SIZE:]
        np.testing.assert_allclose(layer(live), unfolded, atol=1e-5)
        np.testing.assert_allclose(layer(live[2:3]), unfolded[2:3], atol=1e-5)

    def test_gradients_flow_through_the_reference_too(
        self, shape, rng, numeric_gradient, numeric_weight_gradient, tape_gradient
    ):
        layer = layer_of(dtype="float64")
        inputs = rows(shape, rng, SIZE + 2, "float64")
        weights = rng.normal(size=inputs.shape)
        weights[:SIZE] = 0.0  # only the live outputs count

        def loss(inputs):
            return tf.reduce_sum(weights * layer(inputs, training=True) ** 2)

        gradient = tape_gradient(loss, inputs)
        assert np.abs(gradient[:SIZE]).max() > 1e-3
        np.testing.assert_allclose(gradient, numeric_gradient(loss, inputs), atol=1e-5)
        for weight in layer.trainable_variables:
            expected = numeric_weight_gradient(lambda: loss(inputs), weight)
            np.testing.assert_allclose(tape_gradient(lambda: loss(inputs), weight), expected, atol=1e-5)


def test_statistics_by_hand():
    layer = VirtualBatchNormalization(2, epsilon=0.0, gamma_initializer="ones")
    # Reference −1, 3: mean 1, variance 4. Live 7: mean (7 + 2·1)/3 = 3, second moment (49 + 2·5)/3, variance 32/3.
    outputs = layer(np.array([[-1.0], [3.0], [7.0]]), training=True)
    np.testing.assert_allclose(outputs, [[-1], [1], [4 / np.sqrt(32 / 3)]], rtol=1e-6)
    np.testing.assert_allclose([layer.reference_mean[0], layer.reference_variance[0]], [1, 4])


def test_a_large_mean_costs_no_precision(rng):
    layer = VirtualBatchNormalization(64, gamma_initializer="ones")
    inputs = rng.normal(0.0, 1.0, size=(80, 3))
    plain = layer(inputs.astype("float32"), training=True).numpy()
    shifted = layer((inputs + 1000).astype("float32"), training=True).numpy()
    np.testing.assert_allclose(shifted, plain, atol=2e-3)  # one float32 at 1000 is 6e-5 wide; moments would be 0.06


def test_gamma_is_near_one_and_seeded():
    layers = [VirtualBatchNormalization(2, gamma_initializer=keras.initializers.RandomNormal(1, 0.02, 3)) for _ in "ab"]
    for layer in layers:
        layer.build((None, 500))
    np.testing.assert_array_equal(layers[0].gamma, layers[1].gamma)
    default = VirtualBatchNormalization(2)
    default.build((None, 500))
    assert np.mean(default.gamma) == pytest.approx(1.0, abs=0.01)
    assert np.std(default.gamma) == pytest.approx(0.02, rel=0.2)


def test_mixed_precision_takes_statistics_in_float32(rng):
    layer = layer_of(dtype="mixed_float16")
    reference, live = rows((3,), rng, SIZE, "float16"), rows((3,), rng, 4, "float16")
    outputs = layer(np.concatenate([reference, live]), training=True)
    assert outputs.dtype == tf.float16
    assert layer.reference_mean.dtype == "float32"
    expected = paper(live.astype("float32"), reference.astype("float32"), layer)
    np.testing.assert_allclose(outputs[SIZE:], expected, atol=5e-3)


def generator(seed=4):
    seeds = iter(range(seed, seed + 20))

    def normal(stddev):
        return keras.initializers.RandomNormal(stddev=stddev, seed=next(seeds))

    latents = keras.Input((6,))
    x = ReferenceBatch(SIZE, normal(1.0), name="reference")(latents)
    x = keras.layers.Dense(4 * 4 * 3, use_bias=False, kernel_initializer=normal(0.5))(x)
    x = keras.layers.ReLU()(VirtualBatchNormalization(SIZE)(x))
    x = keras.layers.Reshape((4, 4, 3))(x)
    x = keras.layers.Conv2DTranspose(4, 3, 2, "same", use_bias=False, kernel_initializer=normal(0.5))(x)
    x = keras.layers.ReLU()(VirtualBatchNormalization(SIZE)(x))
    x = keras.layers.Conv2D(1, 3, padding="same", activation="tanh", kernel_initializer=normal(0.5))(x)
    return keras.Model(latents, DropReference(SIZE)(x))


class TestGenerator:
    def test_answers_live_rows_in_both_modes(self, rng):
        network = generator()
        assert network.output_shape == (None, 8, 8, 1)
        for batch_size in (1, 7):
            latents = rows((6,), rng, batch_size)
            for training in (True, False):
                assert network(latents, training=training).shape == (batch_size, 8, 8, 1)

    def test_folded_equals_unfolded_after_weights_change_and_a_refresh(self, rng):
        network = generator()
        latents = rows((6,), rng, 7)
        network(latents, training=True)
        for weight in network.trainable_variables:
            weight.assign(1.5 * weight + 0.1)
        assert not np.allclose(network(latents), network(latents, training=True), atol=1e-3)
        for weight in network.trainable_variables:
            weight.assign(0.7 * weight)
        refresh_reference_statistics(network)
        folded = network(latents).numpy()
        np.testing.assert_allclose(folded, network(latents, training=True), atol=1e-5)
        np.testing.assert_allclose(folded[3:4], network(latents[3:4]), atol=1e-5)

    def test_neighbours_do_not_matter_and_the_reference_does(self, rng):
        network = generator()
        latents, others = rows((6,), rng, 7), rows((6,), rng, 7)
        others[0] = latents[0]
        image = network(latents, training=True).numpy()[0]
        np.testing.assert_allclose(network(others, training=True).numpy()[0], image, atol=1e-6)
        network.get_layer("reference").reference.assign(rows((6,), rng, SIZE))
        assert np.abs(network(latents, training=True).numpy()[0] - image).max() > 1e-2

    def test_the_reference_stays_the_same_through_training(self, rng):
        network = generator()
        reference = network.get_layer("reference").reference.numpy()
        np.testing.assert_array_equal(reference, generator().get_layer("reference").reference)
        optimizer = keras.optimizers.Adam(1e-2)
        optimizer.build(network.trainable_variables)

        @tf.function(input_signature=[tf.TensorSpec([None, 6])])
        def step(latents):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(network(latents, training=True) ** 2)
            optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
            return loss

        losses = [float(step(rows((6,), rng, 8))) for _ in range(5)]
        assert losses[-1] < losses[0]
        np.testing.assert_array_equal(network.get_layer("reference").reference, reference)

    def test_a_file_keeps_reference_and_statistics(self, rng, reloaded):
        network = generator()
        latents = rows((6,), rng, 7)
        network(latents, training=True)
        again = reloaded(network)
        run = tf.function(again, input_signature=[tf.TensorSpec([None, 6])])
        np.testing.assert_allclose(run(latents), network(latents), atol=1e-6)
        np.testing.assert_allclose(again(latents, training=True), network(latents, training=True), atol=1e-6)

    def test_an_export_equals_the_unfolded_network(self, rng, tmp_path):
        network = generator()
        latents = rows((6,), rng, 7)
        refresh_reference_statistics(network)
        network.export(tmp_path / "export", verbose=False)
        exported = tf.saved_model.load(tmp_path / "export")
        np.testing.assert_allclose(exported.serve(latents), network(latents, training=True), atol=1e-5)

    @pytest.mark.parametrize("training", [True, False])
    def test_only_training_runs_the_reference(self, training):
        network = generator()
        run = tf.function(lambda latents: network(latents, training=training))
        graph = run.get_concrete_function(tf.TensorSpec([None, 6])).graph
        reference = network.get_layer("reference").reference.value.handle
        assert any(tensor is reference for tensor in graph.external_captures) == training

    def test_a_refresh_takes_all_the_inputs_of_a_network(self, rng):
        latents, codes = keras.Input((6,), name="latents"), keras.Input((2,), name="codes")
        x = keras.layers.Concatenate()([ReferenceBatch(SIZE)(latents), ReferenceBatch(SIZE)(codes)])
        x = VirtualBatchNormalization(SIZE)(keras.layers.Dense(3)(x))
        network = keras.Model({"latents": latents, "codes": codes}, DropReference(SIZE)(x))
        refresh_reference_statistics(network)
        inputs = {"latents": rows((6,), rng, 4), "codes": rows((2,), rng, 4)}
        np.testing.assert_allclose(network(inputs), network(inputs, training=True), atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        ReferenceBatch(3, keras.initializers.RandomUniform(-1, 1, seed=2), name="r"),
        DropReference(3, name="d"),
        VirtualBatchNormalization(3, epsilon=1e-3, gamma_initializer="ones", beta_initializer="ones", name="v"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_config_is_complete(layer):
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize("layer_class", [ReferenceBatch, DropReference, VirtualBatchNormalization])
def test_mistakes_are_named(layer_class):
    with pytest.raises(ValueError, match=r"Received: reference_size=0$"):
        layer_class(0)


def test_too_few_rows_are_refused(rng):
    with pytest.raises(ValueError, match="Received: inputs of 4 rows"):
        VirtualBatchNormalization(SIZE)(rows((3,), rng, 4), training=True)
