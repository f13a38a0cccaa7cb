"""The distributions of latents, and the ways between two of them."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgan_zoo.common.randomness import key
from tfgan_zoo.game.latents import DISTRIBUTIONS, INTERPOLATIONS


@pytest.mark.parametrize(
    ("name", "distribution", "low", "high"),
    [
        ("normal", stats.norm(0, 1), -np.inf, np.inf),
        ("uniform", stats.uniform(-1, 2), -1.0, 1.0),
        ("unit_uniform", stats.uniform(0, 1), 0.0, 1.0),
    ],
)
def test_distributions_against_scipy(name, distribution, low, high):
    draws = DISTRIBUTIONS[name]((5000, 4), key(0, 0, "test")).numpy()
    assert draws.shape == (5000, 4)
    assert draws.dtype == np.float32
    assert draws.min() >= low
    assert draws.max() <= high
    # Mean and deviation within four standard errors of 20,000 draws, and the whole distribution.
    assert draws.mean() == pytest.approx(distribution.mean(), abs=4 * distribution.std() / np.sqrt(20_000))
    assert draws.std() == pytest.approx(distribution.std(), rel=0.03)
    assert stats.kstest(draws.ravel(), distribution.cdf).pvalue > 0.01


@pytest.mark.parametrize("name", list(DISTRIBUTIONS))
def test_a_draw_is_a_pure_function_of_its_key(name):
    first, again, other = (DISTRIBUTIONS[name]((8, 4), key(0, step, "test")).numpy() for step in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@pytest.mark.parametrize("name", list(INTERPOLATIONS))
def test_a_way_begins_at_a_and_ends_at_b(name):
    a, b = tf.constant([[1.0, -2.0]]), tf.constant([[0.5, 4.0]])
    np.testing.assert_allclose(INTERPOLATIONS[name](a, b, tf.constant([[0.0]])), a)
    np.testing.assert_allclose(INTERPOLATIONS[name](a, b, tf.constant([[1.0]])), b, atol=1e-6)


def test_halfway_on_the_line_is_the_mean():
    half = INTERPOLATIONS["uniform"](tf.constant([1.0, -2.0]), tf.constant([0.5, 4.0]), 0.5)
    np.testing.assert_allclose(half, [0.75, 1.0])


def test_halfway_on_the_arc_is_as_far_from_the_origin():
    # cos 45° = sin 45° = 1/√2: two normal draws of variance 1 give one of variance ½ + ½.
    half = INTERPOLATIONS["normal"](tf.constant([2.0, 0.0]), tf.constant([0.0, 2.0]), 0.5)
    np.testing.assert_allclose(half, [np.sqrt(2.0), np.sqrt(2.0)], rtol=1e-6)


def test_every_distribution_has_a_way():
    assert DISTRIBUTIONS.keys() == INTERPOLATIONS.keys()
