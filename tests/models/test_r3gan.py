import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO


def logits(real, fake):
    return types.SimpleNamespace(real_logits=tf.constant(real, tf.float32), fake_logits=tf.constant(fake, tf.float32))


def test_losses_by_hand():
    gan = ZOO["r3gan"]((2,))
    alike = logits([[1.5], [-4.0]], [[1.5], [-4.0]])
    assert gan.discriminator_loss(alike).numpy() == pytest.approx(np.log(2.0))
    assert gan.generator_loss(alike).numpy() == pytest.approx(np.log(2.0))
    # Pairs: D(x) − D(G(z)) is log 3, then log 7.
    apart = logits([[np.log(3.0)], [0.0]], [[0.0], [-np.log(7.0)]])
    assert gan.discriminator_loss(apart).numpy() == pytest.approx((np.log(1 + 1 / 3) + np.log(1 + 1 / 7)) / 2)
    assert gan.generator_loss(apart).numpy() == pytest.approx((np.log(1 + 3) + np.log(1 + 7)) / 2)


def test_d_normalises_nothing_by_the_batch():
    layers = ZOO["r3gan"]((32, 32, 1), width=4).discriminator.layers
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers)


def test_learning_rate_and_gamma_fall():
    # Halfway: a cosine's half of the rate, and the geometric mean of the two γ.
    options = {"learning_rate": 0.004, "generator_learning_rate": 0.01, "gamma": 0.1, "final_gamma": 0.001}
    gan = ZOO["r3gan"]((2,), **options, decay_steps=100)
    for player, halved in ((gan.generator_player, 0.005), (gan.discriminator_player, 0.002)):
        assert float(player.optimizer._learning_rate(50)) == pytest.approx(halved)
    r1, r2 = gan.discriminator_player.penalties
    assert float(r1.weight(50)) == float(r2.weight(50)) == pytest.approx(0.01)


def test_without_steps_nothing_falls():
    r1, r2 = ZOO["r3gan"]((2,), gamma=0.1).discriminator_player.penalties
    assert (r1.weight, r2.weight) == (0.1, 0.1)
