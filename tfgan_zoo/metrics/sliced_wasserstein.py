"""The sliced Wasserstein distance of small patches at several scales: no classifier and no labels are needed."""

import numpy as np
from scipy import ndimage

from tfgan_zoo.metrics.sliced import sorted_projections, unit_directions

PATCH = 7  # pixels a side
PATCHES_AN_IMAGE = 128
DIRECTIONS, REPEATS = 128, 4
SMALLEST = 16  # pixels a side of the last level
KERNEL = np.array([1.0, 4.0, 6.0, 4.0, 1.0], np.float32) / 16.0


def sliced_wasserstein(a: np.ndarray, b: np.ndarray, *, seed: int = 0) -> dict[int, float]:
    """Returns the distance of each level of a Laplacian pyramid, times 1000: side in pixels → distance.

    At each level patches of 7 × 7 pixels are drawn, 128 an image; each colour channel of a set of patches is brought to
    mean 0 and deviation 1; and the distance is the mean absolute difference of sorted projections on 4 × 128 random
    directions. Fine levels see texture, the last one layout and colour. It is blind to whatever lies beyond 7 pixels of
    a level, such as a face with three eyes of the right sharpness.

    Args:
        a, b: uint8 [n, H, W, C] and [m, H, W, C]; of the longer set the first min(n, m) are taken.
        seed: of the places of the patches, the same in both sets, and of the directions.

    Raises:
        ValueError: images smaller than a patch, or sets of different shapes.

    Reference: Karras et al. 2018, Progressive Growing of GANs, arXiv:1710.10196, §5 (16,384 images).
    """
    if a.shape[1:] != b.shape[1:] or a.ndim != 4 or min(a.shape[1:3]) < PATCH or not len(a) or not len(b):
        raise ValueError(f"images of {PATCH} pixels or more, of one shape, are needed. Received: {a.shape}, {b.shape}")
    count = min(len(a), len(b))
    levels = zip(*(_pyramid(images[:count].astype(np.float32)) for images in (a, b)), strict=True)
    found = {}
    for number, (level_a, level_b) in enumerate(levels):
        patches = [
            _patches(level, np.random.Generator(np.random.Philox([seed, number]))) for level in (level_a, level_b)
        ]
        found[level_a.shape[1]] = 1e3 * _distance(*patches, np.random.Generator(np.random.Philox([seed, 100 + number])))
    return found


def _pyramid(images: np.ndarray) -> list[np.ndarray]:
    """Returns what each halving loses, and last the smallest images: [n, h, w, C] each."""
    levels = []
    while all(side % 2 == 0 and side // 2 >= SMALLEST for side in images.shape[1:3]):
        smaller = _smoothed(images)[:, ::2, ::2]
        levels.append(images - _doubled(smaller))
        images = smaller
    return [*levels, images]


def _smoothed(images: np.ndarray) -> np.ndarray:
    for axis in (1, 2):
        images = ndimage.correlate1d(images, KERNEL, axis=axis, mode="mirror")
    return images


def _doubled(images: np.ndarray) -> np.ndarray:
    count, height, width, channels = images.shape
    apart = np.zeros((count, 2 * height, 2 * width, channels), np.float32)
    apart[:, ::2, ::2] = images
    return 4.0 * _smoothed(apart)


def _patches(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draws patches: float32 [n · 128, 7 · 7 · C], each channel with mean 0 and deviation 1 over all of them."""
    count, height, width, channels = images.shape
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    rows = generator.integers(0, height - PATCH + 1, (count, PATCHES_AN_IMAGE))
    columns = generator.integers(0, width - PATCH + 1, (count, PATCHES_AN_IMAGE))
    patches = windows[np.arange(count)[:, None], rows, columns].reshape(-1, channels, PATCH * PATCH)
    mean, deviation = (part(patches, axis=(0, 2), keepdims=True) for part in (np.mean, np.std))
    return ((patches - mean) / np.maximum(deviation, 1e-8)).reshape(len(patches), -1)


def _distance(a: np.ndarray, b: np.ndarray, generator: np.random.Generator) -> float:
    distances = []
    for _ in range(REPEATS):
        directions = unit_directions(a.shape[1], DIRECTIONS, generator)
        distances.append(np.mean(np.abs(sorted_projections(a, directions) - sorted_projections(b, directions))))
    return float(np.mean(distances))
