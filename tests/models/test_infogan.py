"""InfoGAN: codes, the information bound by hand, and who trains Q."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError


@pytest.fixture(scope="module")
def gan():
    return ZOO["infogan"]((16, 16, 1), width=4, categories=3)


def test_latents_are_noise_a_category_and_numbers(gan):
    latents = gan.sample_latents(2000, tf.constant([0, 1], tf.int64)).numpy()
    noise, category, numbers = latents[:, :69], latents[:, 69:72], latents[:, 72:]
    assert (category.sum(axis=1) == 1).all()
    assert category.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.05)
    for part in (noise, numbers):
        assert np.abs(part).max() <= 1
        assert part.std() == pytest.approx(np.sqrt(1 / 3), abs=0.02)
    again = gan.sample_latents(2000, tf.constant([0, 1], tf.int64)).numpy()
    np.testing.assert_array_equal(latents, again)


def test_the_information_is_that_by_hand(gan):
    forward = gan.forward_pass(gan, tf.zeros((5, 16, 16, 1)), None, "test", training=False)
    category, numbers = forward.information
    code = forward.latents.numpy()[:, 69:]
    found = gan.recognizer(forward.fake_output["features"], training=False).numpy()
    probabilities = np.exp(found[:, :3]) / np.exp(found[:, :3]).sum(axis=1, keepdims=True)
    expected = np.log(3) + np.log(probabilities[code[:, :3] == 1]).mean()
    assert float(category) == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert float(numbers) == pytest.approx(-0.5 * np.square(code[:, 3:] - found[:, 3:]).sum(axis=1).mean(), rel=1e-4)


def test_both_losses_have_the_information_with_a_minus(gan):
    forward = gan.forward_pass(gan, tf.zeros((5, 16, 16, 1)), None, "test", training=False)
    information = sum(map(float, forward.information))
    for whole, plain in ((gan.discriminator_loss, gan.loss.discriminator), (gan.generator_loss, gan.loss.generator)):
        assert float(whole(forward)) == pytest.approx(float(plain(forward)) - information, rel=1e-4)


def test_qs_layers_are_ds_players_and_its_trunk_learns_from_the_information(gan):
    trained = {id(variable) for variable in gan.discriminator_player.weights_trained}
    assert {id(variable) for variable in gan.recognizer.trainable_variables} < trained
    with tf.GradientTape() as tape:
        forward = gan.forward_pass(gan, tf.zeros((5, 16, 16, 1)), None, "test")
        information = tf.add_n(forward.information)
    gradients = tape.gradient(information, gan.discriminator.trainable_variables)
    reached = [gradient is not None and bool(np.any(gradient)) for gradient in gradients]
    assert sum(reached) >= len(reached) - 2  # all but the logit's kernel and bias


def test_mistakes_get_one_line():
    for shape, options, message in (
        ((2,), {}, "infogan makes images, not points"),
        ((18, 18, 1), {}, "multiples of 4: see --image_size. Received: 18×18"),
        ((16, 16, 1), {"categories": 1}, "categories=1"),
        ((16, 16, 1), {"latent_dim": 12}, "more latents than the code's length"),
    ):
        with pytest.raises(UserError, match=message):
            ZOO["infogan"](shape, **options)
