"""The Fréchet distance at infinitely many samples, by extrapolation."""

from typing import NamedTuple

import numpy as np

from tfgan_zoo.metrics.features import check_features
from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance

POINTS = 15
MOST_AT_FIRST = 5000


class Extrapolation(NamedTuple):
    """What a line through distances at several counts says.

    Attributes:
        distance: at infinitely many samples.
        deviation: the standard error of that.
    """

    distance: float
    deviation: float


def frechet_distance_infinity(features: np.ndarray, real: Moments, *, seed: int = 0, watch=iter) -> Extrapolation:
    """Returns the intercept of a line in 1/N through Fréchet distances of N random samples.

    The bias of a Fréchet distance falls as 1/N, and differs from model to model, so that distances at one count can
    rank two models wrongly. That of the real examples stays: their number is in `real`, the same for all models.

    Args:
        features: of samples, float [n, d].
        real: moments of real examples.
        seed: of the draws without replacement.
        watch: shows how far it is, from an iterable to an iterable.

    Raises:
        ValueError: fewer than 20 samples, or features that are not finite.

    Reference: Chong & Forsyth 2020, arXiv:1911.07023, §4: 15 counts from 5,000 (here at most a tenth of n) to n.
    """
    (features,) = check_features(features, at_least=20)
    counts = np.linspace(min(MOST_AT_FIRST, len(features) // 10), len(features), POINTS).astype(int)
    generator = np.random.Generator(np.random.Philox(seed))
    distances = []
    for count in watch(counts):
        drawn = features[generator.choice(len(features), count, replace=False)]
        distances.append(frechet_distance(Moments(drawn), real))
    (_, intercept), covariance = np.polyfit(1.0 / counts, distances, 1, cov=True)
    return Extrapolation(float(intercept), float(np.sqrt(covariance[1, 1])))
