import numpy as np
import pytest

from tfgan_zoo.common.cache import cache_folder
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.mixtures import ring8
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.tfds import mnist
from tfgan_zoo.extractors import classifier
from tfgan_zoo.extractors.classifier import load_classifier


@pytest.fixture(autouse=True)
def short_training(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(classifier, "STEPS", 30)


def bright_and_dark(count, seed, names=("dark", "bright"), shape=(8, 8, 1)):
    """Noise below 100 in class 0 and above 150 in class 1."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    pixels = generator.integers(0, 100, (count, *shape)) + 150 * labels[:, None, None, None]
    return ArraySource("planted", pixels.astype(np.uint8), labels, names)


def test_it_learns_the_classes_and_says_how_well():
    found = load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    images, labels = bright_and_dark(601, 2).fetch(np.arange(601))
    features, probabilities = found(images)
    assert features.shape == (601, 128)
    assert features.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), labels)
    assert found.description["test_accuracy"] == 1.0
    assert found.name == "classifier of planted (test accuracy 100.00%)"


def test_it_is_trained_once(monkeypatch):
    images = bright_and_dark(10, 2).fetch(np.arange(10))[0]
    first = load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    monkeypatch.setattr(classifier, "_train", lambda *arguments: pytest.fail("trained again"))
    again = load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    assert again.description == first.description
    for a, b in zip(again(images), first(images), strict=True):
        np.testing.assert_array_equal(a, b)


def test_two_trainings_are_the_same_to_the_bit(monkeypatch, tmp_path):
    images = bright_and_dark(10, 2).fetch(np.arange(10))[0]
    answers = []
    for name in ("a", "b"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
        answers.append(load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))(images))
    for a, b in zip(*answers, strict=True):
        assert a.tobytes() == b.tobytes()


def test_other_images_of_the_same_name_are_another_dataset():
    for seed in (0, 1):
        load_classifier(bright_and_dark(200, seed), bright_and_dark(100, 2))
    names = sorted(path.name for path in (cache_folder() / "classifiers").iterdir())
    assert len(names) == 2
    assert all(name.startswith("planted-8x8x1-") and name.endswith("-v1.npz") for name in names)


def test_a_damaged_file_is_told_of_and_trained_anew(capsys):
    first = load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    (path,) = (cache_folder() / "classifiers").iterdir()
    intact = path.read_bytes()
    path.write_bytes(intact[: len(intact) // 2])
    again = load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    assert f"{path}: damaged" in capsys.readouterr().err
    assert again.description == first.description
    assert path.read_bytes() == intact


def test_a_cache_that_cannot_be_written_is_told_of_before_the_training(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    told = []
    monkeypatch.setattr(classifier, "_train", lambda *given: told.append(capsys.readouterr().err))
    load_classifier(bright_and_dark(200, 0), bright_and_dark(100, 1))
    assert "file/tfgan_zoo/classifiers: cannot be used as the cache (Not a directory); set XDG_CACHE_HOME" in told[0]


def test_examples_without_a_label_count_nothing():
    train, test = bright_and_dark(200, 0), bright_and_dark(100, 1)
    unlabelled = ArraySource("some", train.examples.numpy(), np.where(np.arange(200) < 150, train.labels, -1), "ab")
    half = ArraySource("some", test.examples.numpy(), np.where(np.arange(100) < 50, test.labels, -1), "ab")
    assert load_classifier(unlabelled, half).description["test_accuracy"] == 1.0


@pytest.mark.parametrize(
    "source", [bright_and_dark(20, 0, names=()), ring8(split="test")], ids=["unlabelled", "points"]
)
def test_what_has_no_classes_is_refused(source):
    with pytest.raises(UserError, match=r"has no classes to learn; accepted: .* --extractor=inception"):
        load_classifier(source, source)


@pytest.mark.slow
def test_mnist(mnist_dir, monkeypatch):
    monkeypatch.setattr(classifier, "STEPS", 1500)
    found = load_classifier(mnist(data_dir=mnist_dir), mnist(split="test", data_dir=mnist_dir))
    assert found.description["test_accuracy"] > 0.985
