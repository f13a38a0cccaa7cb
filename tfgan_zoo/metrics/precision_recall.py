"""Quality and variety apart: precision, recall, density and coverage from balls around nearest neighbours."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from tfgan_zoo.metrics.features import check_features, row_blocks


@dataclasses.dataclass(frozen=True)
class PrecisionRecall:
    """How two manifolds lie to each other. A ball reaches from an example to its k-th nearest fellow.

    Attributes:
        precision: share of fakes within some real ball, in [0, 1].
        recall: share of real examples within some fake ball, in [0, 1].
        density: mean number of real balls that a fake is in, divided by k; 1 where both are alike, not bounded by it.
        coverage: share of real balls that have a fake in them, in [0, 1].
    """

    precision: float
    recall: float
    density: float
    coverage: float


def precision_recall(
    fake: np.ndarray,
    real: np.ndarray,
    *,
    nearest: int = 5,
    watch: Callable[[Sequence[slice]], Iterable[slice]] = iter,
) -> PrecisionRecall:
    """Scores fakes against real examples.

    Distances are made a block of rows at a time and are never held together: 50,000 × 50,000 of them would take 20 GB.

    Args:
        fake, real: float [n, d] and [m, d]; all four figures depend on n and m, so compare at equal counts alone.
        nearest: k.
        watch: wraps the list of the blocks of all three passes, to show progress.

    Raises:
        ValueError: fewer than k + 1 samples, or features that are not finite.

    Reference: Kynkäänniemi et al. 2019, arXiv:1904.06991 (improved precision and recall, k = 3); Naeem et al. 2020,
    arXiv:2002.09797 (density and coverage, k = 5). A ball is open, as in Naeem's code.
    """
    fake, real = check_features(fake, real, at_least=nearest + 1)
    fake_blocks, real_blocks = row_blocks(fake), row_blocks(real)
    blocks = iter(watch(fake_blocks + real_blocks + fake_blocks))
    fake_radii = _radii(fake, nearest, islice(blocks, len(fake_blocks)))
    real_radii = _radii(real, nearest, islice(blocks, len(real_blocks)))
    balls = np.zeros(len(fake), np.int64)
    is_recalled = np.zeros(len(real), bool)
    is_covered = np.zeros(len(real), bool)
    for rows in blocks:
        distances = pairwise_distances(fake[rows], real)
        in_real_ball = distances < real_radii
        balls[rows] = in_real_ball.sum(axis=1)
        is_covered |= in_real_ball.any(axis=0)
        is_recalled |= (distances < fake_radii[rows, None]).any(axis=0)
    return PrecisionRecall(
        precision=float(np.mean(balls > 0)),
        recall=float(is_recalled.mean()),
        density=float(balls.mean() / nearest),
        coverage=float(is_covered.mean()),
    )


def _radii(features: np.ndarray, nearest: int, blocks: Iterable[slice]) -> np.ndarray:
    """Returns each example's distance to its k-th nearest fellow; one more is found, for the first is itself."""
    search = NearestNeighbors(n_neighbors=nearest + 1, algorithm="brute").fit(features)
    return np.concatenate([search.kneighbors(features[rows])[0][:, -1] for rows in blocks])
