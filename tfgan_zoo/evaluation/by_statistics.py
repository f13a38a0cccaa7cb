"""Measuring an export against reference statistics, without real images."""

from collections.abc import Callable, Sequence

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.source import Source, to_model_range
from tfgan_zoo.evaluation.comparison import Result
from tfgan_zoo.evaluation.statistics import Statistics
from tfgan_zoo.metrics.fid_infinity import frechet_distance_infinity
from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance
from tfgan_zoo.metrics.inception_score import inception_score
from tfgan_zoo.serving.exported import ExportedModel

METRICS = ("frechet_distance", "fid_infinity", "inception_score")
SAMPLES = 10_000
ROWS_AT_ONCE = 500


def check_metrics(names: Sequence[str]) -> None:
    """Refuses metrics that need real images.

    Raises:
        UserError: there are some.
    """
    for name in names:
        if name not in METRICS:
            raise UserError(f"--metrics={name}: needs real images; with --reference accepted: {', '.join(METRICS)}.")


def check_makes_samples(export: ExportedModel) -> None:
    """Refuses an export that does not make images from seeds.

    Raises:
        UserError: it makes points, or its inputs are images.
    """
    if export.makes_points or export.kind.takes != "latents":
        what = "makes points" if export.makes_points else "takes images as inputs"
        raise UserError(f"--reference: needs a model that makes images from seeds; {export.path} {what}.")


def measure_by_statistics(
    export: ExportedModel, statistics: Statistics, extract: Callable, *, metrics: Sequence[str], count: int, seed: int
) -> dict[str, Result]:
    """Measures samples; their features are kept, their pixels are not.

    Raises:
        UserError: the statistics are of another extractor or of another width, or samples are too few.
    """
    if statistics.extractor not in (None, extract.name):
        raise UserError(f"--reference: has features of {statistics.extractor}, not of {extract.name}.")
    features, probabilities = [], []
    starts = range(0, count, ROWS_AT_ONCE)
    for start in watch(starts, len(starts), "samples, batch"):
        images = export.generate(seed + np.arange(start, min(start + ROWS_AT_ONCE, count)))
        found, classes = extract(to_model_range(images).numpy())
        features.append(found)
        probabilities.append(classes)
    features = np.concatenate(features)
    figures = {
        "frechet_distance": lambda: {"frechet_distance": frechet_distance(Moments(features), statistics)},
        "fid_infinity": lambda: frechet_distance_infinity(features, statistics, seed=seed)._asdict(),
        "inception_score": lambda: _score(np.concatenate(probabilities), seed),
    }
    try:
        return {name: Result(figures[name](), None, extract.name, count) for name in metrics}
    except ValueError as error:
        raise UserError(f"--reference: {error}") from error


def _score(probabilities: np.ndarray, seed: int) -> dict:
    mean, deviation = inception_score(probabilities, seed=seed)
    return {"inception_score": mean, "deviation": deviation}


def statistics_of(source: Source, extract: Callable, *, count: int | None, seed: int) -> Statistics:
    """Returns the statistics of a dataset's images, or of `count` of them, gathered batch by batch."""
    count = min(count or source.num_examples, source.num_examples)
    batches = source.once(ROWS_AT_ONCE, count=count, seed=seed)
    moments = None
    for images, _ in watch(batches, -(-count // ROWS_AT_ONCE), "images, batch"):
        features, _ = extract(images)
        if moments is None:
            moments = Moments(features)
        else:
            moments.update(features)
    return Statistics(moments.mean, moments.covariance, extract.name)
