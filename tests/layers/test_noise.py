import keras
import numpy as np
import pytest

from tfgan_zoo.layers import LearnedNoise


@pytest.fixture
def layer():
    layer = LearnedNoise(seed=1)
    layer.build((None, 20, 20, 3))
    layer.weight.assign(0.5)
    return layer


def test_it_begins_as_the_identity():
    inputs = np.ones((2, 4, 4, 3), np.float32)
    np.testing.assert_array_equal(LearnedNoise(seed=1)(inputs, training=True), inputs)


def test_in_training_each_position_of_each_example_has_its_own(layer):
    first, second = (layer(np.zeros((5, 20, 20, 3), np.float32), training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(first[..., 0], first[..., 2])
    assert first.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * 2000))
    for other in (second, np.roll(first, 1, axis=0), np.roll(first, 1, axis=1)):
        assert abs(np.corrcoef(first[..., 0].ravel(), other[..., 0].ravel())[0, 1]) < 4 / np.sqrt(2000)


def test_at_inference_all_examples_share_one_that_stays(layer):
    found = layer(np.zeros((5, 20, 20, 3), np.float32)).numpy()
    assert found.std() > 0.4
    for example in found:
        np.testing.assert_array_equal(example, found[0])
    np.testing.assert_array_equal(layer(np.zeros((1, 20, 20, 3), np.float32))[0], found[0])


def test_it_returns_from_a_file(reloaded):
    model = keras.Sequential([keras.Input((4, 4, 2)), LearnedNoise(seed=7)])
    assert reloaded(model).layers[0].seed == 7
