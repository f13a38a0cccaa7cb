"""Diversity within a class: how alike are two of its samples, by multi-scale structural similarity (MS-SSIM)?"""

import numpy as np
import tensorflow as tf

FILTER = 11  # pixels, as in the paper; an image has as many scales as stay at least this large
POWERS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the five scales, Wang et al. 2003
PAIRS_AT_ONCE = 100


def ms_ssim_by_class(images: np.ndarray, labels: np.ndarray, *, pairs: int = 100, seed: int = 0) -> dict[int, float]:
    """Returns for each class the mean MS-SSIM of random pairs: near 1 where its samples are all alike.

    Images too small for the five scales have fewer, of weights that sum to the same: compare within one size alone.

    Args:
        images: uint8 [n, H, W, C], H and W at least 11.
        labels: int [n]; a class of fewer than two samples is left out.
        pairs: drawn for each class, each of two different samples.
        seed: of the draws.

    Raises:
        ValueError: images that are too small, or no class with two samples.

    Reference: Odena et al. 2017, arXiv:1610.09585, §4.2 (100 pairs a class, at 128 × 128); Wang et al. 2003,
    Multiscale structural similarity for image quality assessment.
    """
    powers = scales_of(images.shape)
    generator = np.random.Generator(np.random.Philox(seed))
    similarity = {}
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) >= 2:
            first = generator.integers(len(members), size=pairs)
            second = (first + generator.integers(1, len(members), size=pairs)) % len(members)
            similarity[int(label)] = _mean(images[members[first]], images[members[second]], powers)
    if not similarity:
        raise ValueError(f"two samples of one class are needed. Received: {len(images)} samples, no class has two")
    return similarity


def scales_of(shape: tuple) -> list[float]:
    """Returns the weights of the scales that images of shape [n, H, W, C] have room for."""
    side = min(shape[1:3]) if len(shape) == 4 else 0
    if side < FILTER:
        raise ValueError(f"images [n, H, W, C] of at least {FILTER} × {FILTER} are needed. Received: shape {shape}")
    count = min(len(POWERS), 1 + int(np.log2(side / FILTER)))
    scale = sum(POWERS) / sum(POWERS[:count])
    return [power * scale for power in POWERS[:count]]


def _mean(first: np.ndarray, second: np.ndarray, powers: list[float]) -> float:
    values = [
        tf.image.ssim_multiscale(
            first[start : start + PAIRS_AT_ONCE],
            second[start : start + PAIRS_AT_ONCE],
            max_val=255,
            power_factors=powers,
            filter_size=FILTER,
        )
        for start in range(0, len(first), PAIRS_AT_ONCE)
    ]
    return float(np.mean(np.concatenate(values)))
