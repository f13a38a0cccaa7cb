import numpy as np
import pytest

from tests.data.test_tfds import found_greys, grey_examples, prepare, prepare_greys
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.held_out import has_test_split, hold_out
from tfgan_zoo.data.source import ArraySource


def source(count):
    return ArraySource("greys", np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1), np.arange(count), ["a", "b"])


def greys(part):
    return np.round((part.fetch(np.arange(part.num_examples))[0].numpy().ravel() + 1) * 127.5).astype(int)


def test_a_fifth_is_held_out_and_nothing_is_lost():
    train, test = hold_out(source(53))
    assert (train.num_examples, test.num_examples) == (43, 10)
    assert sorted([*greys(train), *greys(test)]) == list(range(53))
    np.testing.assert_array_equal(train.labels, greys(train))
    np.testing.assert_array_equal(test.fetch([3])[1], test.labels[3:4])
    assert train.class_names == ["a", "b"]


def test_always_the_same():
    np.testing.assert_array_equal(greys(hold_out(source(53))[1]), greys(hold_out(source(53))[1]))


def test_too_few():
    with pytest.raises(UserError, match="at least 5 images are needed to hold some out; it has 4"):
        hold_out(source(4))


def test_streamed_records_are_cut_as_well(tmp_path):
    prepare_greys(tmp_path)
    whole = data.load("tfds:greys", data_dir=str(tmp_path), in_memory=False)
    train, test = hold_out(whole)
    assert (train.num_examples, test.num_examples) == (32, 8)
    assert (train.in_memory, train.order) == (False, "streamed")
    for part in (train, test):
        epochs = np.array(found_greys(part.batches(8, seed=0).take(2 * part.num_examples // 8))).reshape(2, -1)
        assert sorted(epochs[0]) == sorted(epochs[1])
    found = [np.concatenate([images[:, 0, 0, 0] for images, _ in part.once(5)]) for part in (train, test)]
    assert sorted(np.round((np.concatenate(found) + 1) * 127.5)) == list(range(40))


def test_which_datasets_have_a_test_split(tmp_path):
    import tensorflow_datasets as tfds

    prepare_greys(tmp_path)
    prepare(tmp_path, "one_split", {"image": tfds.features.Image(shape=(4, 4, 1))}, grey_images(5), splits=("train",))
    (tmp_path / "folder" / "train").mkdir(parents=True)
    assert has_test_split("digits")
    assert has_test_split("rings")
    assert has_test_split("tfds:greys", str(tmp_path))
    assert not has_test_split("tfds:one_split", str(tmp_path))
    assert not has_test_split(f"folder:{tmp_path}/folder")
    (tmp_path / "folder" / "test").mkdir()
    assert has_test_split(f"folder:{tmp_path}/folder")


def grey_images(count):
    return [{"image": example["image"]} for example in grey_examples(count)]
