"""Examples as the metrics see them, and where they come from: a dataset or an export."""

import functools
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.source import Source, to_model_range
from tfgan_zoo.pictures.grids import to_pixels
from tfgan_zoo.serving.exported import ExportedModel

ROWS_AT_ONCE = 500


class Examples:
    """Examples, and what an extractor says of them: it is asked when a metric first wants that.

    Args:
        data: images uint8 [n, H, W, C], or points float32 [n, 2].
        labels: int32 [n]; −1 where unknown.
        open_extractor: returns the extractor.
        doing: what they are, for the progress display.
    """

    def __init__(self, data: np.ndarray, labels: np.ndarray, open_extractor: Callable[[], Callable], doing: str):
        self.data = data
        self.labels = np.asarray(labels, np.int32)
        self._open_extractor = open_extractor
        self._doing = doing

    def __len__(self) -> int:
        return len(self.data)

    @functools.cached_property
    def _extracted(self) -> tuple[np.ndarray, np.ndarray | None]:
        extract = self._open_extractor()
        starts = range(0, len(self), ROWS_AT_ONCE)
        parts = [
            extract(_for_extractor(self.data[start : start + ROWS_AT_ONCE]))
            for start in watch(starts, len(starts), f"features of {self._doing}, batch")
        ]
        features, probabilities = zip(*parts, strict=True)
        return np.concatenate(features), None if probabilities[0] is None else np.concatenate(probabilities)

    @property
    def features(self) -> np.ndarray:
        """float32 [n, d]."""
        return self._extracted[0]

    @property
    def probabilities(self) -> np.ndarray | None:
        """Of the extractor's classes, float32 [n, K]; None where it has none."""
        return self._extracted[1]

    @property
    def classes(self) -> np.ndarray:
        """The most probable class of each, int64 [n]."""
        return self.probabilities.argmax(axis=1)

    def first(self, count: int) -> "Examples":
        """Returns the first `count`, or all where there are no more."""
        part = Examples(self.data[:count], self.labels[:count], self._open_extractor, self._doing)
        if "_extracted" in vars(self):
            part._extracted = tuple(rows if rows is None else rows[:count] for rows in self._extracted)
        return part


def _for_extractor(data: np.ndarray) -> np.ndarray:
    """Returns points as they are, and pixels as images float32 in [−1, 1]."""
    return data if data.ndim == 2 else to_model_range(data).numpy()


class PointsThemselves:
    """The extractor of points, which need none."""

    knows_classes = False
    name = "the points themselves"

    @property
    def description(self) -> dict:
        return {"extractor": self.name}

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, None]:
        return np.asarray(points), None


def real_examples(source: Source, open_extractor: Callable, *, count: int, seed: int, doing: str) -> Examples:
    """Draws different examples from a dataset; all of them where it has fewer than `count`."""
    count = min(count, source.num_examples)
    return _gather(source.once(ROWS_AT_ONCE, count=count, seed=seed), open_extractor, count, doing)


def generated_examples(export: ExportedModel, open_extractor: Callable, *, count: int, seed: int) -> Examples:
    """Draws the samples of the seeds `seed`, `seed + 1` … from an export; a conditional one is asked for its classes
    in turn."""
    return _gather(_samples(export, count, seed), open_extractor, count, "samples")


def _samples(export: ExportedModel, count: int, seed: int) -> Iterator[tuple]:
    for start in range(0, count, ROWS_AT_ONCE):
        seeds = seed + np.arange(start, min(start + ROWS_AT_ONCE, count))
        yield export.generate(seeds), seeds % export.num_classes if export.num_classes else np.full(len(seeds), -1)


def _gather(batches: Iterable[tuple], open_extractor: Callable, count: int, doing: str) -> Examples:
    """Collects batches of (examples, labels); of images only the pixels are kept."""
    data, labels = zip(*watch(batches, -(-count // ROWS_AT_ONCE), f"{doing}, batch"), strict=True)
    return Examples(np.concatenate(list(map(_as_pixels, data))), np.concatenate(labels), open_extractor, doing)


def _as_pixels(examples: np.ndarray) -> np.ndarray:
    return examples if examples.ndim == 2 or examples.dtype == np.uint8 else to_pixels(examples)
