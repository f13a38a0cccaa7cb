"""What is compared with what: samples with training examples, and beside it test examples with the same ones."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source
from tfgan_zoo.evaluation.examples import Examples, generated_examples, real_examples
from tfgan_zoo.serving.exported import ExportedModel


@dataclasses.dataclass(frozen=True)
class Result:
    """The figures of one metric.

    Attributes:
        figures: of the samples, name → number.
        reference: the same of real test examples in the samples' place; None where that means nothing.
        extractor: the name of what the figures were measured by.
        samples: how many were measured.
        reference_samples: how many test examples; 0 where there is no reference.
        picture: uint8 [n, columns, H, W, C], rows of images that show what the figures cannot; None for none.
    """

    figures: dict[str, float]
    reference: dict[str, float] | None
    extractor: str
    samples: int
    reference_samples: int = 0
    picture: np.ndarray | None = None


class Comparison:
    """Samples, training and test examples, each drawn when a metric first asks for it.

    Args:
        export: the generator.
        train: the dataset that it learned from.
        test: examples that it has not seen.
        open_extractor: (train, test) → the feature extractor; called when a metric first asks for features.
        count: examples of each kind, or all there are.
        seed: of the first sample, and of every draw.
    """

    def __init__(
        self, export: ExportedModel, train: Source, test: Source, open_extractor: Callable, *, count: int, seed: int
    ):
        self.export = export
        self.train_source = train
        self.test_source = test
        self.count = count
        self.seed = seed
        self._open_extractor = open_extractor

    @functools.cached_property
    def extract(self) -> Callable:
        return self._open_extractor(self.train_source, self.test_source)

    def _extractor(self) -> Callable:
        return self.extract

    @property
    def extractor(self) -> dict | None:
        """What the extractor says of itself; None as long as no metric has asked for features."""
        return self.extract.description if "extract" in vars(self) else None

    @functools.cached_property
    def fake(self) -> Examples:
        return generated_examples(self.export, self._extractor, count=self.count, seed=self.seed)

    @functools.cached_property
    def train(self) -> Examples:
        return self._real(self.train_source, "training examples")

    @functools.cached_property
    def test(self) -> Examples:
        return self._real(self.test_source, "test examples")

    def _real(self, source: Source, doing: str) -> Examples:
        return real_examples(source, self._extractor, count=self.count, seed=self.seed, doing=doing)


def against_training(
    figures: Callable[[Examples, Examples, int], dict], *, as_many: bool = False
) -> Callable[[Comparison], Result]:
    """Makes a metric of a function.

    Args:
        figures: (examples, training examples, seed) → figures.
        as_many: no more samples, and no more test examples, are measured than there are training examples.
    """

    @functools.wraps(figures)
    def metric(comparison: Comparison) -> Result:
        fake, test, train = comparison.fake, comparison.test, comparison.train
        if as_many:
            fake, test = fake.first(len(train)), test.first(len(train))
        return Result(
            figures(fake, train, comparison.seed),
            figures(test, train, comparison.seed),
            comparison.extract.name,
            len(fake),
            len(test),
        )

    return metric


def check_same_shape(export: ExportedModel, made: np.ndarray, source: Source) -> None:
    """Refuses a dataset whose examples have another shape than those that an export makes.

    Raises:
        UserError: they have.
    """
    shape = made.shape[1:]
    if shape != source.element_shape:
        raise UserError(
            f"--dataset={source.name}: has images of {_size(source.element_shape)}, {export.path} makes "
            f"{_size(shape)}; --image_size={shape[0]} gives the dataset that size, if the channels are the same."
        )


def _size(shape: tuple) -> str:
    return " × ".join(map(str, shape))
