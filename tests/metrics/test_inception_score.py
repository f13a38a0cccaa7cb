import numpy as np
import pytest
from scipy.stats import entropy

from tfgan_zoo.metrics.inception_score import inception_score


def test_certain_and_varied_samples_score_the_number_of_classes():
    mean, deviation = inception_score(np.tile(np.eye(4), (100, 1)), splits=1)
    assert (mean, deviation) == (pytest.approx(4.0), 0.0)


def test_one_class_and_no_idea_both_score_one():
    assert inception_score(np.tile(np.eye(4)[:1], (100, 1)))[0] == pytest.approx(1.0)
    assert inception_score(np.full((100, 4), 0.25))[0] == pytest.approx(1.0)


def test_against_scipy():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(5), size=200)
    expected = np.exp(np.mean([entropy(row, probabilities.mean(axis=0)) for row in probabilities]))
    assert inception_score(probabilities, splits=1)[0] == pytest.approx(expected, rel=1e-12)


def test_the_order_of_samples_moves_the_score_by_less_than_its_deviation():
    """Sorted by class and unshuffled, each of 10 splits would hold one class and score 1."""
    probabilities = np.repeat(np.eye(10), 100, axis=0) * 0.9 + 0.01
    by_class, deviation = inception_score(probabilities, seed=1)
    mixed, _ = inception_score(np.random.default_rng(0).permutation(probabilities), seed=1)
    assert abs(by_class - mixed) < deviation
    assert by_class > 5


@pytest.mark.parametrize("bad", [np.full((5, 2), 0.5), np.full((20, 2), 0.7), np.ones(20)])
def test_what_are_no_probabilities_is_refused(bad):
    with pytest.raises(ValueError, match="Received"):
        inception_score(bad)
