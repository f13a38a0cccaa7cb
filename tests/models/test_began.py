"""BEGAN: energies, the balance k and its bounds by hand."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError


@pytest.fixture
def gan():
    return ZOO["began"]((16, 16, 1), width=4, hidden=8, gamma=0.7, k_rate=0.5)


def pass_of(gan):
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype(np.float32)
    return gan.forward_pass(gan, tf.constant(images), None, "test")


def energies(gan, images):
    return np.abs(gan.discriminator(images).numpy() - images.numpy()).mean(axis=(1, 2, 3))


def test_losses_are_those_by_hand(gan):
    gan.k.assign(0.25)
    forward = pass_of(gan)
    real, fake = energies(gan, forward.real).mean(), energies(gan, forward.fake).mean()
    assert float(gan.discriminator_loss(forward)) == pytest.approx(real - 0.25 * fake, rel=1e-5)
    assert float(gan.generator_loss(forward)) == pytest.approx(fake, rel=1e-5)


def test_k_follows_the_balance_and_stays_between_0_and_1(gan):
    forward = pass_of(gan)
    real, fake = energies(gan, forward.real).mean(), energies(gan, forward.fake).mean()
    for k in (0.0, 0.4, 1.0):
        gan.k.assign(k)
        gan.after_update(forward)
        assert float(gan.k) == pytest.approx(min(1.0, max(0.0, k + 0.5 * (0.7 * real - fake))), abs=1e-6)
    assert float(gan.convergence.result()) == pytest.approx(real + abs(0.7 * real - fake), rel=1e-5)
    gan.k.assign(0.0)
    forward = pass_of(gan)
    forward.fake = 3.0 * tf.ones_like(forward.fake)  # far from anything that D answers: k would fall below 0
    gan.after_update(forward)
    assert float(gan.k) == 0.0


def test_mistakes_get_one_line():
    with pytest.raises(UserError, match="gamma=0: give began a ratio"):
        ZOO["began"]((16, 16, 1), gamma=0)
    with pytest.raises(UserError, match="not points"):
        ZOO["began"]((2,))
