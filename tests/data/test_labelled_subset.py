import numpy as np
import pytest
from PIL import Image

from tests.data.test_tfds import prepare_greys
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.labelled_subset import labelled_subset
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.stacked import StackedSource


@pytest.fixture(scope="module")
def source():
    return digits(image_size=16)


def test_as_many_of_each_class_as_asked_for(source):
    subset = labelled_subset(source, 3, seed=0)
    np.testing.assert_array_equal(subset.labels.numpy(), np.repeat(np.arange(10), 3))


def test_images_keep_their_labels(source):
    subset = labelled_subset(source, 2, seed=0)
    images, labels = (part.numpy() for part in source.fetch(np.arange(source.num_examples)))
    for image, label in zip(*map(np.asarray, subset.fetch(np.arange(20))), strict=True):
        same = np.all(images == image, axis=(1, 2, 3))
        assert label in labels[same]


def test_the_seed_picks(source):
    first, again, other = (labelled_subset(source, 5, seed=seed).fetch(np.arange(50))[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_too_few_examples_of_a_class_are_refused(source):
    with pytest.raises(UserError, match=r"labels_per_class=500: digits has a class of 1[0-9][0-9] examples"):
        labelled_subset(source, 500, seed=0)


def test_a_source_without_labels_is_refused():
    source = ArraySource("plain", np.zeros((4, 8, 8, 1), np.uint8), np.full(4, -1))
    with pytest.raises(UserError, match="--dataset=plain: labels are needed"):
        labelled_subset(source, 1, seed=0)


def test_streamed_files_have_labels_to_pick_from(tmp_path):
    for number in range(6):
        path = tmp_path / ("cats" if number < 4 else "dogs") / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("L", (8, 8), number).save(path)
    subset = labelled_subset(data.load(f"folder:{tmp_path}", image_size=8, in_memory=False), 2, seed=0)
    images, labels = subset.fetch(np.arange(4))
    greys = np.round((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
    assert labels.numpy().tolist() == [0, 0, 1, 1]
    assert set(greys[:2]) < {0, 1, 2, 3}
    assert set(greys[2:]) == {4, 5}


def test_stacks_have_labels_to_pick_from():
    pixels = np.arange(2, dtype=np.uint8).reshape(2, 1, 1, 1)
    stacks = StackedSource("stacks", ArraySource("base", pixels, np.arange(2), ["0", "1"]), 100, seed=0)
    assert labelled_subset(stacks, 1, seed=0).labels.numpy().tolist() == list(range(8))


def test_streamed_records_are_refused_with_the_cure(tmp_path):
    prepare_greys(tmp_path)
    source = data.load("tfds:greys", data_dir=str(tmp_path), in_memory=False)
    with pytest.raises(UserError, match="labels are not known while it is streamed; accepted: --in_memory"):
        labelled_subset(source, 1, seed=0)
