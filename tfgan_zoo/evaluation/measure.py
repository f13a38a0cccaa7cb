"""Measuring an export: its dataset, its extractor and its metrics put together."""

import dataclasses
import functools
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.mixtures import MIXTURES
from tfgan_zoo.data.source import Source
from tfgan_zoo.data.stacked import StackedSource
from tfgan_zoo.evaluation.comparison import Result, check_same_shape
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, Wanted
from tfgan_zoo.evaluation.examples import PointsThemselves
from tfgan_zoo.evaluation.least import too_few
from tfgan_zoo.evaluation.of_classifiers import test_error
from tfgan_zoo.evaluation.suites import suite_of
from tfgan_zoo.serving.exported import ExportedModel


class Measured(NamedTuple):
    """What was measured.

    Attributes:
        extractor: what it says of itself: a list where two domains have one each, None where none was needed.
        results: metric → result.
        left_out: metric → why it could not be measured.
    """

    extractor: dict | list[dict] | None
    results: dict[str, Result]
    left_out: dict[str, str]


def measure(exports: Sequence[ExportedModel], dataset: DatasetSpec, wanted: Wanted) -> Measured:
    """Measures one export, or the test error of an ensemble. What cannot be measured is left out, with its reason.

    Raises:
        UserError: what was asked for does not fit the export, the dataset or each other, or nothing can be measured.
    """
    train, test = dataset.open()
    _check_same_kind(exports, train)
    if train.has_points:
        _refuse_extractor(wanted, train)
    if wanted.metrics is None and len(exports) > 1:
        wanted = dataclasses.replace(wanted, metrics=["test_error"])
    if wanted.metrics is not None and set(wanted.metrics) == {"test_error"}:
        return Measured(None, {"test_error": test_error(exports, test, dataset.is_cut)}, {})

    (export,) = exports
    suite = suite_of(export, train, test, functools.partial(choose_extractor, wanted=wanted), wanted)
    known = dict(suite.metrics)
    if export.kind.takes == "latents":
        known["test_error"] = lambda: test_error(exports, test, dataset.is_cut)
    for name in wanted.metrics or ():
        if name not in known:
            what = "points" if export.makes_points else "images"
            raise UserError(f"--metrics={name}: {export.path} makes {what}; accepted: {', '.join(known)}.")
    names = list(dict.fromkeys(wanted.metrics or suite.defaults()))
    left_out = {name: reason for name in names if (reason := too_few(name, suite.comparisons))}
    for name, reason in left_out.items() if len(left_out) < len(names) else ():
        print(f"left out: {name} ({reason})", file=sys.stderr, flush=True)
    results = {}
    for name in watch(names, len(names), "metric"):
        if name not in left_out:
            try:
                results[name] = known[name]()
            except ValueError as error:  # too few of a class, NaNs: the metric says what it needs
                if isinstance(error, UserError) and wanted.chooses_extractor:
                    raise
                left_out[name] = str(error)
    if not results:
        name, reason = next(iter(left_out.items()))
        raise UserError(reason if reason.startswith("--") else f"--metrics={name}: {reason}.")
    return Measured(suite.extractors, results, left_out)


def choose_extractor(train: Source, test: Source, wanted: Wanted) -> Callable:
    """Returns the extractor of a dataset, trained or loaded."""
    if train.has_points:
        return PointsThemselves()
    if wanted.classifier is not None:
        from tfgan_zoo.extractors.exported import ExportedClassifier

        return ExportedClassifier(wanted.classifier, train.class_names)
    if wanted.extractor != "classifier":
        return extractor_of(wanted)
    from tfgan_zoo.extractors.classifier import load_classifier

    if isinstance(train, StackedSource):
        from tfgan_zoo.extractors.stacked import StackedClassifier

        return StackedClassifier(load_classifier(train.base, test.base))
    return load_classifier(train, test)


def extractor_of(wanted: Wanted) -> Callable:
    """Returns an extractor that needs no dataset: `inception` or `fid`."""
    if wanted.extractor == "inception":
        from tfgan_zoo.extractors.inception import Inception

        return Inception(wanted.inception_weights)
    from tfgan_zoo.extractors.inception_graph import InceptionGraph

    return InceptionGraph(wanted.inception_graph, wanted.resize)


def _refuse_extractor(wanted: Wanted, points: Source) -> None:
    accepted = f"is for images, {points.name} has points; accepted: neither --extractor nor --classifier"
    if wanted.classifier is not None:
        raise UserError(f"--classifier={wanted.classifier}: {accepted}.")
    if wanted.extractor != Wanted.extractor:
        raise UserError(f"--extractor={wanted.extractor}: {accepted}.")


def _check_same_kind(exports: Sequence[ExportedModel], source: Source) -> None:
    for export in exports:
        if export.makes_points != source.has_points:
            made, has = ("points", "images") if export.makes_points else ("images", "points")
            accepted = f"one of {', '.join(MIXTURES)}" if export.makes_points else "a dataset of images"
            raise UserError(f"--dataset={source.name}: has {has}, {export.path} makes {made}; accepted: {accepted}.")
        if export.kind.takes == "latents":
            check_same_shape(export, export.generate([0]), source.alone())
