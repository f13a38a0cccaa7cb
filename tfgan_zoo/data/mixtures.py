"""Points drawn from mixtures of Gaussians in the plane, to count the modes that a GAN covers.

The protocol is PacGAN's: a fixed set of 100,000 training points, of which each belongs to a mode drawn uniformly.

Reference: Z. Lin, A. Khetan, G. Fanti, S. Oh, PacGAN: The power of two samples in generative adversarial networks,
arXiv:1712.04086, section 4.1.
"""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data.source import ArraySource

NUM_POINTS = 100_000
SEEDS = {"train": 0, "test": 1}


@dataclasses.dataclass(frozen=True, eq=False)
class Mixture:
    """Gaussians of equal weight and equal, round spread.

    Args:
        centres: float64 [K, 2], the modes.
        deviation: standard deviation of each coordinate about its mode.
    """

    centres: np.ndarray
    deviation: float

    def __post_init__(self):
        self.centres.setflags(write=False)

    def sample(self, count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draws points.

        Args:
            count: how many.
            generator: where the randomness comes from.

        Returns:
            points float32 [count, 2] and the index of each one's mode, int32 [count].
        """
        modes = generator.integers(len(self.centres), size=count, dtype=np.int32)
        noise = self.deviation * generator.standard_normal((count, 2))
        return (self.centres[modes] + noise).astype(np.float32), modes


class PointSource(ArraySource):
    """Points drawn from a mixture, labelled with their modes' indices.

    Args:
        name: as given on the command line.
        mixture: where they come from.
        count: how many.
        seed: of the draws.
    """

    def __init__(self, name: str, mixture: Mixture, count: int, seed: int):
        points, modes = mixture.sample(count, np.random.Generator(np.random.Philox(seed)))
        super().__init__(name, points, modes, [str(mode) for mode in range(len(mixture.centres))])
        self.mixture = mixture


def _ring(modes: int, radius: float) -> np.ndarray:
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _grid(ticks: np.ndarray) -> np.ndarray:
    return np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2)


RING8 = Mixture(_ring(8, radius=1.0), deviation=0.01)
GRID25 = Mixture(_grid(np.arange(-4.0, 5.0, 2.0)), deviation=0.05)
MIXTURES = {"ring8": RING8, "grid25": GRID25}


def ring8(*, split: str = "train", image_size: int | None = None, data_dir: str | None = None) -> PointSource:
    """Opens eight Gaussians of deviation 0.01 on a circle of radius 1.

    Args:
        split: `"train"` or `"test"`, 100,000 points each.
        image_size: must be None, points have no size.
        data_dir: not used; the points are drawn here.

    Returns:
        A source of points of shape (2,), labelled with their modes' indices.

    Raises:
        UserError: the split is unknown, or a size was given.
    """
    return open_mixture("ring8", RING8, split, image_size)


def grid25(*, split: str = "train", image_size: int | None = None, data_dir: str | None = None) -> PointSource:
    """Opens 25 Gaussians of deviation 0.05 on the grid −4, −2 … 4 in both coordinates.

    Args:
        split: `"train"` or `"test"`, 100,000 points each.
        image_size: must be None, points have no size.
        data_dir: not used; the points are drawn here.

    Returns:
        A source of points of shape (2,), labelled with their modes' indices.

    Raises:
        UserError: the split is unknown, or a size was given.
    """
    return open_mixture("grid25", GRID25, split, image_size)


def open_mixture(
    name: str, mixture: Mixture, split: str, image_size: int | None, seeds: Mapping[str, int] = SEEDS
) -> PointSource:
    """Opens 100,000 points of a mixture; `seeds` are those of the splits.

    Raises:
        UserError: the split is unknown, or a size was given.
    """
    if split not in seeds:
        raise unknown("split", split, seeds)
    if image_size is not None:
        raise UserError(
            f"--image_size={image_size}: {name.split(',')[0]} is made of points, which have no size; leave it out."
        )
    return PointSource(name, mixture, NUM_POINTS, seeds[split])
