"""What is measured while a run goes on."""

import numpy as np
import pytest

from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.mixtures import RING8, ring8
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.game.fixed_inputs import FixedInputs
from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance
from tfgan_zoo.metrics.modes import count_modes
from tfgan_zoo.training.evaluations import Features, Modes, make_evaluations


class Brightness:
    """An extractor of two features."""

    kind = "planted"

    def __call__(self, images):
        return np.stack([images.mean(axis=(1, 2, 3)), images.std(axis=(1, 2, 3))], axis=1), None


def no_test_set():
    pytest.fail("was opened")


def test_modes_of_a_mixture(tiny_gan):
    gan = tiny_gan()
    (evaluation,) = make_evaluations(gan, ring8(), no_test_set)
    expected = vars(count_modes(FixedInputs(gan, 2500, "evaluation").fakes(), RING8.centres, RING8.deviation))
    assert evaluation.measure() == expected
    assert list(evaluation.names) == ["modes", "high_quality", "reverse_kl"] == list(expected)


def test_features_of_images(tiny_gan):
    source = digits(image_size=8)
    gan = tiny_gan((8, 8, 1))
    (evaluation,) = make_evaluations(gan, source, no_test_set, Brightness())
    figures = evaluation.measure()
    assert list(figures) == list(evaluation.names)
    fake = Brightness()(FixedInputs(gan, 1000, "evaluation").fakes())[0]
    real = np.concatenate([Brightness()(images)[0] for images, _ in source.once(100, count=1000)])
    assert figures["planted/frechet_distance"] == pytest.approx(frechet_distance(Moments(fake), Moments(real)))
    assert 0.0 <= figures["planted/coverage"] <= 1.0
    assert figures["planted/kernel_distance"] > 0.0


def test_a_generator_that_makes_no_numbers_has_no_figures(tiny_gan):
    for gan, evaluation in (
        (points := tiny_gan(), Modes(points, RING8)),
        (images := tiny_gan((8, 8, 1)), Features(images, digits(image_size=8), Brightness())),
    ):
        gan.generator.set_weights([np.full_like(weight, np.nan) for weight in gan.generator.get_weights()])
        assert evaluation.measure() == dict.fromkeys(evaluation.names)


def test_without_a_test_set_there_is_no_test_error(tiny_gan):
    gan = tiny_gan((8, 8, 1))
    gan.classifies, gan.classify = True, lambda images: images
    assert [*make_evaluations(gan, digits(image_size=8), lambda: digits(split="test"))[0].names] == ["test_error"]
    assert make_evaluations(gan, digits(image_size=8), None) == []


def test_images_without_an_extractor_have_none(tiny_gan):
    images = ArraySource("images", np.zeros((20, 4, 4, 1), np.uint8), np.zeros(20))
    assert make_evaluations(tiny_gan((4, 4, 1)), images, no_test_set) == []
