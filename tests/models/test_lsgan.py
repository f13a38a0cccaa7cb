import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.losses import Answers, LeastSquares

TARGETS = [(0.0, 1.0, 1.0), (-1.0, 1.0, 0.0)]


def test_the_loss_is_least_squares_with_the_usual_targets():
    loss = ZOO["lsgan"]((2,)).loss
    assert type(loss) is LeastSquares
    assert (loss.a, loss.b, loss.c) == (0.0, 1.0, 1.0)


@pytest.mark.parametrize(("a", "b", "c"), TARGETS)
def test_where_g_makes_the_data_ds_optimum_is_halfway(a, b, c):
    """The slope of ½(d − b)² + ½(d − a)² is 2d − a − b, and at its root (a + b)/2 the value is (b − a)²/4."""
    loss = ZOO["lsgan"]((2,), a=a, b=b, c=c).loss
    logits = tf.constant([[(a + b) / 2]] * 3)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss.discriminator(Answers(logits, logits))
    np.testing.assert_allclose(tape.gradient(value, logits), np.zeros((3, 1)), atol=1e-7)
    assert float(value) == pytest.approx((b - a) ** 2 / 4)
    off = loss.discriminator(Answers(logits + 0.1, logits + 0.1))
    assert float(off) == pytest.approx((b - a) ** 2 / 4 + 0.01)


@pytest.mark.parametrize(("a", "b", "c"), TARGETS)
def test_where_they_differ_ds_optimum_weighs_the_targets_by_the_densities(a, b, c):
    """Three real examples and one fake at the same place: D there answers (3 b + a)/4."""
    loss = ZOO["lsgan"]((2,), a=a, b=b, c=c).loss
    logit = tf.constant((3 * b + a) / 4)
    elsewhere = tf.fill([3], a)  # the other three fakes, where D is right
    with tf.GradientTape() as tape:
        tape.watch(logit)
        value = loss.discriminator(
            Answers(tf.concat([tf.fill([3], logit), [b]], 0), tf.concat([[logit], elsewhere], 0))
        )
    assert float(tape.gradient(value, logit)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("a", "b", "c"), TARGETS)
def test_g_aims_at_c(a, b, c):
    loss = ZOO["lsgan"]((2,), a=a, b=b, c=c).loss
    # ½ (0² + 2²)/2 = 1.
    assert float(loss.generator(Answers(fake_logits=tf.constant([[c], [c - 2.0]])))) == pytest.approx(1.0)


@pytest.mark.parametrize("shape", [(2,), (16, 16, 1)])
def test_ds_answer_goes_through_no_sigmoid(shape):
    """The targets may be negative, and the square needs to see by how much a logit misses them."""
    gan = ZOO["lsgan"](shape) if len(shape) == 1 else ZOO["lsgan"](shape, width=4)
    last, data = gan.discriminator.layers[-1], np.random.default_rng(0).normal(size=(16, *shape)).astype(np.float32)
    kernel = last.kernel.numpy()
    last.kernel.assign(1e4 * kernel)
    above = gan.discriminate(data).numpy()
    last.kernel.assign(-1e4 * kernel)
    below = gan.discriminate(data).numpy()
    assert np.abs(above).min() > 1.0
    np.testing.assert_allclose(below, -above, rtol=1e-5)


def test_equal_targets_are_refused():
    with pytest.raises(UserError, match=r"a=1, b=1: lsgan's D needs different targets"):
        ZOO["lsgan"]((2,), a=1, b=1)


def test_targets_beside_another_loss_are_refused():
    assert type(ZOO["lsgan"]((2,), loss="hinge").loss).__name__ == "Hinge"
    with pytest.raises(UserError, match=r"loss=hinge, a=-1, b=1\.0, c=0: the targets are those of lsgan's own loss"):
        ZOO["lsgan"]((2,), a=-1, c=0, loss="hinge")
