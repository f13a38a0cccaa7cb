"""What can be measured of which kind of export: one that is given seeds, a translator, one that fills holes."""

import dataclasses
import functools
from collections.abc import Callable, Sequence

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source
from tfgan_zoo.data.two_domains import OfTwoDomains
from tfgan_zoo.evaluation import of_encoders, of_holes, of_images, of_points, of_translators
from tfgan_zoo.evaluation.comparison import Comparison, Result
from tfgan_zoo.evaluation.dataset_spec import Wanted
from tfgan_zoo.evaluation.of_translators import Direction, of_each
from tfgan_zoo.serving.exported import ExportedModel
from tfgan_zoo.serving.kind import DIRECTIONS


@dataclasses.dataclass(frozen=True)
class Suite:
    """The metrics of an export.

    Attributes:
        metrics: name → measures it.
        defaults: returns the names of those that fit the export and the dataset.
        comparisons: what is measured; each may use an extractor.
    """

    metrics: dict[str, Callable[[], Result]]
    defaults: Callable[[], list[str]]
    comparisons: Sequence[Comparison]

    @property
    def extractors(self) -> dict | list[dict] | None:
        """What the extractor that was used says of itself: a list of several, None for none."""
        used = [comparison.extractor for comparison in self.comparisons if comparison.extractor]
        return used if len(used) > 1 else next(iter(used), None)


def suite_of(export: ExportedModel, train: Source, test: Source, open_extractor: Callable, wanted: Wanted) -> Suite:
    """Returns the suite of an export and a dataset.

    Raises:
        UserError: the export translates between two domains, and the dataset has one.
    """
    options = {"seed": wanted.seed}
    if export.kind.takes == "latents":
        suite = _of_samples(export, train, test, open_extractor, count=wanted.count, **options)
        return suite if train.has_points or wanted.has_extractor_for(train) else _without_features(suite)
    if isinstance(train, OfTwoDomains):
        count = wanted.count or (of_translators.POINTS if export.makes_points else of_translators.IMAGES)
        return _of_translator(export, train, test, open_extractor, count=count, **options)
    if len(export.kind.translations) > 1:
        raise UserError(f"--dataset={train.name}: has one domain, {export} translates between two.")
    holes = of_holes.Holes(export, train, test, open_extractor, count=wanted.count or of_holes.IMAGES, **options)
    return Suite(_bound(of_holes.METRICS, holes), lambda: list(of_holes.METRICS), [holes])


def _of_samples(export, train, test, open_extractor, *, count: int | None, seed: int) -> Suite:
    module = of_points if export.makes_points else of_images
    count = count or module.default_count(train, test)
    comparison = Comparison(export, train, test, open_extractor, count=count, seed=seed)
    of_encoder = of_encoders.METRICS if export.kind.encodes else {}
    metrics = _bound(module.METRICS | of_encoder, comparison)
    return Suite(metrics, lambda: [*module.defaults(comparison), *of_encoder], [comparison])


def _without_features(suite: Suite) -> Suite:
    """Of images without classes and without another extractor."""
    return dataclasses.replace(suite, defaults=lambda: list(of_images.BY_PIXELS))


def _of_translator(export, train: OfTwoDomains, test: OfTwoDomains, open_extractor, **options) -> Suite:
    names = DIRECTIONS[: len(export.kind.translations)]
    directions = [Direction(export, name, train, test, open_extractor, **options) for name in names]
    known = of_translators.POINT_METRICS if export.makes_points else of_translators.IMAGE_METRICS
    metrics = {name: functools.partial(of_each, metric, directions) for name, metric in known.items()}
    return Suite(metrics, lambda: of_translators.defaults(directions[0]), directions)


def _bound(metrics: dict[str, Callable], comparison: Comparison) -> dict[str, Callable[[], Result]]:
    return {name: functools.partial(metric, comparison) for name, metric in metrics.items()}
