"""Two domains in the plane: a ring of eight Gaussians, and the same ring turned and stretched.

Reference: T. Kim et al., Learning to discover cross-domain relations with generative adversarial networks,
arXiv:1703.05192, §3.3: translation between mixtures shows whether both are covered.
"""

import numpy as np

from tfgan_zoo.data import mixtures
from tfgan_zoo.data.mixtures import RING8, Mixture
from tfgan_zoo.data.two_domains import TwoDomains

TURN = np.pi / 8  # 22.5 degrees: half the angle between two modes
STRETCH = (1.5, 1.0)  # of x and y, after the turn
SEEDS = {"train": 2, "test": 3}  # B's; A's are those of ring8


def _stretched_ring() -> Mixture:
    """Moves the modes alone. The spread stays round and as it was, as the counting of modes asks for."""
    turn = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])
    return Mixture(RING8.centres @ turn.T * STRETCH, RING8.deviation)


STRETCHED_RING = _stretched_ring()


def rings(*, split: str = "train", image_size: int | None = None, data_dir: str | None = None) -> TwoDomains:
    """Opens `ring8` as A, and as B the same ring turned by 22.5 degrees, then stretched by 1.5 along x.

    Points of A and B are drawn independently: there are no pairs. Labels are the modes' indices in both.

    Args:
        split: `"train"` or `"test"`, 100,000 points of each domain.
        image_size: must be None, points have no size.
        data_dir: not used; the points are drawn here.

    Raises:
        UserError: the split is unknown, or a size was given.
    """
    a = mixtures.open_mixture("rings", RING8, split, image_size, mixtures.SEEDS)
    b = mixtures.open_mixture("rings", STRETCHED_RING, split, image_size, SEEDS)
    a.name, b.name = "rings, A", "rings, B"
    return TwoDomains("rings", a, b)
