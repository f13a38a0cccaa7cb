"""How varied samples are, as a share of how varied as many real examples are."""

import numpy as np
import tensorflow as tf

SAMPLES = 64  # that are compared with as many real examples
SIDE = 8  # pixels to which images are averaged: what differs in noise alone looks the same
EXAMPLES_OF_A_CLASS = 10  # from which its mean can be told


class Diversity:
    """The least of three shares, each of which is about 1 for other real examples.

    Spread: the standard deviation, in the mean over pixels. It falls where all samples are nearly one.
    Distinctness: the distance to the nearest other sample, as a share of the spread. It falls where there are copies of
    a few.
    Classes: how many the samples seem to be of, by the nearest class mean; e to the entropy. It falls where there are
    some of a few classes alone. It is left out for points, and where there are no or too many classes.

    Args:
        real: float32 [n, H, W, C] in [−1, 1] or [n, 2].
        labels: int [n]; −1, or None, where unknown.
    """

    def __init__(self, real: np.ndarray, labels: np.ndarray | None = None):
        self._class_means = None
        features = _features(real)
        if real.ndim == 4 and labels is not None and labels.min() >= 0:
            classes = np.unique(labels)
            if len(classes) * EXAMPLES_OF_A_CLASS <= len(real):
                directions = _directions(features)
                self._class_means = _directions(np.stack([directions[labels == c].mean(axis=0) for c in classes]))
        groups = [features[start : start + SAMPLES] for start in range(0, len(features), SAMPLES)]
        whole = [group for group in groups if len(group) == len(groups[0])]
        self._of_real = np.mean([self._figures(group) for group in whole], axis=0)

    def __call__(self, samples: np.ndarray) -> float:
        """Returns the share: 0 for samples that are all the same.

        Args:
            samples: `SAMPLES` of the shape of the real examples.
        """
        return float(np.min(self._figures(_features(samples)) / np.maximum(self._of_real, 1e-12)))

    def _figures(self, features: np.ndarray) -> list[float]:
        spread = features.std(axis=0).mean()
        figures = [spread, _distance_to_nearest(features) / max(spread, 1e-12)]
        if self._class_means is not None:
            nearest = np.argmax(_directions(features) @ self._class_means.T, axis=1)
            shares = np.bincount(nearest) / len(nearest)
            figures.append(np.exp(-np.sum(shares[shares > 0] * np.log(shares[shares > 0]))))
        return figures


def _features(examples: np.ndarray) -> np.ndarray:
    """Returns the examples as vectors: points as they are, images averaged to a side of `SIDE` to 2 · `SIDE` − 1."""
    if examples.ndim == 2:
        return examples
    height, width = (max(1, side // SIDE) for side in examples.shape[1:3])
    small = tf.nn.avg_pool2d(examples, (height, width), (height, width), "VALID").numpy()
    return small.reshape(len(small), -1)


def _directions(vectors: np.ndarray) -> np.ndarray:
    """Takes away what contrast and brightness say."""
    vectors = vectors - vectors.mean(axis=1, keepdims=True)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _distance_to_nearest(vectors: np.ndarray) -> float:
    """Returns the distance from a vector to the nearest other one, in the mean; 0 where there is no other."""
    if len(vectors) == 1:
        return 0.0
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances.min(axis=1).mean()
