"""Losses against values worked out by hand.

σ(0) = 1/2, σ(ln 3) = 3/4 and σ(−ln 3) = 1/4, so that a logit of ln 3 stands for a probability of 3/4.
"""

from math import log

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.registries import LOSSES
from tfgan_zoo.game.losses import Answers, Hinge, LeastSquares, Loss, Minimax, NonSaturating, Relativistic, Wasserstein

LN3 = log(3.0)
ALL = [NonSaturating, Minimax, LeastSquares, Wasserstein, Hinge, Relativistic]


def logits(*values):
    return tf.constant(values, tf.float32)[:, None]


@pytest.mark.parametrize(
    ("loss", "real", "fake", "d_loss", "g_loss"),
    [
        # D: −(ln ½ + ln ¾)/2 − (ln ½ + ln ¾)/2 = −ln ⅜.   G: −(ln ½ + ln ¼)/2 = (3/2) ln 2.
        (NonSaturating(), (0.0, LN3), (0.0, -LN3), -log(3 / 8), 1.5 * log(2)),
        # D as above.   G: (ln ½ + ln ¾)/2.
        (Minimax(), (0.0, LN3), (0.0, -LN3), -log(3 / 8), log(3 / 8) / 2),
        # D: ½·(1² + 1²)/2 + ½·(1² + 1²)/2 = 1.   G: ½·(0² + 2²)/2 = 1.
        (LeastSquares(), (2.0, 0.0), (1.0, -1.0), 1.0, 1.0),
        # D: (1 − 3)/2 − (2 + 0)/2 = −2.   G: −(1 − 3)/2 = 1.
        (Wasserstein(), (2.0, 0.0), (1.0, -3.0), -2.0, 1.0),
        # D: (max(0, −1) + max(0, 1))/2 + (max(0, 2) + max(0, −2))/2 = 1.5.   G: −(1 − 3)/2 = 1.
        (Hinge(), (2.0, 0.0), (1.0, -3.0), 1.5, 1.0),
        # a = −1, b = 1, c = 0. D: ½·(1² + 1²)/2 + ½·(2² + 0²)/2 = 1.5.   G: ½·(1² + 1²)/2 = ½.
        (LeastSquares(-1.0, 1.0, 0.0), (2.0, 0.0), (1.0, -1.0), 1.5, 0.5),
        # Pairs: D(x) − D(G(z)) is ln 3, then ln 7.
        # D: (ln(1 + ⅓) + ln(1 + ⅐))/2.   G: (ln(1 + 3) + ln(1 + 7))/2.
        (Relativistic(), (LN3, 0.0), (0.0, -log(7)), log(4 / 3 * 8 / 7) / 2, log(32) / 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Loss) else "",
)
def test_values_by_hand(loss, real, fake, d_loss, g_loss):
    answers = Answers(logits(*real), logits(*fake))
    assert loss.discriminator(answers).numpy() == pytest.approx(d_loss, rel=1e-6)
    assert loss.generator(answers).numpy() == pytest.approx(g_loss, rel=1e-6)


@pytest.mark.parametrize("loss", [NonSaturating, Minimax, LeastSquares, Wasserstein, Hinge])
def test_gs_turn_reads_no_answer_to_real_data(loss):
    assert np.isfinite(loss().generator(Answers(fake_logits=logits(1.0, 2.0))))


def test_a_relativistic_loss_knows_no_single_logit():
    """D is defined up to a constant: adding one changes neither loss nor what is watched."""
    loss, real, fake = Relativistic(), logits(1.0, -2.0), logits(0.5, 3.0)
    here, shifted = Answers(real, fake), Answers(real + 40.0, fake + 40.0)
    for figure in (loss.discriminator, loss.generator, lambda answers: loss.watch(answers)[0]):
        np.testing.assert_allclose(figure(here), figure(shifted), rtol=1e-5)
    assert loss.watched == ("logit_difference",)
    assert not loss.has_signs


def test_real_and_fake_batches_may_differ_in_size():
    # Each expectation is over its own batch: −(1 + 3)/2 for the real, 1 + 0 + 2 over 3 for the fake.
    loss = Wasserstein().discriminator(Answers(logits(1.0, 3.0), logits(1.0, 0.0, 2.0)))
    assert loss.numpy() == pytest.approx(1.0 - 2.0)


@pytest.mark.parametrize("loss", ALL)
@pytest.mark.parametrize(("real", "fake"), [(1e4, -1e4), (-1e4, 1e4)])
def test_extreme_logits_stay_finite(loss, real, fake):
    real, fake = logits(real), logits(fake)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        d_loss, g_loss = loss().discriminator(Answers(real, fake)), loss().generator(Answers(real, fake))
    values = [d_loss, g_loss, *tape.gradient(d_loss, [real, fake]), tape.gradient(g_loss, fake)]
    assert all(np.isfinite(value.numpy()).all() for value in values)


def test_a_wholly_wrong_discriminator_costs_the_distance_of_its_logits():
    # −log σ(−10⁴) = log(1 + e^10000) = 10⁴ for the real, and as much for the fake.
    assert NonSaturating().discriminator(Answers(logits(-1e4), logits(1e4))).numpy() == pytest.approx(2e4)


def test_minimax_saturates_where_the_other_does_not():
    # d/dl log(1 − σ(l)) = −σ(l) and d/dl −log σ(l) = σ(l) − 1, at l = −20, where σ(l) = 2·10⁻⁹.
    fake = logits(-20.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(fake)
        saturating, non_saturating = (loss().generator(Answers(None, fake)) for loss in (Minimax, NonSaturating))
    assert tape.gradient(saturating, fake).numpy().item() == pytest.approx(-np.exp(-20.0), rel=1e-4)
    assert tape.gradient(non_saturating, fake).numpy().item() == pytest.approx(-1.0)


@pytest.mark.parametrize("loss", [NonSaturating, Minimax])
def test_label_smoothing_moves_the_real_target_alone(loss):
    smooth, sharp = loss(real_target=0.9), loss()
    real, fake = logits(LN3), logits(-LN3)
    # Real: −(0.9 ln ¾ + 0.1 ln ¼). Fake, with the target exactly 0: −ln(1 − ¼).
    expected = -(0.9 * log(3 / 4) + 0.1 * log(1 / 4)) - log(3 / 4)
    assert smooth.discriminator(Answers(real, fake)).numpy() == pytest.approx(expected, rel=1e-6)
    # The target 0 has no minimum: an ever smaller logit of a fake is ever better.
    assert smooth.discriminator(Answers(logits(0.0), logits(-30.0))).numpy() == pytest.approx(log(2), rel=1e-6)
    # The target 0.9 has one, at the logit ln 9, where σ = 0.9.
    with tf.GradientTape() as tape:
        best = logits(log(9.0))
        tape.watch(best)
        d_loss = smooth.discriminator(Answers(best, fake))
    assert tape.gradient(d_loss, best).numpy().item() == pytest.approx(0.0, abs=1e-6)
    answers = Answers(fake_logits=fake)
    assert smooth.generator(answers).numpy() == sharp.generator(answers).numpy()


@pytest.mark.parametrize("target", [0.5, 0.0, 1.1])
def test_a_real_target_that_is_no_real_target_is_refused(target):
    with pytest.raises(ValueError, match=f"real_target={target}"):
        NonSaturating(real_target=target)


def test_only_wasserstein_needs_a_lipschitz_discriminator():
    assert [loss.needs_lipschitz for loss in ALL] == [False, False, False, True, False, False]


def test_only_cross_entropies_watch_probabilities():
    of_ln3 = Answers(logits(LN3), logits(-LN3))
    for loss in ALL:
        watched = dict(zip(loss.watched, [figure.numpy().item() for figure in loss().watch(of_ln3)], strict=True))
        if loss in (NonSaturating, Minimax):
            assert watched == pytest.approx({"real_probability": 0.75, "fake_probability": 0.25})
        elif loss is Relativistic:
            assert watched == pytest.approx({"logit_difference": 2 * LN3})
        else:
            assert watched == pytest.approx({"real_logit": LN3, "fake_logit": -LN3})


@pytest.mark.parametrize("loss", ALL)
def test_serialization_round_trip(loss):
    first = loss(0.9) if issubclass(loss, NonSaturating) else loss()
    config = keras.saving.serialize_keras_object(first)
    assert config["registered_name"] == f"tfgan_zoo>{loss.__name__}"
    second = keras.saving.deserialize_keras_object(config)
    assert type(second) is loss
    assert second.get_config() == first.get_config()


def test_every_loss_has_a_name():
    assert {type(LOSSES[name]()) for name in LOSSES} == set(ALL)
