"""How varied samples are: six planted collapses and six sets of healthy samples, and each figure by hand."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from tfgan_zoo import data
from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.training.collapse import DIVERSE, EXAMPLES, LEAST_DIVERSITY
from tfgan_zoo.training.diversity import SAMPLES, Diversity


@pytest.fixture(scope="module")
def digits():
    """The digits, 16 × 16, and their classes, in a fixed order."""
    return next(data.load("digits", image_size=16).once(1437, count=1437))


@pytest.fixture(scope="module")
def pictures():
    """120 soft patterns in colour, of no class."""
    noise = np.random.default_rng(3).normal(size=(120, 32, 32, 3))
    return np.tanh(8.0 * gaussian_filter(noise, (0, 4, 4, 0))).astype(np.float32)


def nearly(image, count=SAMPLES):
    """One picture, moved by a pixel, brighter or darker, with noise: what a collapsed G makes."""
    rng = np.random.default_rng(4)
    moved = [np.roll(image, rng.integers(-1, 2, 2), (0, 1)) * rng.uniform(0.9, 1.1) for _ in range(count)]
    return np.clip(moved + rng.normal(0.0, 0.05, (count, *image.shape)), -1.0, 1.0).astype(np.float32)


def ring_points(count, modes):
    rng = np.random.default_rng(5)
    return (RING8.centres[rng.integers(0, modes, count)] + 0.02 * rng.normal(size=(count, 2))).astype(np.float32)


COLLAPSED = {
    "one image": lambda digits, labels, pictures: (digits, labels, np.repeat(digits[:1], SAMPLES, axis=0)),
    "two images": lambda digits, labels, pictures: (digits, labels, np.tile(digits[:2], (SAMPLES // 2, 1, 1, 1))),
    "one class of ten": lambda digits, labels, pictures: (digits, labels, digits[labels == 3][-SAMPLES:]),
    "nearly one picture": lambda digits, labels, pictures: (pictures, None, nearly(pictures[7])),
    "nearly three pictures": lambda digits, labels, pictures: (
        *(pictures, None),
        np.concatenate([nearly(pictures[5], 24), nearly(pictures[9], 20), nearly(pictures[40], 20)]),
    ),
    "one of eight modes": lambda digits, labels, pictures: (ring_points(512, 8), None, ring_points(SAMPLES, 1)),
}
HEALTHY = {
    "digits": lambda digits, labels, pictures: (digits, labels, digits[-SAMPLES:]),
    "blurred digits": lambda digits, labels, pictures: (
        *(digits, labels),
        gaussian_filter(digits[-SAMPLES:], (0, 1.5, 1.5, 0)),
    ),
    "noisy digits": lambda digits, labels, pictures: (
        *(digits, labels),
        (digits[-SAMPLES:] + np.random.default_rng(6).normal(0.0, 0.3, (SAMPLES, 16, 16, 1))).astype(np.float32),
    ),
    "pictures": lambda digits, labels, pictures: (pictures[:-SAMPLES], None, pictures[-SAMPLES:]),
    "blurred pictures": lambda digits, labels, pictures: (
        *(pictures[:-SAMPLES], None),
        gaussian_filter(pictures[-SAMPLES:], (0, 2, 2, 0)),
    ),
    "points": lambda digits, labels, pictures: (ring_points(512, 8), None, ring_points(SAMPLES, 8)),
}


def share_of(case, digits, pictures):
    real, labels, samples = case(*digits, pictures)
    return Diversity(real[:EXAMPLES], None if labels is None else labels[:EXAMPLES])(samples)


@pytest.mark.parametrize("name", COLLAPSED)
def test_a_planted_collapse_is_seen(name, digits, pictures):
    assert share_of(COLLAPSED[name], digits, pictures) < LEAST_DIVERSITY


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_samples_are_not_taken_for_one(name, digits, pictures):
    assert share_of(HEALTHY[name], digits, pictures) > DIVERSE


@pytest.mark.parametrize("kind", range(10))
def test_any_class_of_ten_alone_is_seen(digits, kind):
    images, labels = digits
    assert Diversity(images[:EXAMPLES], labels[:EXAMPLES])(images[labels == kind][-SAMPLES:]) < LEAST_DIVERSITY


def test_the_figures_by_hand():
    square = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [2.0, 2.0]], np.float32)
    # Of the square: a standard deviation of 1, the nearest other corner at 2.
    measure = Diversity(square)
    assert measure(square) == pytest.approx(1.0)
    assert measure(0.5 * square) == pytest.approx(0.5)  # half the spread; distances as shares of it are the same
    assert measure(square[[0, 0, 3, 3]]) == 0.0  # as much spread, and each has a copy
    # Pairs 0.5 apart in x: deviations √1.0625 and 1, the nearest at 0.5.
    pairs = square[[0, 0, 3, 3]] + np.array([[0.0, 0.0], [0.5, 0.0]] * 2, np.float32)
    spread = (np.std([0.0, 0.5, 2.0, 2.5]) + 1.0) / 2
    assert measure(pairs) == pytest.approx(0.5 / spread / 2.0)


def test_classes_by_hand():
    """Two classes, of which a quarter of the samples are of one: e to the entropy is 1.755, of 2."""
    rng = np.random.default_rng(7)
    stripes = np.ones((2, 8, 8, 1), np.float32)
    stripes[0, ::2], stripes[1, :, ::2] = -1.0, -1.0
    real = np.repeat(stripes, 64, axis=0)[rng.permutation(128)]
    labels = (real[:, 0, 1, 0] > 0).astype(int)
    real = real + rng.normal(0.0, 0.1, real.shape).astype(np.float32)
    measure = Diversity(real, labels)
    samples = np.concatenate([real[labels == 0][:16], real[labels == 1][:48]])
    expected = np.exp(-(0.25 * np.log(0.25) + 0.75 * np.log(0.75)))
    assert measure._figures(samples.reshape(64, -1))[2] == pytest.approx(expected)
    assert measure._of_real[2] == pytest.approx(2.0, rel=0.02)


def test_labels_that_say_little_are_left_out(digits):
    images, labels = digits
    for unfit in (None, np.full(100, -1), np.arange(100) // 2):
        assert len(Diversity(images[:100], unfit)._of_real) == 2
    assert len(Diversity(images[:100], labels[:100])._of_real) == 3


def test_samples_are_no_less_varied_than_a_single_example(digits):
    assert Diversity(digits[0][:1])(digits[0][:SAMPLES]) > 1.0
