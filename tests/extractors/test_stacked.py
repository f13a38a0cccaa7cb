import numpy as np
import pytest

from tfgan_zoo.extractors.stacked import StackedClassifier


class OneBright:
    """Sees the digit d where the mean pixel is d / 10, nine times out of ten; the features are mean and maximum."""

    name = "planted"
    description = {"extractor": "classifier", "dataset": "planted"}  # noqa: RUF012

    def __call__(self, images):
        digit = np.round(10 * images.mean(axis=(1, 2, 3))).astype(int)
        probabilities = np.full((len(images), 10), 0.01, np.float32)
        probabilities[np.arange(len(images)), digit] = 0.91
        return np.stack([images.mean(axis=(1, 2, 3)), images.max(axis=(1, 2, 3))], axis=1), probabilities


def test_three_digits_are_read_as_a_number():
    images = np.ones((2, 4, 4, 3), np.float32) * np.array([[0.4, 0.0, 0.7], [0.9, 0.9, 0.1]])[:, None, None]
    features, probabilities = StackedClassifier(OneBright())(images)
    assert probabilities.shape == (2, 1000)
    assert probabilities.argmax(axis=1).tolist() == [407, 991]
    assert probabilities[0, 407] == pytest.approx(0.91**3)
    assert probabilities[0, 408] == pytest.approx(0.91**2 * 0.01)
    np.testing.assert_allclose(features[0], [0.4, 0.4, 0, 0, 0.7, 0.7])


def test_it_says_what_it_is():
    found = StackedClassifier(OneBright())
    assert found.name == "planted on each channel"
    assert found.description == {"extractor": "classifier on each channel", "dataset": "planted"}
