import numpy as np

from tfgan_zoo.data.digits import digits
from tfgan_zoo.evaluation import examples as module
from tfgan_zoo.evaluation.examples import PointsThemselves, generated_examples, real_examples


def mean_and_half(images):
    """Features that name the image, and probabilities by its brightness."""
    mean = np.mean(images, axis=(1, 2, 3))[:, None]
    return mean, np.concatenate([mean < 0, mean >= 0], axis=1).astype(np.float32)


class Export:
    """Images of one grey, which is the seed; classes 0, 1, 2 in turn."""

    makes_points = False
    num_classes = 3

    def generate(self, seeds):
        return np.ones((len(seeds), 2, 2, 1), np.uint8) * seeds[:, None, None, None].astype(np.uint8)


def test_real_examples_are_different_ones_in_batches(monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 100)
    source = digits(split="test", image_size=8)
    found = real_examples(source, lambda: mean_and_half, count=1000, seed=3, doing="test")
    assert len(found) == 360
    pixels, labels = source.examples.numpy(), source.labels.numpy()
    assert sorted(image.tobytes() for image in found.data) == sorted(image.tobytes() for image in pixels)
    assert sorted(found.labels) == sorted(labels)
    np.testing.assert_allclose(found.features[:, 0], found.data.mean(axis=(1, 2, 3)) / 127.5 - 1, atol=1e-6)


def test_the_seed_draws_them():
    source = digits(split="test", image_size=8)
    first, again, other = (
        real_examples(source, lambda: mean_and_half, count=20, seed=seed, doing="test").data.tobytes()
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_samples_are_those_of_the_seeds(monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    found = generated_examples(Export(), lambda: mean_and_half, count=10, seed=120)
    assert found.data[:, 0, 0, 0].tolist() == list(range(120, 130))
    assert found.labels.tolist() == [seed % 3 for seed in range(120, 130)]
    assert found.classes.tolist() == [0] * 8 + [1] * 2  # 127 is below the middle, 128 above


def test_unconditional_samples_have_no_labels():
    export = Export()
    export.num_classes = 0
    assert generated_examples(export, lambda: mean_and_half, count=3, seed=0).labels.tolist() == [-1, -1, -1]


def test_points_are_their_own_features():
    points = np.array([[1.0, 2.0]], np.float32)
    features, probabilities = PointsThemselves()(points)
    assert features.tolist() == [[1.0, 2.0]]
    assert probabilities is None
