import itertools

import numpy as np
import pytest

from tfgan_zoo.metrics.kernel_distance import kernel_distance, squared_mmd


def by_loops(a, b):
    """Equation 4 of the paper, one pair at a time."""

    def kernel(x, y):
        return (sum(p * q for p, q in zip(x, y, strict=True)) / len(x) + 1) ** 3

    def within(x):
        return sum(kernel(p, q) for p, q in itertools.permutations(x, 2)) / (len(x) * (len(x) - 1))

    between = sum(kernel(p, q) for p in a for q in b) / (len(a) * len(b))
    return within(a) + within(b) - 2 * between


def test_against_loops():
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(9, 4)), generator.normal(0.5, 2, size=(7, 4))
    assert squared_mmd(a, b) == pytest.approx(by_loops(a, b), rel=1e-12)


def test_by_hand():
    """One feature, a = {0, 0}, b = {1, 1}: k(0, 0) = k(0, 1) = 1, k(1, 1) = 8, so 1 + 8 − 2."""
    assert squared_mmd(np.zeros((2, 1)), np.ones((2, 1))) == pytest.approx(7.0)


def test_of_one_subset_that_is_everything():
    generator = np.random.default_rng(1)
    a, b = generator.normal(size=(20, 3)), generator.normal(size=(20, 3))
    mean, deviation = kernel_distance(a, b, subsets=3, subset_size=20)
    assert mean == pytest.approx(by_loops(a, b))
    assert deviation == pytest.approx(0.0, abs=1e-12)


def test_unbiased():
    """Two halves of one distribution: the mean over subsets lies within its own error of zero, on either side."""
    a, b = (np.random.default_rng(seed).normal(size=(4000, 5)) for seed in (0, 1))
    mean, deviation = kernel_distance(a, b, subsets=100, subset_size=100)
    assert abs(mean) < deviation
    shifted, _ = kernel_distance(a, b + 1.0, subsets=100, subset_size=100)
    assert shifted > 10 * deviation


def test_the_order_of_samples_moves_it_by_less_than_its_deviation():
    generator = np.random.default_rng(2)
    a, b = generator.normal(size=(1000, 3)), generator.normal(0.3, size=(1000, 3))
    by_order, deviation = kernel_distance(a[a[:, 0].argsort()], b, subset_size=100)
    mixed, _ = kernel_distance(a, b, subset_size=100)
    assert abs(by_order - mixed) < deviation


def test_a_pure_function_of_the_seed():
    generator = np.random.default_rng(3)
    a, b = generator.normal(size=(50, 3)), generator.normal(size=(50, 3))
    first, again, other = (kernel_distance(a, b, subset_size=10, seed=seed) for seed in (4, 4, 5))
    assert first == again != other


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match=r"at least 1000 samples are needed\. Received: 999"):
        kernel_distance(np.zeros((1000, 2)), np.zeros((999, 2)))
