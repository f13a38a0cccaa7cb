"""The kernel distance: the squared maximum mean discrepancy (MMD) under a cubic polynomial kernel."""

import numpy as np

from tfgan_zoo.metrics.features import check_features


def kernel_distance(
    a: np.ndarray, b: np.ndarray, *, subsets: int = 100, subset_size: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Returns the mean and standard deviation of the unbiased squared MMD over random subsets.

    Unbiased, so that its expectation does not depend on the number of samples, and that it can be negative. It is
    called KID only with the features of the papers' Inception network.

    Args:
        a, b: float [n, d] and [m, d].
        subsets: how many pairs of subsets are drawn, each without replacement.
        subset_size: examples in each; at most n and m.
        seed: of the draws.

    Raises:
        ValueError: fewer samples than `subset_size`, or features that are not finite.

    Reference: Bińkowski et al. 2018, Demystifying MMD GANs, arXiv:1801.01401 (100 subsets of 1,000).
    """
    a, b = check_features(a, b, at_least=subset_size)
    generator = np.random.Generator(np.random.Philox(seed))

    def draw(features):
        return features[generator.choice(len(features), subset_size, replace=False)]

    distances = [squared_mmd(draw(a), draw(b)) for _ in range(subsets)]
    return float(np.mean(distances)), float(np.std(distances))


def squared_mmd(a: np.ndarray, b: np.ndarray) -> float:
    """Returns the unbiased estimate of the squared MMD under k(x, y) = (x·y / d + 1)³.

    Args:
        a, b: float [n, d] and [m, d], n and m at least 2. Arrays n × n, m × m and n × m are made.
    """
    a, b = (features.astype(np.float64) for features in check_features(a, b, at_least=2))

    def within(x):
        kernel = _kernel(x, x)
        return (kernel.sum() - np.trace(kernel)) / (len(x) * (len(x) - 1))

    return float(within(a) + within(b) - 2.0 * _kernel(a, b).mean())


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    base = x @ y.T / x.shape[1] + 1.0
    return base * base * base  # twenty times as fast as NumPy's power
