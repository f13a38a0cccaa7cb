"""What the nearest neighbour tells: can fakes be told from real ones, can one learn from them, are they copies?"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from sklearn.neighbors import NearestNeighbors

from tfgan_zoo.metrics.features import check_features, row_blocks


@dataclasses.dataclass(frozen=True)
class TwoSampleAccuracy:
    """How often the nearest other example is of an example's own kind.

    Attributes:
        accuracy: over both kinds; 0.5 where they cannot be told apart, 1 where they can, below 0.5 where fakes are
            copies of real examples.
        real_accuracy: over the real ones; low where they are surrounded by fakes.
        fake_accuracy: over the fakes; high where they lie close together, as in mode collapse.
    """

    accuracy: float
    real_accuracy: float
    fake_accuracy: float


def two_sample_accuracy(
    fake: np.ndarray, real: np.ndarray, *, watch: Callable[[Sequence[slice]], Iterable[slice]] = iter
) -> TwoSampleAccuracy:
    """Returns the leave-one-out accuracy of the nearest neighbour, real against fake.

    Args:
        fake, real: float [n, d], the same n of each, so that guessing is right half of the time.
        watch: wraps the list of the blocks of rows, to show progress.

    Raises:
        ValueError: sets of unequal size, fewer than two of each, or features that are not finite.

    Reference: Lopez-Paz & Oquab 2017, arXiv:1610.06545; Xu et al. 2018, arXiv:1806.07755.
    """
    fake, real = check_features(fake, real, at_least=2)
    if len(fake) != len(real):
        raise ValueError(f"as many fakes as real examples are needed. Received: {len(fake)} and {len(real)}")
    both = np.concatenate([fake, real])
    is_fake = np.arange(len(both)) < len(fake)
    search = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(both)
    found = np.concatenate([search.kneighbors(both[rows], return_distance=False) for rows in watch(row_blocks(both))])
    # The nearest of all is the example itself, unless a copy of it is named first.
    nearest = np.where(found[:, 0] == np.arange(len(both)), found[:, 1], found[:, 0])
    is_right = is_fake[nearest] == is_fake
    return TwoSampleAccuracy(
        accuracy=float(is_right.mean()),
        real_accuracy=float(is_right[~is_fake].mean()),
        fake_accuracy=float(is_right[is_fake].mean()),
    )


def nearest_neighbour_error(
    training: np.ndarray, training_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray
) -> float:
    """Returns the share of test examples whose nearest training example is of another class.

    With a conditional model's samples for training it says whether one could learn the classes from fakes alone.

    Args:
        training, test: float [n, d] and [m, d].
        training_labels, test_labels: int [n] and [m].

    Raises:
        ValueError: no examples, or such that are not finite.

    Reference: Radford et al. 2016, arXiv:1511.06434, §8.1.
    """
    training, test = check_features(training, test, at_least=1)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training)
    nearest = search.kneighbors(test, return_distance=False)[:, 0]
    return float(np.mean(np.asarray(training_labels)[nearest] != np.asarray(test_labels)))


def nearest_in(queries: np.ndarray, parts: Iterable[np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Finds the nearest examples of a set that is read part by part, and of which only the found ones are kept.

    Args:
        queries: float [n, d].
        parts: float [m, d] each.
        count: how many to find for each query.

    Returns:
        Distances float64 [n, count], in order, and the examples found, [n, count, d].

    Raises:
        ValueError: fewer examples than `count` in all, or such that are not finite.
    """
    (queries,) = check_features(queries, at_least=1)
    distances = np.empty((len(queries), 0))
    found = np.empty((len(queries), 0, queries.shape[1]), queries.dtype)
    for part in parts:
        _, part = check_features(queries, part, at_least=1)
        search = NearestNeighbors(n_neighbors=min(count, len(part)), algorithm="brute").fit(part)
        new_distances, indices = search.kneighbors(queries)
        distances = np.concatenate([distances, new_distances], axis=1)
        found = np.concatenate([found, part[indices]], axis=1)
        order = distances.argsort(axis=1, kind="stable")[:, :count]
        distances = np.take_along_axis(distances, order, axis=1)
        found = np.take_along_axis(found, order[:, :, None], axis=1)
    if distances.shape[1] < count:
        raise ValueError(f"at least {count} samples are needed. Received: {distances.shape[1]}")
    return distances, found
