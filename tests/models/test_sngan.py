"""SNGAN: every layer of D is normalized, and stays so while it trains."""

import numpy as np
import tensorflow as tf

from models import ZOO
from tfgan_zoo.game.losses import Hinge
from tfgan_zoo.layers import SpectralNormalization


def test_after_some_steps_every_layer_has_norm_1():
    gan = ZOO["sngan"]((16, 16, 1), width=4)
    normalized = [layer for layer in gan.discriminator.layers if isinstance(layer, SpectralNormalization)]
    assert len(normalized) == 2 * 2 + 1 + 1
    assert sum(bool(layer.weights) for layer in gan.discriminator.layers) == len(normalized)
    images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)), tf.float32)
    step = tf.function(gan.train_on)
    for _ in range(60):
        step(images)
    for layer in normalized:
        kernel = layer.layer.kernel.numpy()
        matrix = kernel.reshape(-1, kernel.shape[-1]) / float(layer.norm())
        assert abs(np.linalg.svd(matrix, compute_uv=False)[0] - 1.0) < 0.05


def test_it_trains_by_the_hinge_loss_on_dcgans_generator():
    gan, dcgan = ZOO["sngan"]((16, 16, 1), width=4), ZOO["dcgan"]((16, 16, 1), width=4)
    assert type(gan.loss) is Hinge
    for ours, theirs in zip(gan.generator.get_weights(), dcgan.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
