import keras
import numpy as np
import pytest

from tfgan_zoo.game.features import feature_matching_loss, with_features


def test_it_is_a_distance_of_batch_means():
    """Means (1, 2) and (3, 0), differences (−2, 2), squares (4, 4), their mean 4. Sample by sample it would be 5."""
    real = np.array([[0.0, 1.0], [2.0, 3.0]], np.float32)
    fake = np.array([[1.0, 0.0], [5.0, 0.0]], np.float32)
    assert float(feature_matching_loss(real, fake)) == 4.0


def test_batches_with_equal_means_are_matched_however_they_vary():
    real = np.array([[-1.0], [1.0]], np.float32)
    assert float(feature_matching_loss(real, np.zeros((2, 1), np.float32))) == 0.0


def test_features_may_have_any_shape():
    real, fake = np.random.default_rng(0).normal(size=(2, 5, 3, 3, 2)).astype(np.float32)
    expected = np.mean((real.mean(axis=0) - fake.mean(axis=0)) ** 2)
    assert float(feature_matching_loss(real, fake)) == pytest.approx(expected, rel=1e-5)


def test_any_named_layer_can_be_matched():
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, name="inner"), keras.layers.Dense(1)])
    both = with_features(network, "inner")
    data = np.ones((2, 3), np.float32)
    output = both(data)
    np.testing.assert_array_equal(output["logits"], network(data))
    np.testing.assert_array_equal(output["features"], network.get_layer("inner")(data))
    assert [id(v) for v in both.trainable_variables] == [id(v) for v in network.trainable_variables]


def test_a_layer_that_is_not_there_is_refused():
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="No such layer: nowhere"):
        with_features(network, "nowhere")
