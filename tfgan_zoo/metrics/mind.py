"""MIND: how far features have to move along random lines to become other features."""

import numpy as np

from tfgan_zoo.metrics.features import check_features
from tfgan_zoo.metrics.sliced import AT_ONCE, sorted_projections, unit_directions

DIRECTIONS = 1000


def mind(a: np.ndarray, b: np.ndarray, *, directions: int = DIRECTIONS, seed: int = 0) -> float:
    """Returns 3d times the mean squared difference of sorted projections, over random unit directions.

    The factor makes a shift of all features by a vector v cost 3|v|² on average. It needs no covariance, so that it
    ranks by some thousand samples as a Fréchet distance does by many more. It does not see what happens along single
    directions of high dimension only: a random line mixes all of them.

    Args:
        a, b: float [n, d] and [m, d]; of the longer set the first min(n, m) are taken.
        directions: how many lines.
        seed: of the draw of the lines.

    Raises:
        ValueError: other shapes, fewer than 2 samples, or features that are not finite.

    Reference: arXiv:2605.06797.
    """
    a, b = check_features(a, b, at_least=2)
    count, width = min(len(a), len(b)), a.shape[1]
    generator = np.random.Generator(np.random.Philox(seed))
    total = 0.0
    for start in range(0, directions, AT_ONCE):
        lines = unit_directions(width, min(AT_ONCE, directions - start), generator)
        difference = sorted_projections(a[:count], lines) - sorted_projections(b[:count], lines)
        total += float(np.sum(np.mean(np.square(difference, dtype=np.float64), axis=0)))
    return 3.0 * width * total / directions
