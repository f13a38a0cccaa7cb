"""The Fréchet distance between two sets of features, each taken for a Gaussian."""

import numpy as np

from tfgan_zoo.metrics.features import check_features

ROWS_AT_ONCE = 1000


class Moments:
    """Mean and covariance of features, gathered part by part: memory for d × d numbers, however many examples.

    Args:
        features: the first part, float [n, d]; further ones go to `update`.

    Attributes:
        count: of examples.
        mean: float64 [d].
        covariance: float64 [d, d], with the divisor n − 1.

    Reference: T. Chan, G. Golub, R. LeVeque, Updating formulae and a pairwise algorithm for computing sample
    variances, 1979.
    """

    def __init__(self, features: np.ndarray):
        (features,) = check_features(features, at_least=1)
        width = features.shape[1]
        self.count = 0
        self.mean = np.zeros(width)
        self._scatter = np.zeros((width, width))
        self.update(features)

    def update(self, features: np.ndarray) -> None:
        """Adds examples, float [n, d].

        Raises:
            ValueError: features of another width, or that are not finite.
        """
        features, _ = check_features(features, self.mean[None], at_least=1)
        for start in range(0, len(features), ROWS_AT_ONCE):
            self._add(features[start : start + ROWS_AT_ONCE].astype(np.float64))

    def _add(self, part: np.ndarray) -> None:
        mean = part.mean(axis=0)
        centred = part - mean
        step = mean - self.mean
        total = self.count + len(part)
        self._scatter += centred.T @ centred
        self._scatter += np.outer(step, step) * (self.count * len(part) / total)
        self.mean += step * (len(part) / total)
        self.count = total

    @property
    def covariance(self) -> np.ndarray:
        if self.count < 2:
            raise ValueError(f"at least 2 samples are needed. Received: {self.count}")
        return self._scatter / (self.count - 1)


def frechet_distance(a: Moments, b: Moments) -> float:
    """Returns |μ_a − μ_b|² + tr(Σ_a + Σ_b − 2 (Σ_a Σ_b)^½).

    It is called FID only with the features of the papers' Inception network. It shrinks as samples are added: compare
    at equal counts alone.

    The trace of (Σ_a Σ_b)^½ is the sum of the singular values of A Bᵀ where AᵀA = Σ_a and BᵀB = Σ_b. That holds for
    singular covariances too, and stays real, where a square root of the product needs a correction.

    Args:
        a, b: moments of features of one width d.

    Raises:
        ValueError: fewer than two examples, or another width.

    Reference: Heusel et al. 2017, arXiv:1706.08500; D. Dowson, B. Landau, The Fréchet distance between multivariate
    normal distributions, 1982.
    """
    if a.mean.shape != b.mean.shape:
        raise ValueError(f"features of one width are needed. Received: {a.mean.shape[0]} and {b.mean.shape[0]}")
    difference = a.mean - b.mean
    traces = np.trace(a.covariance) + np.trace(b.covariance)
    shared = np.linalg.norm(_root(a.covariance) @ _root(b.covariance).T, "nuc")
    return max(0.0, float(difference @ difference + traces - 2.0 * shared))


def _root(covariance: np.ndarray) -> np.ndarray:
    """Returns A with AᵀA = Σ; eigenvalues that rounding made negative count as zero."""
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
