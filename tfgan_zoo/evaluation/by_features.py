"""The metrics on features, for images and points alike."""

import dataclasses

from tfgan_zoo.common.watch import watch
from tfgan_zoo.evaluation.comparison import against_training
from tfgan_zoo.evaluation.examples import Examples
from tfgan_zoo.metrics import kernel_distance as kernel
from tfgan_zoo.metrics import nearest_neighbour
from tfgan_zoo.metrics import precision_recall as manifolds
from tfgan_zoo.metrics.features import check_features
from tfgan_zoo.metrics.frechet_distance import Moments
from tfgan_zoo.metrics.frechet_distance import frechet_distance as distance


def frechet(examples: Examples, real: Examples, seed: int) -> dict:
    return {"frechet_distance": distance(Moments(examples.features), Moments(real.features))}


def kernel_mmd(examples: Examples, real: Examples, seed: int) -> dict:
    """Subsets of 1,000 as in the paper, or of half the examples where there are fewer than 2,000."""
    check_features(examples.features, real.features, at_least=4)
    subset_size = min(1000, len(examples) // 2, len(real) // 2)
    mean, deviation = kernel.kernel_distance(examples.features, real.features, subset_size=subset_size, seed=seed)
    return {"kernel_distance": mean, "deviation": deviation}


def manifold(examples: Examples, real: Examples, seed: int) -> dict:
    def progress(blocks):
        return watch(blocks, len(blocks), "precision and recall, block")

    return dataclasses.asdict(manifolds.precision_recall(examples.features, real.features, watch=progress))


def two_sample(examples: Examples, real: Examples, seed: int) -> dict:
    def progress(blocks):
        return watch(blocks, len(blocks), "two-sample accuracy, block")

    real = real.first(len(examples))
    return dataclasses.asdict(nearest_neighbour.two_sample_accuracy(examples.features, real.features, watch=progress))


METRICS = {
    "frechet_distance": against_training(frechet),
    "kernel_distance": against_training(kernel_mmd),
    "precision_recall": against_training(manifold),
    "two_sample_accuracy": against_training(two_sample, as_many=True),
}
