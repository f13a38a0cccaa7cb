"""The losses that bgan and softmax_gan come with, by hand."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.bgan import BoundarySeeking
from models.softmax_gan import SoftmaxLoss
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.losses import Answers, NonSaturating


def answers(real, fake):
    return Answers(*(tf.constant(logits, tf.float32)[:, None] for logits in (real, fake)))


def test_bgan_descends_the_squared_logit_and_d_plays_as_ever():
    given = answers([1.0, 2.0], [3.0, -1.0])
    assert float(BoundarySeeking().generator(given)) == pytest.approx(0.5 * (9 + 1) / 2)
    assert float(BoundarySeeking().discriminator(given)) == float(NonSaturating().discriminator(given))


def test_bgan_leaves_samples_on_the_boundary_alone():
    logits = tf.zeros((4, 1))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = BoundarySeeking().generator(Answers(None, logits))
    assert float(loss) == 0.0
    assert not tape.gradient(loss, logits).numpy().any()


def test_softmax_gan_at_equal_logits_has_log_2n_for_both():
    given = answers([0.7] * 3, [0.7] * 3)
    for loss in (SoftmaxLoss().discriminator(given), SoftmaxLoss().generator(given)):
        assert float(loss) == pytest.approx(np.log(6))


def test_softmax_gan_is_a_cross_entropy_over_the_batch():
    real, fake = [1.0, -2.0], [0.5, 3.0]
    log_p = np.log(np.exp([*real, *fake]) / np.sum(np.exp([*real, *fake])))
    given = answers(real, fake)
    assert float(SoftmaxLoss().discriminator(given)) == pytest.approx(-log_p[:2].mean(), rel=1e-6)
    assert float(SoftmaxLoss().generator(given)) == pytest.approx(-log_p.mean(), rel=1e-6)
    assert np.isfinite(SoftmaxLoss().discriminator(answers([1e4], [-1e4])))


@pytest.mark.parametrize("name", ["bgan", "softmax_gan", "began"])
def test_another_loss_is_refused(name):
    with pytest.raises(UserError, match=f"{name} has its own loss"):
        ZOO[name]((16, 16, 1), loss="hinge")
