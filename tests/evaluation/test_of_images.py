"""Real images score at the ceiling; shuffled pixels and one repeated image at the floor."""

import types

import numpy as np
import pytest

from tfgan_zoo.data.digits import digits
from tfgan_zoo.evaluation.comparison import Comparison
from tfgan_zoo.evaluation.of_images import METRICS, default_count, defaults
from tfgan_zoo.extractors.classifier import load_classifier


class Planted:
    """An export that makes given images."""

    makes_points = False
    classifies = False

    def __init__(self, images, num_classes=0):
        self.images = images
        self.num_classes = num_classes

    def generate(self, seeds):
        return self.images[seeds]


@pytest.fixture(scope="module")
def comparisons(classifier_cache):
    """Name → comparison, of copies of training images, other real images, shuffled pixels and one repeated image."""
    train, test = digits(), digits(split="test")
    extract = load_classifier(train, test)
    pixels, labels = test.examples.numpy(), test.labels.numpy()
    shuffled = np.random.default_rng(0).permuted(pixels.reshape(360, -1), axis=1).reshape(pixels.shape)
    planted = {
        "copies": train.examples.numpy()[:360],
        "shuffled": shuffled,
        "repeated": np.repeat(pixels[:1], 360, axis=0),
        "one class": np.concatenate([pixels[labels == 3]] * 11)[:360],
    }
    return {
        name: Comparison(Planted(images), train, test, lambda *_: extract, count=360, seed=0)
        for name, images in planted.items()
    }


def test_real_images_are_at_the_ceiling(comparisons):
    """The reference of every comparison: test images against training images."""
    comparison = comparisons["copies"]
    reference = {name: METRICS[name](comparison).reference for name in defaults(comparison)}
    assert abs(reference["kernel_distance"]["kernel_distance"]) < reference["kernel_distance"]["deviation"]
    assert reference["precision_recall"]["precision"] > 0.8
    assert reference["precision_recall"]["recall"] > 0.8
    assert reference["precision_recall"]["density"] == pytest.approx(1.0, abs=0.2)
    assert reference["precision_recall"]["coverage"] > 0.85
    assert reference["two_sample_accuracy"]["accuracy"] == pytest.approx(0.5, abs=0.08)
    assert reference["inception_score"]["inception_score"] > 8
    assert reference["modes"]["modes"] == reference["modes"]["modes_of_data"] == 10
    assert reference["modes"]["reverse_kl"] < 0.05


def test_shuffled_pixels_and_one_repeated_image_are_at_the_floor(comparisons):
    for name in ("shuffled", "repeated"):
        comparison = comparisons[name]
        frechet = METRICS["frechet_distance"](comparison)
        assert frechet.figures["frechet_distance"] > 20 * frechet.reference["frechet_distance"]
        kernel = METRICS["kernel_distance"](comparison)
        assert kernel.figures["kernel_distance"] > 20 * kernel.reference["deviation"]
        manifold = METRICS["precision_recall"](comparison).figures
        assert manifold["recall"] < 0.15
        assert manifold["coverage"] < 0.1
        assert METRICS["two_sample_accuracy"](comparison).figures["accuracy"] > 0.95


def test_one_repeated_image_has_one_mode_and_no_variety(comparisons):
    comparison = comparisons["repeated"]
    assert METRICS["inception_score"](comparison).figures["inception_score"] == pytest.approx(1.0)
    modes = METRICS["modes"](comparison).figures
    assert modes["modes"] == 1
    assert modes["reverse_kl"] == pytest.approx(np.log(10), abs=0.1)
    similarity = METRICS["ms_ssim"](comparison)
    assert similarity.figures["ms_ssim"] == pytest.approx(1.0)
    assert similarity.reference["ms_ssim"] < 0.7


def test_copies_of_training_images_are_found_out(comparisons):
    result = METRICS["memorisation"](comparisons["copies"])
    # A distance is the root of ‖a‖² − 2ab + ‖b‖²: of a copy, the root of what rounding leaves.
    assert result.figures == {"nearest_distance": pytest.approx(0.0, abs=1e-5), "copies": 1.0}
    assert result.reference["copies"] == pytest.approx(0.01, abs=0.005)
    assert result.reference["nearest_distance"] > 1.0
    sample, gap, nearest = (result.picture[:, column] for column in range(3))
    np.testing.assert_array_equal(sample, nearest)
    assert (gap == 255).all()
    assert METRICS["memorisation"](comparisons["shuffled"]).figures["copies"] == 0.0


def test_real_images_teach_a_nearest_neighbour_and_shuffled_labels_do_not(comparisons):
    comparison = comparisons["copies"]
    train, test = comparison.train_source, comparison.test_source
    by_class = np.argsort(train.labels.numpy(), kind="stable").reshape(-1)
    turns = [np.flatnonzero(train.labels.numpy() == label)[:36] for label in range(10)]
    in_turn = np.stack(turns, axis=1).reshape(-1)  # image k is of class k mod 10, as a conditional export answers
    for order, low, high in ((in_turn, 0.0, 0.1), (by_class[:360], 0.5, 1.0)):
        export = Planted(train.examples.numpy()[order], num_classes=10)
        result = METRICS["fakes_as_training_set"](
            Comparison(export, train, test, lambda *_: comparison.extract, count=360, seed=0)
        )
        assert low <= result.figures["nearest_neighbour_error"] <= high
        assert result.reference["nearest_neighbour_error"] < 0.1


def test_as_many_samples_as_there_are_test_images():
    sizes = [types.SimpleNamespace(num_examples=count) for count in (60_000, 10_000, 360)]
    assert default_count(sizes[0], sizes[1]) == 10_000
    assert default_count(sizes[0], sizes[2]) == 360
