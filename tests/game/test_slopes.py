"""D's slope at single examples, read from the forward pass that is there."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.penalties import R1, R2, GradientPenalty, Penalty


class Counting(GAN):
    """Counts D's runs as they are traced or run."""

    runs = 0

    def discriminate(self, shown, labels=None, training=False):
        type(self).runs += 1
        return super().discriminate(shown, labels, training)


@pytest.fixture
def gan(tiny_gan):
    def build(**options):
        Counting.runs = 0
        return tiny_gan(model=Counting, run_eagerly=True, **options)

    return build


@pytest.mark.parametrize(
    ("penalties", "runs"), [([], 2), (["r1"], 2), (["r1", "r2"], 2), (["gradient"], 3), (["r1", "r2", "gradient"], 3)]
)
def test_r1_and_r2_need_no_further_run_of_d(gan, real_batches, penalties, runs):
    model = gan(penalties=penalties)
    model.train_step(real_batches(1)[0])
    assert Counting.runs == runs


def test_the_slopes_are_those_of_a_run_of_their_own(gan, real_batches):
    model, real = gan(penalties=["r1", "r2"]), real_batches(1)[0]
    forward = model.forward_pass(model, real, None, "simultaneous")
    for side, shown in (("real", real), ("fake", forward.fake)):
        np.testing.assert_allclose(forward.squared_slopes(side), forward.squared_slopes_at(shown), rtol=1e-5)


def test_a_step_with_shared_passes_moves_d_as_one_with_passes_of_its_own(gan, real_batches):
    """R1 and R2 by hand, on the same latents: D's weights after a step of plain descent."""
    sgd = {f"{name}_optimizer": keras.optimizers.SGD(0.1) for name in ("generator", "discriminator")}
    model, real = gan(penalties=[R1(0.7), R2(0.3)], **sgd), real_batches(1)[0]
    weights = [tf.identity(weight) for weight in model.discriminator.trainable_variables]
    model.step.assign(1)
    fake = model.generate(model.draw_latents(8, "latents/simultaneous"), training=True)
    model.step.assign(0)
    with tf.GradientTape() as tape:
        terms = []
        for weight, shown in ((0.7, real), (0.3, fake)):
            with tf.GradientTape() as inner:
                inner.watch(shown)
                logits = model.discriminator(shown, training=True)
            slopes = tf.reduce_sum(tf.square(inner.gradient(logits, shown)), axis=1)
            terms += [0.5 * weight * tf.reduce_mean(slopes)]
        on_real, on_fake = model.discriminator(real), model.discriminator(fake)
        adversarial = tf.reduce_mean(tf.nn.softplus(-on_real)) + tf.reduce_mean(tf.nn.softplus(on_fake))
        total = adversarial + tf.add_n(terms)
    gradients = tape.gradient(total, model.discriminator.trainable_variables)
    expected = [weight - 0.1 * gradient for weight, gradient in zip(weights, gradients, strict=True)]
    model.train_step(real)
    for found, by_hand in zip(model.discriminator.trainable_variables, expected, strict=True):
        np.testing.assert_allclose(found, by_hand, rtol=2e-5, atol=1e-6)


def linear(slopes):
    """D(x) = ⟨slopes, x⟩ over several inputs side by side."""
    inputs = [keras.Input((len(part),)) for part in slopes]
    weights = np.concatenate(slopes)[:, None]
    logits = layers.Dense(1, use_bias=False)
    network = keras.Model(inputs, logits(layers.Concatenate()(inputs)))
    logits.set_weights([weights])
    return network


class Pairs(GAN):
    """D sees the structure `{"first": …, "second": …}`."""

    def discriminator_inputs(self, shown, labels=None):
        return [shown["first"], shown["second"]]


def test_slopes_over_a_structure_are_one_number_an_example(tiny_networks):
    generator, _ = tiny_networks()
    gan = Pairs(generator, linear([[3.0, 0.0], [4.0]]), latent_dim=3)
    gan.compile(penalties=["r1"])
    shown = {"first": tf.ones((5, 2)), "second": tf.ones((5, 1))}
    forward = gan.forward_pass(gan, shown, None, "test")
    np.testing.assert_allclose(forward.squared_slopes_at(shown), [25.0] * 5)
    np.testing.assert_allclose(forward.squared_slopes("real"), [25.0] * 5)
    assert R1(2.0).loss(gan, forward, []).numpy() == pytest.approx(25.0)
    forward.fake = shown
    assert GradientPenalty(1.0).loss(gan, forward, []).numpy() == pytest.approx(16.0)


class Constant(Penalty):
    """A term of 1."""

    def loss(self, gan, forward, variables):
        return tf.constant(1.0)


@pytest.mark.parametrize("schedule", ["simultaneous", "sequential", "n_critic:2", "alternating"])
def test_every_third_update_of_its_player_has_the_term_three_times(tiny_gan, real_batches, schedule):
    plain, lazy = (
        tiny_gan(schedule=schedule, penalties={"discriminator": penalties}) for penalties in ([], [Constant(every=3)])
    )
    added = []
    for real in real_batches(12):
        losses = []
        for gan in (plain, lazy):
            gan.train_step(real)
            metric = gan.discriminator_player.mean_loss
            losses.append(float(metric.result()) if float(metric.count) else None)
            gan.reset_metrics()
        if losses[0] is not None:
            added.append(losses[1] - losses[0])
    expected = [0.0, 0.0, 3.0] * 4
    assert added == pytest.approx(expected[: len(added)], abs=1e-5)
    assert len(added) == (6 if schedule == "alternating" else 12)


@pytest.mark.parametrize("every", [0, -1])
def test_a_penalty_on_no_update_is_refused(every):
    with pytest.raises(ValueError, match=f"every={every}"):
        R1(every=every)


def test_batch_statistics_under_a_penalty_on_slopes_are_warned_of(tiny_gan, recwarn):
    tiny_gan(networks={"batch_norm": True})
    tiny_gan(penalties=["r1"])
    assert not recwarn.list
    tiny_gan(networks={"batch_norm": True}, penalties=["r1"])
    (warning,) = recwarn.list
    assert "R1 reads D's slope at single examples, and D has batch normalization" in str(warning.message)
