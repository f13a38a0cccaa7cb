import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError

SHAPE = (16, 16, 1)
MEAN, DEVIATION = 0.5, 2.0


@pytest.fixture(scope="module")
def gan():
    return ZOO["ali"](SHAPE, width=2, latent_dim=3)


@pytest.fixture(scope="module")
def known():
    """An encoder whose answer to any image is N(½, 2²)."""
    gan = ZOO["ali"](SHAPE, width=2, latent_dim=3)
    statistics = next(layer for layer in gan.encoder.layers if isinstance(layer, keras.layers.Dense))
    statistics.kernel.assign(tf.zeros_like(statistics.kernel))
    statistics.bias.assign([MEAN] * 3 + [math.log(DEVIATION)] * 3)
    return gan


def images(count):
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (count, *SHAPE)), tf.float32)


def forward_of(gan, real, purpose="test", training=True):
    return gan.forward_pass(gan, real, None, purpose, training=training)


# The stochastic encoder.


def test_the_inferred_latents_have_the_encoders_mean_and_deviation(known):
    """3,000 draws of N(½, 2²): five standard errors are 5 · 2/√3000 of the mean and 5 · 2/√6000 of the deviation."""
    _, latents = forward_of(known, images(1000)).shown_real
    assert latents.shape == (1000, 3)
    assert float(tf.reduce_mean(latents)) == pytest.approx(MEAN, abs=5 * DEVIATION / math.sqrt(3000))
    assert float(tf.math.reduce_std(latents)) == pytest.approx(DEVIATION, abs=5 * DEVIATION / math.sqrt(6000))


def test_the_noise_is_keyed_by_step_and_purpose_and_is_not_the_latents(known):
    real = images(4)
    first, again, other = (forward_of(known, real, purpose) for purpose in ("a", "a", "b"))
    np.testing.assert_array_equal(first.shown_real[1], again.shown_real[1])
    assert np.abs(first.shown_real[1] - other.shown_real[1]).min() > 1e-4
    noise = (first.shown_real[1] - MEAN) / DEVIATION
    assert np.abs(noise - first.latents).min() > 1e-4
    known.step.assign_add(1)
    assert np.abs(forward_of(known, real, "a").shown_real[1] - first.shown_real[1]).min() > 1e-4


def test_each_image_has_noise_of_its_own(known):
    _, latents = forward_of(known, images(4)).shown_real
    assert len(np.unique(latents)) == 12


def test_encode_answers_the_mean(known, gan):
    np.testing.assert_allclose(known.encode(images(4)), np.full((4, 3), MEAN), atol=1e-6)
    real = images(2)
    noise = tf.constant([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]])
    mean, both = gan.encode(real), [gan.encoder([real, sign * noise], training=False) for sign in (1.0, -1.0)]
    np.testing.assert_allclose((both[0] + both[1]) / 2, mean, atol=1e-5)


def test_the_deviation_learns(gan):
    """The gradient of G's loss reaches log σ, the second half of the last layer's bias."""
    with gan.generator_player.tape() as tape:
        loss = gan.generator_loss(forward_of(gan, images(8)))
    statistics = next(layer for layer in gan.encoder.layers if isinstance(layer, keras.layers.Dense))
    gradient = tape.gradient(loss, statistics.bias.value).numpy()
    assert gradient.shape == (6,)
    assert np.abs(gradient).min() > 0


# The game.


@pytest.mark.parametrize("shape", [SHAPE, (2,)])
def test_both_players_descend_both_terms(shape):
    gan = ZOO["ali"](SHAPE, width=2, dropout=0.0) if len(shape) == 3 else ZOO["ali"](shape)
    real = images(4) if len(shape) == 3 else tf.constant(np.random.default_rng(0).normal(size=(4, 2)), tf.float32)
    forward = forward_of(gan, real)
    real_logits, fake_logits = forward.real_logits.numpy(), forward.fake_logits.numpy()

    def zeta(logits):
        return np.mean(np.log1p(np.exp(logits)))

    assert float(gan.discriminator_loss(forward)) == pytest.approx(zeta(-real_logits) + zeta(fake_logits), rel=1e-5)
    assert float(gan.generator_loss(forward)) == pytest.approx(zeta(real_logits) + zeta(-fake_logits), rel=1e-5)


def test_both_players_move_from_one_pass(gan):
    assert type(gan.schedule).__name__ == "Simultaneous"


# The networks.


def test_on_images_the_encoder_mirrors_g_and_d_joins_two_parts():
    gan = ZOO["ali"]((32, 32, 3), width=8)
    convolutions = [layer for layer in gan.encoder.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.output.shape[1:] for layer in convolutions] == [(16, 16, 8), (8, 8, 16), (4, 4, 32)]
    d = gan.discriminator
    halves = [layer.output.shape[1:] for layer in d.layers if isinstance(layer, keras.layers.Maximum)]
    assert halves == [(16, 16, 4), (8, 8, 8), (4, 4, 16)]
    maxouts = [(layer.units, layer.pieces) for layer in d.layers if type(layer).__name__ == "Maxout"]
    assert maxouts == [(32, 2), (32, 2), (64, 2), (64, 2)]
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in d.layers)


def test_ds_dropout_is_of_training_alone(gan):
    pair = [images(3), tf.zeros((3, 3))]
    inferences = [gan.discriminate(pair) for _ in range(2)]
    np.testing.assert_array_equal(*inferences)
    assert np.abs(gan.discriminate(pair, training=True) - inferences[0]).max() > 0


def test_it_trains_as_the_paper_does():
    for shape, batch_size, latent_dim, beta_1 in ((SHAPE, 100, 64, 0.5), ((2,), 100, 2, 0.8)):
        gan = ZOO["ali"](shape, width=2) if len(shape) == 3 else ZOO["ali"](shape)
        assert (gan.batch_size, gan.latent_dim, gan.latent_distribution) == (batch_size, latent_dim, "normal")
        for player in (gan.generator_player, gan.discriminator_player):
            assert float(player.optimizer.learning_rate) == pytest.approx(1e-4)
            assert player.optimizer.beta_1 == beta_1


def test_on_points_the_networks_are_those_of_pacgans_code():
    gan = ZOO["ali"]((2,))
    kernels = [
        [weight.shape for weight in network.trainable_variables if len(weight.shape) == 2] for network in gan.networks
    ]
    assert kernels[0] == [(2, 400), (400, 400), (400, 400), (400, 400), (400, 2)]
    assert kernels[1] == [(4, 400), (400, 400), (400, 2)]
    assert kernels[2] == [(4, 1000), (200, 1000), (200, 1000), (200, 1)]


@pytest.mark.parametrize("option", [{"width": 8}, {"dropout": 0.5}])
def test_what_is_for_images_is_refused_on_points(option):
    ((name, value),) = option.items()
    with pytest.raises(UserError, match=f"{name}={value}: the networks on points have it fixed"):
        ZOO["ali"]((2,), **option)


@pytest.mark.parametrize("width", [0, 3, -2])
def test_an_odd_width_is_refused(width):
    with pytest.raises(UserError, match=f"width={width}: a maxout of ali's D has two pieces"):
        ZOO["ali"](SHAPE, width=width)
