"""Examples as the metrics see them, and where they come from: a dataset or an export."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.source import Source, to_model_range
from tfgan_zoo.pictures.grids import to_pixels
from tfgan_zoo.serving.exported import ExportedModel

ROWS_AT_ONCE = 500


@dataclasses.dataclass(frozen=True)
class Examples:
    """Examples and what an extractor says of them.

    Attributes:
        data: images uint8 [n, H, W, C], or points float32 [n, 2].
        labels: int32 [n]; −1 where unknown.
        features: float32 [n, d].
        probabilities: of the extractor's classes, float32 [n, K]; None where it has none.
    """

    data: np.ndarray
    labels: np.ndarray
    features: np.ndarray
    probabilities: np.ndarray | None

    def __len__(self) -> int:
        return len(self.data)

    def first(self, count: int) -> "Examples":
        """Returns the first `count`, or all where there are no more."""
        parts = (part if part is None else part[:count] for part in vars(self).values())
        return Examples(*parts)

    @property
    def classes(self) -> np.ndarray:
        """The most probable class of each, int64 [n]."""
        return self.probabilities.argmax(axis=1)


class PointsThemselves:
    """The extractor of points, which need none."""

    knows_classes = False
    name = "the points themselves"

    @property
    def description(self) -> dict:
        return {"extractor": self.name}

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, None]:
        return np.asarray(points), None


def real_examples(source: Source, extract: Callable, *, count: int, seed: int, doing: str) -> Examples:
    """Draws different examples from a dataset; all of them where it has fewer than `count`."""
    count = min(count, source.num_examples)
    return _gather(source.once(ROWS_AT_ONCE, count=count, seed=seed), extract, count, doing)


def generated_examples(export: ExportedModel, extract: Callable, *, count: int, seed: int) -> Examples:
    """Draws the samples of the seeds `seed`, `seed + 1` … from an export; a conditional one is asked for its classes
    in turn."""
    return _gather(_samples(export, count, seed), extract, count, "samples")


def _samples(export: ExportedModel, count: int, seed: int) -> Iterator[tuple]:
    for start in range(0, count, ROWS_AT_ONCE):
        seeds = seed + np.arange(start, min(start + ROWS_AT_ONCE, count))
        samples = export.generate(seeds)
        labels = seeds % export.num_classes if export.num_classes else np.full(len(seeds), -1)
        yield samples if export.makes_points else to_model_range(samples).numpy(), labels


def _gather(batches: Iterable[tuple], extract: Callable, count: int, doing: str) -> Examples:
    """Runs the extractor over batches of (examples, labels); of images only the pixels are kept."""
    data, labels, features, probabilities = [], [], [], []
    for examples, batch_labels in watch(batches, -(-count // ROWS_AT_ONCE), f"{doing}, batch"):
        batch_features, batch_probabilities = extract(examples)
        data.append(examples if examples.ndim == 2 else to_pixels(examples))
        labels.append(batch_labels)
        features.append(batch_features)
        probabilities.append(batch_probabilities)
    return Examples(
        np.concatenate(data),
        np.concatenate(labels).astype(np.int32),
        np.concatenate(features),
        None if probabilities[0] is None else np.concatenate(probabilities),
    )
