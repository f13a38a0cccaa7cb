"""What BiGAN and ALI share beside the game: for inference, batch normalization knows the current weights."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.data.source import ArraySource

SHAPE = (16, 16, 1)
OPTIONS = {"bigan": {"width": 32}, "ali": {"width": 4}}


def build(name):
    gan = ZOO[name](SHAPE, latent_dim=5, **OPTIONS[name])
    rng = np.random.default_rng(0)
    # Each pixel has a mean of its own, as those of pictures have.
    pixels = np.clip(rng.normal(rng.uniform(40, 200, SHAPE), 20, (300, *SHAPE)), 0, 255).astype(np.uint8)
    source = ArraySource("noise", pixels, [-1] * 300)
    gan.prepare(source)
    return gan, source


def averages(gan):
    return [weights for network in (gan.generator, gan.encoder) for weights in network.get_weights()]


@pytest.mark.parametrize("name", list(OPTIONS))
def test_the_encoder_answers_at_inference_as_in_training(name):
    gan, source = build(name)
    for batch in source.batches(64, seed=0).take(5):
        gan.train_step(batch)
    images = gan.reference.value
    with gan.inference_weights():
        at_inference = gan.encode(images).numpy()
    in_training = gan.encode(images, training=True).numpy()
    np.testing.assert_allclose(at_inference, in_training, rtol=1e-3, atol=1e-3 * in_training.std())


@pytest.mark.parametrize("name", list(OPTIONS))
def test_looking_at_a_model_does_not_change_it(name):
    gan, source = build(name)
    gan.train_step(next(iter(source.batches(64, seed=0))))
    before = averages(gan)
    with gan.inference_weights():
        inside = averages(gan)
    assert any((a != b).any() for a, b in zip(inside, before, strict=True))
    for a, b in zip(averages(gan), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with gan.inference_weights():
        for a, b in zip(averages(gan), inside, strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_reference_is_of_the_data_and_keyed_by_the_seed():
    gan, source = build("bigan")
    expected, _ = next(iter(source.batches(256, seed=0, purpose="statistics")))
    np.testing.assert_array_equal(gan.reference.value, expected)


def test_without_a_reference_the_averages_stay():
    gan = ZOO["bigan"](SHAPE, width=8)
    before = averages(gan)
    gan.refresh()
    for a, b in zip(averages(gan), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_pass_draws_noise_once_and_as_latents_are_drawn():
    gan, _ = build("ali")
    forward = gan.forward_pass(gan, tf.zeros((7, *SHAPE)), None, "test")
    assert forward.noise.shape == (7, 5)
    assert forward.noise is forward.noise
