"""WGAN and WGAN-GP: what the papers' training consists of."""

import keras
import numpy as np
import pytest

from models import ZOO
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.losses import Wasserstein
from tfgan_zoo.game.penalties import GradientPenalty, WeightClipping


def test_wgan_trains_as_the_paper_does():
    gan = ZOO["wgan"]((16, 16, 1), width=4)
    optimizer = gan.discriminator_player.optimizer
    assert isinstance(optimizer, keras.optimizers.RMSprop)
    assert (float(optimizer.learning_rate), optimizer.rho, optimizer.momentum) == (pytest.approx(5e-5), 0.99, 0.0)
    assert type(gan.loss) is Wasserstein
    assert [type(penalty) for penalty in gan.discriminator_player.penalties] == [WeightClipping]
    assert gan.batch_size == 64
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in gan.discriminator.layers)


def test_wgan_keeps_ds_weights_within_the_limit_and_moves_g_once_in_five_steps():
    gan = ZOO["wgan"]((2,), limit=0.02)
    points = np.zeros((8, 2), np.float32)
    before = [variable.numpy() for variable in gan.generator.trainable_variables]
    for step in range(1, 6):
        gan.train_step(points)
        now = [variable.numpy() for variable in gan.generator.trainable_variables]
        moved = any((old != new).any() for old, new in zip(before, now, strict=True))
        assert moved == (step == 5)
    largest = max(np.abs(weight).max() for weight in gan.discriminator.get_weights())
    assert largest == pytest.approx(0.02)


def test_wgan_gp_trains_as_the_authors_do():
    images, points = ZOO["wgan_gp"]((16, 16, 1), width=4), ZOO["wgan_gp"]((2,))
    for gan, weight, batch_size, latent_dim in ((images, 10.0, 50, 128), (points, 0.1, 256, 2)):
        (penalty,) = gan.discriminator_player.penalties
        assert type(penalty) is GradientPenalty
        assert penalty.weight == weight
        assert (gan.batch_size, gan.latent_dim, gan.latent_distribution) == (batch_size, latent_dim, "normal")
        optimizer = gan.generator_player.optimizer
        assert (float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2) == (pytest.approx(1e-4), 0.5, 0.9)
    assert [weight.shape for weight in points.discriminator.get_weights() if weight.ndim == 2] == [
        (2, 512),
        (512, 512),
        (512, 512),
        (512, 1),
    ]


def test_a_width_is_for_images():
    with pytest.raises(UserError, match="width=8: the networks on points"):
        ZOO["wgan_gp"]((2,), width=8)
