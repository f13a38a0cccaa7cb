import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.extractors import inception
from tfgan_zoo.extractors.inception import Inception


@pytest.mark.slow
def test_features_are_those_of_keras_applications(tmp_path):
    """With random weights from a file: the network by hand, on images enlarged to 299 pixels."""
    network = keras.applications.InceptionV3(weights=None)
    network.save_weights(tmp_path / "random.weights.h5")
    images = np.random.default_rng(0).uniform(-1, 1, (2, 28, 28, 1)).astype(np.float32)
    found = Inception(str(tmp_path / "random.weights.h5"))
    features, probabilities = found(images)

    enlarged = tf.image.resize(np.repeat(images, 3, axis=-1), (299, 299), antialias=True)
    pooled = keras.Model(network.inputs, network.get_layer("avg_pool").output)
    np.testing.assert_allclose(features, pooled(enlarged, training=False), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(probabilities, network(enlarged, training=False), rtol=1e-4, atol=1e-7)
    assert features.shape == (2, 2048)
    assert "inception of Keras Applications" in found.name


def test_offline_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(inception, "silent_hosts", lambda urls: "storage.googleapis.com")
    with pytest.raises(UserError) as raised:
        Inception()
    message = str(raised.value)
    assert "\n" not in message
    for part in ("storage.googleapis.com cannot be reached", "--inception_weights=FILE", "or no --extractor"):
        assert part in message


def test_a_missing_file_is_refused():
    with pytest.raises(UserError, match=r"--inception_weights=nowhere\.h5: there is no such file"):
        Inception("nowhere.h5")


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "text.h5").write_text("no weights")
    with pytest.raises(UserError, match=r"text\.h5: cannot be read .* accepted: a copy of https"):
        Inception(str(tmp_path / "text.h5"))
