"""The parts that make up the paper's −L+HA row; each part has its own tests."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.game.penalties import HistoricalAveraging
from tfgan_zoo.layers import MinibatchDiscrimination, VirtualBatchNormalization


@pytest.fixture(scope="module")
def gan():
    return ZOO["improved_gan"]((16, 16, 1), width=4, reference_size=4, num_kernels=3)


def layers_of(network):
    return list(network._flatten_layers(include_self=False))


def test_each_technique_is_there(gan):
    assert any(isinstance(layer, MinibatchDiscrimination) for layer in layers_of(gan.discriminator))
    assert any(isinstance(layer, VirtualBatchNormalization) for layer in layers_of(gan.generator))
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers_of(gan.generator))
    for player in (gan.generator_player, gan.discriminator_player):
        assert [(type(p), p.weight) for p in player.penalties] == [(HistoricalAveraging, 1.0)]
    assert gan.loss.real_target == 0.9


def test_a_loss_by_name_is_smoothed_too():
    gan = ZOO["improved_gan"]((2,), loss="minimax", real_target=0.8)
    assert (type(gan.loss).__name__, gan.loss.real_target) == ("Minimax", 0.8)


def test_an_image_depends_on_its_latents_and_the_reference_alone(gan):
    latents = tf.random.stateless_uniform((6, 100), [0, 0], -1.0, 1.0)
    together = gan.generate(latents, training=True)
    np.testing.assert_allclose(together[:2], gan.generate(latents[:2], training=True), atol=1e-5)


def test_inference_equals_training_once_refreshed(gan):
    latents = tf.random.stateless_uniform((3, 100), [0, 1], -1.0, 1.0)
    gan.refresh()
    np.testing.assert_allclose(gan.generate(latents), gan.generate(latents, training=True), atol=1e-5)
