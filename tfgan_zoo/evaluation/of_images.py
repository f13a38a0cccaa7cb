"""The metrics of images."""

import dataclasses
from collections.abc import Callable

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.source import Source
from tfgan_zoo.data.stacked import StackedSource
from tfgan_zoo.evaluation import by_features
from tfgan_zoo.evaluation.comparison import Comparison, Result
from tfgan_zoo.evaluation.examples import Examples
from tfgan_zoo.metrics import inception_score as score
from tfgan_zoo.metrics import ms_ssim as similarity
from tfgan_zoo.metrics import sliced_wasserstein as sliced
from tfgan_zoo.metrics.modes import count_classes
from tfgan_zoo.metrics.nearest_neighbour import nearest_in, nearest_neighbour_error
from tfgan_zoo.pictures.grids import to_pixels

SAMPLES = 10_000
SAMPLES_OF_STACKED_DIGITS = 26_000  # VEEGAN's protocol
QUERIES = 1000  # samples whose nearest training images are looked for
PATCHED = 2000  # images of which patches are drawn
ROWS_SHOWN, NEIGHBOURS_SHOWN = 10, 7
ROWS_AT_ONCE = 5000
MANY_CLASSES = 100  # above, diversity within a class would take hours and say little


def inception_score(comparison: Comparison) -> Result:
    """Inception score, and its deviation over 10 splits."""

    def figures(examples):
        mean, deviation = score.inception_score(examples.probabilities, seed=comparison.seed)
        return {"inception_score": mean, "deviation": deviation}

    return _result(comparison, figures)


def modes(comparison: Comparison) -> Result:
    """Classes found and reverse KL, the classifier being the judge."""
    _check_knows_classes(comparison, "modes")
    shares = _class_shares(comparison)

    def figures(examples):
        return {**dataclasses.asdict(count_classes(examples.classes, shares)), "modes_of_data": len(shares)}

    return _result(comparison, figures)


def ms_ssim(comparison: Comparison) -> Result:
    """Likeness of two samples of a class: the mean over classes and the highest, which is that of a collapsed one."""
    _check_knows_classes(comparison, "ms_ssim")

    def figures(examples):
        labels = examples.classes if (examples.labels < 0).any() else examples.labels
        by_class = similarity.ms_ssim_by_class(examples.data, labels, seed=comparison.seed)
        return {"ms_ssim": float(np.mean(list(by_class.values()))), "highest": max(by_class.values())}

    scales = len(similarity.scales_of(comparison.fake.data.shape))
    return _result(comparison, figures, f"pixels, {scales} of 5 scales")


def memorisation(comparison: Comparison) -> Result:
    """Distance to the nearest training image, and the share of samples that are nearer to one than 99 % of the test
    images are: copies."""
    source = comparison.train_source
    fakes, tests = (_flat(examples.data[:QUERIES]) for examples in (comparison.fake, comparison.test))
    batches = -(-source.num_examples // ROWS_AT_ONCE)
    parts = (_flat(to_pixels(images)) for images, _ in source.once(ROWS_AT_ONCE))
    both = np.concatenate([fakes, tests])
    count = min(NEIGHBOURS_SHOWN, source.num_examples)
    distances, found = nearest_in(both, watch(parts, batches, "nearest training images, batch"), count)
    nearest = distances[:, 0]
    border = np.quantile(nearest[len(fakes) :], 0.01)

    def figures(distances):
        return {"nearest_distance": float(distances.mean()), "copies": float(np.mean(distances < border))}

    shown = fakes[:ROWS_SHOWN, None]
    rows = np.concatenate([shown, np.ones_like(shown), found[: len(shown)]], axis=1)  # a white image keeps them apart
    return Result(
        figures(nearest[: len(fakes)]),
        figures(nearest[len(fakes) :]),
        "pixels",
        len(fakes),
        len(tests),
        picture=np.round(rows * 255.0).astype(np.uint8).reshape(*rows.shape[:2], *source.element_shape),
    )


def fakes_as_training_set(comparison: Comparison) -> Result:
    """Test error of the nearest neighbour among labelled samples; the reference learns from as many real images."""
    if not comparison.export.num_classes:
        raise UserError(
            f"--metrics=fakes_as_training_set: {comparison.export.path} makes no classes; accepted: a conditional "
            "model's export, such as cdcgan's."
        )

    def figures(training: Examples):
        test = comparison.test
        error = nearest_neighbour_error(_flat(training.data), training.labels, _flat(test.data), test.labels)
        return {"nearest_neighbour_error": error}

    fake, train = comparison.fake, comparison.train
    return Result(figures(fake), figures(train), "pixels", len(fake), len(train))


def sliced_wasserstein(comparison: Comparison) -> Result:
    """The distance of patches to those of training images at each scale, and its mean."""
    fake, test, train = (part.first(PATCHED) for part in (comparison.fake, comparison.test, comparison.train))

    def figures(examples):
        levels = sliced.sliced_wasserstein(examples.data, train.data, seed=comparison.seed)
        return {
            **{f"{side} px": value for side, value in levels.items()},
            "mean": float(np.mean(list(levels.values()))),
        }

    return Result(figures(fake), figures(test), "patches of 7 × 7 pixels", len(fake), len(test))


def _result(comparison: Comparison, figures: Callable[[Examples], dict], extractor: str | None = None) -> Result:
    """Measures samples, and test images in their place."""
    fake, test = comparison.fake, comparison.test
    return Result(figures(fake), figures(test), extractor or comparison.extract.name, len(fake), len(test))


def _check_knows_classes(comparison: Comparison, metric: str) -> None:
    if not comparison.extract.knows_classes:
        raise UserError(
            f"--metrics={metric}: {comparison.extract.name} does not know the classes of "
            f"{comparison.train_source.name}; accepted: --extractor=classifier."
        )


def _class_shares(comparison: Comparison) -> np.ndarray:
    source = comparison.train_source
    known = getattr(source, "labels", None)  # a streamed dataset does not hold them
    labels = comparison.train.labels if known is None else known.numpy()
    counts = np.bincount(labels[labels >= 0], minlength=len(source.class_names))
    return counts / counts.sum()


def _flat(pixels: np.ndarray) -> np.ndarray:
    return pixels.reshape(len(pixels), -1).astype(np.float32) / 255.0


BY_PIXELS = ("sliced_wasserstein", "memorisation")
METRICS = {
    **by_features.METRICS,
    "inception_score": inception_score,
    "modes": modes,
    "ms_ssim": ms_ssim,
    "sliced_wasserstein": sliced_wasserstein,
    "memorisation": memorisation,
    "fakes_as_training_set": fakes_as_training_set,
}


def defaults(comparison: Comparison) -> list[str]:
    """Returns the metrics that make sense for an export and a dataset."""
    classes = len(comparison.train_source.class_names)
    names = [*(name for name in by_features.METRICS if name != "fid_infinity"), "inception_score", "memorisation"]
    if comparison.extract.knows_classes:
        names.append("modes")
        if classes <= MANY_CLASSES and min(comparison.train_source.element_shape[:2]) >= similarity.FILTER:
            names.append("ms_ssim")
    if comparison.export.num_classes:
        names.append("fakes_as_training_set")
    if comparison.export.classifies:
        names.append("test_error")
    return names


def default_count(train: Source, test: Source) -> int:
    """Returns how many samples to draw: no more than there are test images, for the reference to be of as many."""
    wanted = SAMPLES_OF_STACKED_DIGITS if isinstance(train, StackedSource) else SAMPLES
    return min(wanted, train.num_examples, test.num_examples)
