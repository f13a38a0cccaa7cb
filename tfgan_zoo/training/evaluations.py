"""What `--evaluate_every` measures while a run goes on: the metrics that take seconds."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.mixtures import Mixture
from tfgan_zoo.data.source import Source
from tfgan_zoo.game.fixed_inputs import FixedInputs
from tfgan_zoo.metrics.classification import count_errors
from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance
from tfgan_zoo.metrics.kernel_distance import kernel_distance
from tfgan_zoo.metrics.modes import ModeCount, count_modes
from tfgan_zoo.metrics.precision_recall import PrecisionRecall, precision_recall

POINTS = 2500
IMAGES = 1000
ROWS_AT_ONCE = 250


class Evaluation(Protocol):
    """A measurement of the model as it is.

    Attributes:
        names: of its figures, the columns of `metrics.csv`.
    """

    names: Sequence[str]

    def measure(self) -> dict[str, float]:
        """Returns name → figure; averaged weights are measured where there are some."""


def make_evaluations(
    gan, source: Source, open_test: Callable[[], Source] | None, extract: Callable | None = None
) -> list[Evaluation]:
    """Returns the evaluations that fit a model and its dataset.

    Args:
        gan: the compiled `GAN`.
        source: its dataset.
        open_test: opens the test set; None where there is none, so that there is no test error.
        extract: the feature extractor of images; None to leave their features out.
    """
    evaluations = [TestError(gan, open_test())] if gan.classifies and open_test else []
    if gan.takes != "latents":
        return evaluations  # the others are about samples
    if source.mixture is not None:
        evaluations.append(Modes(gan, source.mixture))
    if extract is not None:
        evaluations.append(Features(gan, source, extract))
    return evaluations


class TestError:
    """The share of test examples that a model which classifies gets wrong."""

    names = ("test_error",)

    def __init__(self, gan, test: Source):
        self._gan = gan
        self._test = test
        self._classify = tf.function(gan.classify)

    def measure(self) -> dict:
        with self._gan.inference_weights():
            return {"test_error": count_errors([self._classify], self._test) / self._test.num_examples}


class Modes:
    """Modes found, high-quality share and reverse KL of 2,500 points."""

    names = tuple(field.name for field in dataclasses.fields(ModeCount))

    def __init__(self, gan, mixture: Mixture):
        self._samples = FixedInputs(gan, POINTS, "evaluation")
        self._mixture = mixture

    def measure(self) -> dict:
        points = self._samples.fakes()
        if not np.isfinite(points).all():
            return dict.fromkeys(self.names)
        return dataclasses.asdict(count_modes(points, self._mixture.centres, self._mixture.deviation))


class Features:
    """Distances and k-NN figures of 1,000 images to as many training images. They carry the extractor's name."""

    def __init__(self, gan, source: Source, extract: Callable):
        self._samples = FixedInputs(gan, min(IMAGES, source.num_examples), "evaluation")
        self._extract = extract
        batches = source.once(ROWS_AT_ONCE, count=self._samples.count, seed=gan.seed)
        self._real = np.concatenate([extract(images)[0] for images, _ in batches])
        self._moments = Moments(self._real)
        figures = ["frechet_distance", "kernel_distance", *(f.name for f in dataclasses.fields(PrecisionRecall))]
        self.names = [f"{extract.kind}/{figure}" for figure in figures]

    def measure(self) -> dict:
        features, _ = self._extract(self._samples.fakes())
        if not np.isfinite(features).all():
            return dict.fromkeys(self.names)
        figures = {
            "frechet_distance": frechet_distance(Moments(features), self._moments),
            "kernel_distance": kernel_distance(features, self._real, subsets=10, subset_size=len(features) // 2)[0],
            **dataclasses.asdict(precision_recall(features, self._real)),
        }
        return {f"{self._extract.kind}/{figure}": value for figure, value in figures.items()}
