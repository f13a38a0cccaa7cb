"""The extrapolated Fréchet distance of planted Gaussians."""

import numpy as np
import pytest

from tfgan_zoo.metrics.fid_infinity import frechet_distance_infinity
from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance


class Known(Moments):
    """The exact moments of N(0, 1)^d."""

    def __init__(self, width):
        self.mean, self.exact = np.zeros(width), np.eye(width)

    @property
    def covariance(self):
        return self.exact


def test_the_line_hits_the_true_distance_of_gaussians():
    # N(0.1, 1)^30 against N(0, 1)^30: |μ|² = 0.3.
    features = 0.1 + np.random.default_rng(0).normal(size=(4000, 30))
    found = frechet_distance_infinity(features, Known(30))
    plain = frechet_distance(Moments(features), Known(30))
    # What the 4,000 samples themselves say of the mean stays in both: μ² of the drawn samples.
    own = float(np.square(features.mean(axis=0)).sum())
    assert abs(found.distance - own) < 3 * found.deviation + 0.01
    assert plain > found.distance
    assert found.deviation < 0.02


def test_one_seed_gives_one_line_and_progress_is_shown():
    features = np.random.default_rng(1).normal(size=(200, 3))
    seen = []

    def watch(counts):
        for count in counts:
            seen.append(int(count))
            yield count

    first = frechet_distance_infinity(features, Known(3), watch=watch)
    assert first == frechet_distance_infinity(features, Known(3))
    assert (len(seen), seen[0], seen[-1]) == (15, 20, 200)


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match="at least 20 samples"):
        frechet_distance_infinity(np.zeros((19, 2)), Known(2))
