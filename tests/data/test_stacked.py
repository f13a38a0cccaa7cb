import numpy as np
import pytest

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.stacked import StackedSource, stacked_digits, stacked_mnist


@pytest.fixture(scope="module")
def planted():
    """Ten digits, each a pixel as bright as its class: 0, 10 … 90."""
    pixels = (10 * np.arange(10, dtype=np.uint8)).reshape(10, 1, 1, 1)
    return StackedSource("planted", ArraySource("base", pixels, np.arange(10), list("0123456789")), 5000, seed=3)


def test_the_label_reads_the_channels(planted):
    images, labels = planted.fetch(np.arange(5000))
    digits = np.round((images.numpy()[:, 0, 0] + 1) * 127.5 / 10).astype(int)
    np.testing.assert_array_equal(digits @ [100, 10, 1], labels)
    assert planted.class_names[7] == "007"
    np.testing.assert_array_equal(labels, planted.labels)


def test_every_mode_is_about_as_likely(planted):
    counts = np.bincount(planted.labels, minlength=1000)
    assert len(counts) == 1000
    assert (counts > 0).mean() == pytest.approx(1 - np.exp(-5), abs=0.01)
    assert counts.var() == pytest.approx(5, rel=0.2)  # as of a Poisson distribution of mean 5


def test_images_are_a_pure_function_of_their_position(planted):
    some, all_of_them = planted.fetch([4999, 3])[0], planted.fetch(np.arange(5000))[0]
    np.testing.assert_array_equal(some, all_of_them.numpy()[[4999, 3]])


def test_channels_are_whole_digits():
    images, labels = stacked_digits().fetch([17])
    base = digits().fetch(np.arange(1437))
    for channel, digit in enumerate(map(int, f"{int(labels[0]):03d}")):
        same = (base[0].numpy()[..., 0] == images.numpy()[0, ..., channel]).all(axis=(1, 2))
        assert digit in base[1].numpy()[same]


@pytest.mark.parametrize(("split", "count"), [("train", 128_000), ("test", 26_000)])
def test_by_name(split, count):
    source = data.load("stacked_digits", split=split)
    assert (source.num_examples, source.element_shape, len(source.class_names)) == (count, (16, 16, 3), 1000)
    images, labels = next(iter(source.batches(8, seed=0)))
    assert images.shape == (8, 16, 16, 3)
    assert images.dtype == "float32"
    assert labels.dtype == "int32"


def test_splits_are_of_different_digits():
    train, test = (stacked_digits(split=split).fetch(np.arange(500))[0].numpy() for split in ("train", "test"))
    channels = [{c.tobytes() for c in images.transpose(0, 3, 1, 2).reshape(-1, 256)} for images in (train, test)]
    assert len(channels[0] & channels[1]) <= 2  # the digits hold a few identical pairs


def test_size():
    assert stacked_digits(image_size=32).element_shape == (32, 32, 3)


def test_a_base_that_would_be_streamed_is_held_in_memory(mnist_dir, monkeypatch):
    """As MNIST is from 96 pixels on."""
    monkeypatch.setattr("tfgan_zoo.data.images.IN_MEMORY_BYTES", 0)
    source = stacked_mnist(split="test", data_dir=mnist_dir)
    assert (source.num_examples, source.element_shape, source.in_memory) == (26_000, (28, 28, 3), True)


def test_a_size_that_does_not_fit_into_memory_is_told_with_its_cure(monkeypatch):
    def no_memory(**options):
        raise MemoryError("Unable to allocate 60 GiB")

    monkeypatch.setattr("tfgan_zoo.data.tfds.mnist", no_memory)
    with pytest.raises(UserError, match=r"--dataset=stacked_mnist: does not fit .* accepted: a smaller --image_size"):
        data.load("stacked_mnist", image_size=1000)


def test_mistakes():
    with pytest.raises(UserError, match="Did you mean 'test'"):
        stacked_digits(split="tset")
