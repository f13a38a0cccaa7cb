import json

import numpy as np
import pytest
from PIL import Image

from tests.data.test_tfds import grey_examples, prepare
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import PartOfSource
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, spec_of


@pytest.fixture
def run(tmp_path):
    """The export of a run on 8-pixel digits."""
    export = tmp_path / "run" / "export" / "1"
    export.mkdir(parents=True)
    settings = {"dataset": "digits", "image_size": 8, "data_dir": "there"}
    (tmp_path / "run" / "config.json").write_text(json.dumps({"settings": settings}))
    return export


def test_a_run_says_what_it_was_trained_on(run):
    assert spec_of(run, None, None, None) == DatasetSpec("digits", 8, "there")
    assert spec_of(run, "digits", None, "here") == DatasetSpec("digits", 8, "here")
    assert spec_of(run, None, 16, None) == DatasetSpec("digits", 16, "there")


def test_another_dataset_takes_nothing_from_the_run(run):
    assert spec_of(run, "ring8", None, None) == DatasetSpec("ring8", None, None)


def test_an_export_may_describe_itself(tmp_path):
    (tmp_path / "assets.extra").mkdir()
    (tmp_path / "assets.extra" / "description.json").write_text('{"dataset": "grid25"}')
    assert spec_of(tmp_path, None, None, None) == DatasetSpec("grid25", None, None)


def test_nothing_says_it(tmp_path):
    with pytest.raises(UserError, match=r"--dataset is missing: .* does not say what it was trained on"):
        spec_of(tmp_path, None, None, None)


def test_a_misspelt_dataset(tmp_path):
    with pytest.raises(UserError, match="Did you mean 'digits'"):
        spec_of(tmp_path, "digit", None, None)


def test_both_splits_are_opened():
    train, test = DatasetSpec("digits", 8, None).open()
    assert (train.num_examples, test.num_examples) == (1437, 360)
    assert train.element_shape == test.element_shape == (8, 8, 1)


def pictures(folder, count, start=0):
    folder.mkdir(parents=True)
    for index in range(count):
        Image.new("RGB", (4, 4), (start + index, 0, 0)).save(folder / f"{index:02d}.png")


def test_a_plain_folder_is_cut_in_two(tmp_path):
    pictures(tmp_path / "a", 10)
    train, test = DatasetSpec(f"folder:{tmp_path}", 4, None).open()
    assert isinstance(test, PartOfSource)
    reds = [np.round((s.fetch(np.arange(s.num_examples))[0].numpy()[:, 0, 0, 0] + 1) * 127.5) for s in (train, test)]
    assert [len(part) for part in reds] == [8, 2]
    assert sorted(np.concatenate(reds)) == list(range(10))
    assert train.labels.numpy().tolist() == [0] * 8


def test_a_class_may_be_called_test(tmp_path):
    pictures(tmp_path / "exam", 5)
    pictures(tmp_path / "test", 5, start=100)
    spec = DatasetSpec(f"folder:{tmp_path}", 4, None)
    train, test = spec.open()
    assert spec.is_cut
    assert (train.num_examples, test.num_examples) == (8, 2)
    assert train.class_names == ["exam", "test"]


def test_a_folder_of_splits_is_not(tmp_path):
    pictures(tmp_path / "train" / "a", 5)
    pictures(tmp_path / "test" / "a", 2, start=100)
    spec = DatasetSpec(f"folder:{tmp_path}", 4, None)
    train, test = spec.open()
    assert not spec.is_cut
    assert (train.num_examples, test.num_examples) == (5, 2)
    assert not isinstance(test, PartOfSource)


@pytest.mark.parametrize("in_memory_bytes", [0, 10**9])
def test_a_dataset_of_tfds_without_a_test_split_is_cut_in_two(tmp_path, monkeypatch, in_memory_bytes):
    import tensorflow_datasets as tfds

    monkeypatch.setattr("tfgan_zoo.data.images.IN_MEMORY_BYTES", in_memory_bytes)
    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "label": tfds.features.ClassLabel(num_classes=3)}
    prepare(tmp_path, "one_split", features, grey_examples(10), splits=("train",))
    spec = DatasetSpec("tfds:one_split", None, str(tmp_path))
    assert spec.is_cut
    train, test = spec.open()
    assert train.in_memory == (in_memory_bytes > 0)
    found = [np.concatenate([images[:, 0, 0, 0] for images, _ in part.once(4)]) for part in (train, test)]
    assert [len(part) for part in found] == [8, 2]
    assert sorted(np.round((np.concatenate(found) + 1) * 127.5)) == list(range(10))


def test_two_domains_are_never_cut(tmp_path):
    assert not DatasetSpec(f"edges:folder:{tmp_path}", None, None).is_cut
    assert not DatasetSpec("tfds:cycle_gan/maps", None, None).is_cut
