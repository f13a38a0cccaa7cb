"""What Keras asks of a model with two players: compiling, averaged weights, and files that resume training."""

import keras
import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Hinge, NonSaturating
from tfgan_zoo.game.penalties import GradientPenalty, HistoricalAveraging

BOTH_EMAS = {"generator": 0.9, "discriminator": 0.5}


# compile.


def test_keras_keeps_no_optimizer_and_no_loss_of_its_own(tiny_gan):
    gan = tiny_gan()
    assert (
        gan.optimizer.variables
        == gan.generator_player.optimizer.variables + gan.discriminator_player.optimizer.variables
    )
    assert [metric.name for metric in gan.metrics if metric.name == "loss"] == []
    slots = {id(v) for player in (gan.generator_player, gan.discriminator_player) for v in player.optimizer.variables}
    # Adam's two slots for each of the four weights, and its iterations and rate.
    assert len(slots) == 2 * (2 * 4 + 2)


def test_a_compiled_gan_compiles_again(tiny_gan, real_batches):
    gan = tiny_gan()
    gan.train_step(real_batches(1)[0])
    gan.compile(loss="hinge", schedule="alternating")
    gan.train_step(real_batches(1)[0])
    assert [metric.name for metric in gan.metrics][2] == "real_logit"


class HingeOnly(GAN):
    losses_admitted = ("hinge",)


def test_a_loss_that_the_model_does_not_admit_is_refused(tiny_gan):
    for loss in ("non_saturating", NonSaturating()):
        with pytest.raises(UserError, match=r"HingeOnly does not admit the loss NonSaturating\. Valid: hinge\."):
            tiny_gan(model=HingeOnly, loss=loss)
    assert isinstance(tiny_gan(model=HingeOnly, loss="hinge").loss, Hinge)


def test_a_loss_of_ones_own_is_admitted(tiny_gan):
    class Own(Hinge):
        pass

    assert isinstance(tiny_gan(model=HingeOnly, loss=Own()).loss, Own)


def test_one_optimizer_for_both_players_is_refused(tiny_gan):
    optimizer = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="each player needs an optimizer of its own"):
        tiny_gan(generator_optimizer=optimizer, discriminator_optimizer=optimizer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "hinges"}, "Did you mean 'hinge'"),
        ({"schedule": "sequentiell"}, "Did you mean 'sequential'"),
        ({"ema": {"generater": 0.9}}, "unknown player in ema 'generater'. Did you mean 'generator'"),
        ({"penalties": {"critic": []}}, "Valid: generator, discriminator"),
        ({"ema": {"generator": 1.0}}, "decay=1.0"),
    ],
)
def test_mistakes_in_compile_name_what_is_valid(tiny_gan, options, message):
    with pytest.raises(ValueError, match=message):
        tiny_gan(**options)


# Averaged weights.


def test_inference_takes_averaged_weights(tiny_gan, real_batches):
    gan = tiny_gan(ema={"generator": 0.9})
    weights, average = gan.generator.trainable_variables, [0.0] * 4
    for batch in real_batches(3):
        gan.train_step(batch)
        average = [0.9 * old + 0.1 * new.numpy().astype(float) for old, new in zip(average, weights, strict=True)]
    current, discriminator = gan.generator.get_weights(), gan.discriminator.get_weights()
    with gan.inference_weights():
        for found, biased in zip(gan.generator.get_weights(), average, strict=True):
            np.testing.assert_allclose(found, biased / (1 - 0.9**3), rtol=1e-5, atol=1e-7)
        for found, expected in zip(gan.discriminator.get_weights(), discriminator, strict=True):
            np.testing.assert_array_equal(found, expected)
    for found, expected in zip(gan.generator.get_weights(), current, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_after_one_step_the_average_is_the_weights(tiny_gan, real_batches):
    gan = tiny_gan(ema=BOTH_EMAS)
    gan.train_step(real_batches(1)[0])
    current = gan.get_weights()
    with gan.inference_weights():
        for found, expected in zip(gan.get_weights(), current, strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_before_the_first_step_the_weights_stay(tiny_gan):
    gan = tiny_gan(ema=BOTH_EMAS)
    current = gan.generator.get_weights()
    with gan.inference_weights():
        for found, expected in zip(gan.generator.get_weights(), current, strict=True):
            np.testing.assert_array_equal(found, expected)


def fail_under_inference_weights(gan):
    with gan.inference_weights():
        raise KeyboardInterrupt


def test_the_current_weights_come_back_after_an_exception(tiny_gan, real_batches, arrays_of, assert_same_bits):
    gan = tiny_gan(ema=BOTH_EMAS)
    for batch in real_batches(2):
        gan.train_step(batch)
    before = arrays_of(gan)
    with pytest.raises(KeyboardInterrupt):
        fail_under_inference_weights(gan)
    assert_same_bits(arrays_of(gan), before)


# Files.


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "simultaneous"},
        {"schedule": "sequential", "ema": BOTH_EMAS, "networks": {"batch_norm": True, "dropout": True}},
        {"schedule": "n_critic:2", "loss": "wasserstein", "ema": {"generator": 0.9}},
        {"loss": "wasserstein", "penalties": lambda: {"discriminator": [GradientPenalty(5.0)]}},
        {
            "schedule": "alternating",
            "loss": NonSaturating(0.9),
            "ema": {"discriminator": 0.99},
            "penalties": lambda: {"generator": [HistoricalAveraging(0.5)], "discriminator": [HistoricalAveraging(2.0)]},
        },
    ],
    ids=[
        "simultaneous",
        "sequential, averages and noise",
        "n_critic, clipping",
        "gradient penalty",
        "alternating, histories",
    ],
)
def test_a_keras_file_resumes_training_to_the_bit(
    tiny_gan, real_batches, arrays_of, assert_same_bits, tmp_path, options
):
    def build():
        penalties = options.get("penalties")
        return tiny_gan(**{**options, "penalties": penalties and penalties()})

    straight, first = build(), build()
    batches = real_batches(6)
    for batch in batches:
        straight.train_step(batch)
    for batch in batches[:3]:
        first.train_step(batch)
    first.save(tmp_path / "gan.keras")
    second = keras.models.load_model(tmp_path / "gan.keras")
    assert type(second) is GAN
    straight.reset_metrics()  # A metric's running mean is no part of a model.
    second.reset_metrics()
    for batch in batches[3:]:
        second.train_step(batch)
    second.reset_metrics()
    assert_same_bits(arrays_of(second), arrays_of(straight))
    assert second.get_compile_config() == first.get_compile_config()
