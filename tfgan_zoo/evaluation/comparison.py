"""What is compared with what: samples with training examples, and beside it test examples with the same ones."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

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
        extract: the feature extractor.
        count: examples of each kind, or all there are.
        seed: of the first sample, and of every draw.
    """

    def __init__(self, export: ExportedModel, train: Source, test: Source, extract: Callable, *, count: int, seed: int):
        self.export = export
        self.train_source = train
        self.test_source = test
        self.extract = extract
        self.count = count
        self.seed = seed

    @functools.cached_property
    def fake(self) -> Examples:
        return generated_examples(self.export, self.extract, count=self.count, seed=self.seed)

    @functools.cached_property
    def train(self) -> Examples:
        return self._real(self.train_source, "training examples")

    @functools.cached_property
    def test(self) -> Examples:
        return self._real(self.test_source, "test examples")

    def _real(self, source: Source, doing: str) -> Examples:
        return real_examples(source, self.extract, count=self.count, seed=self.seed, doing=doing)


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
