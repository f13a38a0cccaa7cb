"""The metrics on features, for images and points alike."""

import dataclasses

from tfgan_zoo.common.watch import watch
from tfgan_zoo.evaluation.comparison import against_training
from tfgan_zoo.evaluation.examples import Examples
from tfgan_zoo.metrics import fid_infinity as extrapolation
from tfgan_zoo.metrics import kernel_distance as kernel
from tfgan_zoo.metrics import nearest_neighbour
from tfgan_zoo.metrics import precision_recall as manifolds
from tfgan_zoo.metrics.features import check_features
from tfgan_zoo.metrics.frechet_distance import Moments
from tfgan_zoo.metrics.frechet_distance import frechet_distance as distance
from tfgan_zoo.metrics.mind import mind as moved


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


def mind(examples: Examples, real: Examples, seed: int) -> dict:
    return {"mind": moved(examples.features, real.features, seed=seed)}


def infinity(examples: Examples, real: Examples, seed: int) -> dict:
    def progress(counts):
        return watch(counts, len(counts), "fid_infinity, count")

    return extrapolation.frechet_distance_infinity(
        examples.features, Moments(real.features), seed=seed, watch=progress
    )._asdict()


METRICS = {
    "frechet_distance": against_training(frechet),
    "kernel_distance": against_training(kernel_mmd),
    "precision_recall": against_training(manifold),
    "two_sample_accuracy": against_training(two_sample, as_many=True),
    "mind": against_training(mind, as_many=True),
    "fid_infinity": against_training(infinity),
}
