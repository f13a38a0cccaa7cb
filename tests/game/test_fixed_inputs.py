"""Inputs that stay the same while a model trains."""

import numpy as np

from tfgan_zoo.game import fixed_inputs as module
from tfgan_zoo.game.fixed_inputs import FixedInputs


def test_samples_are_of_the_same_latents_and_change_with_g_alone(tiny_gan, monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    gan = tiny_gan()
    samples = FixedInputs(gan, 10, "test")
    before = samples.fakes()
    assert before.shape == (10, 2)
    np.testing.assert_array_equal(samples.fakes(), before)
    gan.discriminator.set_weights([weight + 1.0 for weight in gan.discriminator.get_weights()])
    np.testing.assert_array_equal(samples.fakes(), before)
    gan.generator.set_weights([weight + 1.0 for weight in gan.generator.get_weights()])
    assert (samples.fakes() != before).any()


def test_averaged_weights_are_measured(tiny_gan, real_batches):
    gan = tiny_gan(ema={"generator": 0.5})
    gan.train_step(real_batches(1)[0])
    samples = FixedInputs(gan, 10, "test")
    before = samples.fakes()
    gan.generator.set_weights([weight + 1.0 for weight in gan.generator.get_weights()])
    np.testing.assert_array_equal(samples.fakes(), before)
