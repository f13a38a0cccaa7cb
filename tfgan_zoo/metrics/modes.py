"""Counting the modes of a 2-D mixture that a generator has found."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class ModeCount:
    """What became of a mixture's modes.

    Attributes:
        modes: how many have at least one high-quality sample.
        high_quality: share of samples within three standard deviations of a mode's centre, in [0, 1].
        reverse_kl: KL(generated ‖ real) of the histograms over the nearest mode, in nats.
    """

    modes: int
    high_quality: float
    reverse_kl: float


def count_modes(points: np.ndarray, centres: np.ndarray, deviation: float) -> ModeCount:
    """Scores samples against a mixture whose modes are equally likely.

    Args:
        points: float [n, 2].
        centres: float [modes, 2].
        deviation: standard deviation of a mode.

    Raises:
        ValueError: points of another shape, none at all, or some that are not finite.

    Reference: Lin et al. 2018, PacGAN, arXiv:1712.04086, §4.1 (2,500 samples); the threshold is VEEGAN's.
    """
    points = np.asarray(points, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or not np.isfinite(points).all():
        raise ValueError(f"finite points [n, 2] are needed. Received: shape {points.shape}")
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    nearest = distances.argmin(axis=1)
    is_good = distances.min(axis=1) <= 3.0 * deviation
    share = np.bincount(nearest, minlength=len(centres)) / len(points)
    found = share[share > 0]
    return ModeCount(
        modes=len(np.unique(nearest[is_good])),
        high_quality=float(is_good.mean()),
        reverse_kl=float(np.sum(found * np.log(found * len(centres)))),
    )
