import numpy as np
import pytest
from scipy.linalg import sqrtm

from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance


def by_sqrtm(a, b):
    """The formula as it is written, by an independent matrix square root."""
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = sqrtm(first @ second)
    difference = a.mean(axis=0) - b.mean(axis=0)
    return float(difference @ difference + np.trace(first + second - 2.0 * np.real(root)))


def correlated(count, width, seed):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(count, width)) @ generator.normal(size=(width, width)) + generator.normal(size=width)


def test_against_sqrtm():
    a, b = correlated(300, 12, seed=0), correlated(200, 12, seed=1)
    assert frechet_distance(Moments(a), Moments(b)) == pytest.approx(by_sqrtm(a, b), rel=1e-9)


def test_singular_covariances_against_sqrtm():
    """20 examples of 30 features: both covariances are of rank 19."""
    a, b = correlated(20, 30, seed=0), correlated(20, 30, seed=1)
    distance = frechet_distance(Moments(a), Moments(b))
    assert distance == pytest.approx(by_sqrtm(a, b), rel=1e-5)
    assert np.linalg.matrix_rank(Moments(a).covariance) == 19


def test_one_dimension_by_hand():
    """(μ_a − μ_b)² + (σ_a − σ_b)²: means 0 and 3, variances 2 and 8 (two examples, divisor 1)."""
    a, b = Moments(np.array([[-1.0], [1.0]])), Moments(np.array([[1.0], [5.0]]))
    assert frechet_distance(a, b) == pytest.approx(9.0 + (np.sqrt(8) - np.sqrt(2)) ** 2)


def test_lines_by_hand():
    """Rank one: Σ_a = uuᵀ, Σ_b = vvᵀ, so tr (Σ_a Σ_b)^½ = |u·v|, here of u = √2 (1, 0) and v = √2 (3, 4)."""
    u, v = np.array([1.0, 0.0]), np.array([3.0, 4.0])
    distance = frechet_distance(Moments(np.stack([u, -u])), Moments(np.stack([v, -v])))
    assert distance == pytest.approx(2 * 1 + 2 * 25 - 2 * 2 * 3)


def test_a_set_is_at_no_distance_from_itself():
    moments = Moments(correlated(15, 40, seed=2))
    assert frechet_distance(moments, moments) == pytest.approx(0.0, abs=1e-6 * np.trace(moments.covariance))


def test_a_constant_set_has_no_spread():
    """One repeated example against standard deviations 1 and 2: the distance is what the covariance holds."""
    spread = np.array([[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]])
    assert frechet_distance(Moments(np.zeros((4, 2))), Moments(spread)) == pytest.approx((1 + 4) * 4 / 3)


def test_parts_give_the_moments_of_the_whole():
    features = (correlated(2500, 5, seed=3) + 1000.0).astype(np.float32)
    moments = Moments(features[:7])
    for start, stop in ((7, 8), (8, 2500)):
        moments.update(features[start:stop])
    assert moments.count == 2500
    np.testing.assert_allclose(moments.mean, features.mean(axis=0, dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(moments.covariance, np.cov(features.astype(np.float64), rowvar=False), rtol=1e-9)


@pytest.mark.parametrize(
    ("features", "message"),
    [(np.zeros((3, 2, 2)), "shape"), (np.full((3, 2), np.nan), "NaN"), (np.zeros((0, 2)), "at least 1 samples")],
)
def test_what_cannot_be_scored_is_refused(features, message):
    with pytest.raises(ValueError, match=message):
        Moments(features)


def test_one_example_has_no_covariance():
    with pytest.raises(ValueError, match="at least 2 samples"):
        frechet_distance(Moments(np.zeros((1, 2))), Moments(np.zeros((2, 2))))


def test_another_width_is_refused():
    with pytest.raises(ValueError, match="Received: 2 and 3"):
        frechet_distance(Moments(np.zeros((2, 2))), Moments(np.zeros((2, 3))))
    with pytest.raises(ValueError, match="one width"):
        Moments(np.zeros((2, 2))).update(np.zeros((2, 3)))
