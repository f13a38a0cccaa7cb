"""Each divergence against its definition: f, its conjugate by numerical maximization, and Gaussians by quadrature."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import integrate, optimize, special, stats

from models import ZOO
from models.fgan import DIVERGENCES, FDivergence, lambert_of_exponential
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.losses import Answers

# Table 6 of the paper: f(u), f′(u).
DEFINITIONS = {
    "total_variation": (lambda u: 0.5 * np.abs(u - 1), lambda u: 0.5 * np.sign(u - 1)),
    "kl": (lambda u: u * np.log(u), lambda u: np.log(u) + 1),
    "reverse_kl": (lambda u: -np.log(u), lambda u: -1 / u),
    "pearson": (lambda u: (u - 1) ** 2, lambda u: 2 * (u - 1)),
    "neyman": (lambda u: (1 - u) ** 2 / u, lambda u: 1 - 1 / u**2),
    "squared_hellinger": (lambda u: (np.sqrt(u) - 1) ** 2, lambda u: 1 - 1 / np.sqrt(u)),
    "jeffreys": (lambda u: (u - 1) * np.log(u), lambda u: np.log(u) + 1 - 1 / u),
    "jensen_shannon": (
        lambda u: -(u + 1) * np.log((1 + u) / 2) + u * np.log(u),
        lambda u: np.log(2 * u / (1 + u)),
    ),
    "gan": (lambda u: u * np.log(u) - (u + 1) * np.log(u + 1), lambda u: np.log(u / (u + 1))),
}
LOGITS = np.array([-1.9, -0.7, 0.0, 0.4, 2.5])


def in_float64(function, values):
    return function(tf.constant(values, tf.float64)).numpy()


@pytest.mark.parametrize("name", list(DIVERGENCES))
def test_the_conjugate_is_the_largest_ut_minus_f(name):
    f, _ = DEFINITIONS[name]
    activation, conjugate, _ = DIVERGENCES[name]
    for t, found in zip(in_float64(activation, LOGITS), in_float64(conjugate, LOGITS), strict=True):
        # Over log u, as u goes over many orders of magnitude.
        best = optimize.minimize_scalar(lambda s, t=t: f(np.exp(s)) - np.exp(s) * t, bounds=(-15, 9), method="bounded")
        assert found == pytest.approx(-best.fun, abs=2e-4), t


@pytest.mark.parametrize("name", list(DIVERGENCES))
def test_the_bound_is_the_divergence_of_two_gaussians_at_the_best_d(name):
    f, slope = DEFINITIONS[name]
    activation, conjugate, _ = DIVERGENCES[name]
    p, q = stats.norm(0.3, 1.0).pdf, stats.norm(0.0, 1.1).pdf

    def best_logit(x):
        ratio = p(x) / q(x)
        if name == "total_variation":
            return 30.0 * np.sign(ratio - 1)
        wanted = slope(ratio)
        return optimize.brentq(lambda v: float(in_float64(activation, v)) - wanted, -3000, 60)

    xs = np.linspace(-7, 7, 281)
    logits = np.array([best_logit(x) for x in xs])
    bound = p(xs) * in_float64(activation, logits) - q(xs) * in_float64(conjugate, logits)
    divergence = q(xs) * f(p(xs) / q(xs))
    assert integrate.simpson(bound, x=xs) == pytest.approx(integrate.simpson(divergence, x=xs), abs=2e-4)


@pytest.mark.parametrize("name", list(DIVERGENCES))
def test_d_decides_at_its_threshold(name):
    _, slope = DEFINITIONS[name]
    activation, _, threshold = DIVERGENCES[name]
    assert float(in_float64(activation, threshold)) == pytest.approx(float(slope(1.0)))
    assert FDivergence(name).has_signs == (threshold == 0)


def test_lamberts_w_and_its_derivative_are_scipys():
    y = tf.constant([-20.0, -1.0, 0.3, 1.0, 2.0, 30.0, 400.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(y)
        w = lambert_of_exponential(y)
    expected = special.wrightomega(y.numpy())
    np.testing.assert_allclose(w, expected, rtol=1e-9)
    np.testing.assert_allclose(tape.gradient(w, y), expected / (1 + expected), rtol=1e-6)


@pytest.mark.parametrize("name", list(DIVERGENCES))
def test_losses_and_gradients_are_finite_at_huge_logits(name):
    logits = tf.constant([-1e4, -50.0, 50.0, 1e4])
    for objective in ("non_saturating", "minimax"):
        loss = FDivergence(name, objective)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(logits)
            losses = [loss.discriminator(Answers(logits, logits)), loss.generator(Answers(logits, logits))]
        for value in losses:
            assert np.isfinite(value)
            assert np.isfinite(tape.gradient(value, logits)).all()


def test_objectives_by_hand():
    answers = Answers(tf.constant([[1.0]]), tf.constant([[2.0]]))
    pearson = FDivergence("pearson", "minimax")
    assert float(pearson.discriminator(answers)) == pytest.approx(1.0 + 2.0 - 1.0)  # ¼·2² + 2 − 1
    assert float(pearson.generator(answers)) == pytest.approx(-3.0)
    assert float(FDivergence("pearson").generator(answers)) == pytest.approx(-2.0)


def test_mistakes_get_one_line():
    with pytest.raises(UserError, match=r"unknown divergence 'pearsn'\. Did you mean 'pearson'"):
        ZOO["fgan"]((2,), divergence="pearsn")
    with pytest.raises(UserError, match="unknown objective"):
        ZOO["fgan"]((2,), objective="max")
    with pytest.raises(UserError, match="fgan's loss is its divergence"):
        ZOO["fgan"]((2,), loss="hinge")
