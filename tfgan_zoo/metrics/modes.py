"""Counting the modes that a generator has found: of a 2-D mixture, or the classes that a classifier sees."""

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
    nearest, is_good = nearest_modes(points, centres, deviation)
    share = np.bincount(nearest, minlength=len(centres)) / len(nearest)
    found = share[share > 0]
    return ModeCount(
        modes=len(np.unique(nearest[is_good])),
        high_quality=float(is_good.mean()),
        reverse_kl=float(np.sum(found * np.log(found * len(centres)))),
    )


def nearest_modes(points: np.ndarray, centres: np.ndarray, deviation: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns the nearest mode of each point, int64 [n], and whether it is of high quality, bool [n].

    Args and Raises: as for `count_modes`.
    """
    points = np.asarray(points, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or not np.isfinite(points).all():
        raise ValueError(f"finite points [n, 2] are needed. Received: shape {points.shape}")
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    return distances.argmin(axis=1), distances.min(axis=1) <= 3.0 * deviation


@dataclasses.dataclass(frozen=True)
class ClassCount:
    """What became of a dataset's classes; on stacked digits a class is one of 1,000 modes.

    Attributes:
        modes: how many classes have at least one sample.
        reverse_kl: KL(generated ‖ real) of the histograms over the classes, in nats.
    """

    modes: int
    reverse_kl: float


def count_classes(labels: np.ndarray, shares: np.ndarray) -> ClassCount:
    """Scores samples by the classes that a classifier puts them in.

    With n samples of K classes even a perfect generator has a divergence of about (K − 1) / 2n.

    Args:
        labels: int [n], the class of each sample.
        shares: float [K], of the classes in the real data; they sum to 1, and each is above 0.

    Raises:
        ValueError: no samples, labels that are no class, or shares that are no such distribution.

    Reference: Srivastava et al. 2017, VEEGAN, arXiv:1705.07761, and PacGAN, arXiv:1712.04086, §4.2 (stacked MNIST,
    26,000 samples).
    """
    labels, shares = np.asarray(labels), np.asarray(shares, np.float64)
    if not len(labels) or labels.min() < 0 or labels.max() >= len(shares):
        raise ValueError(f"labels from 0 to {len(shares) - 1} are needed. Received: {len(labels)} others")
    if shares.min() <= 0 or not np.isclose(shares.sum(), 1.0):
        raise ValueError("shares above 0 that sum to 1 are needed. Received: others")
    counts = np.bincount(labels, minlength=len(shares))
    found = counts > 0
    share = counts[found] / len(labels)
    return ClassCount(modes=int(found.sum()), reverse_kl=float(np.sum(share * np.log(share / shares[found]))))


def map_of_modes(points: np.ndarray, labels: np.ndarray, centres: np.ndarray, deviation: float) -> np.ndarray:
    """Returns the mode that most points of each label are nearest to, int64 [labels].

    Args:
        points: float [n, 2], of the mixture with these centres.
        labels: int [n], from 0 on, each at least once.
        centres, deviation: as for `count_modes`.
    """
    nearest, _ = nearest_modes(points, centres, deviation)
    votes = np.zeros((labels.max() + 1, len(centres)), np.int64)
    np.add.at(votes, (labels, nearest), 1)
    return votes.argmax(axis=1)
