import pathlib
import time
import types

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from tfgan_zoo import data
from tfgan_zoo.common import hosts
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data import images
from tfgan_zoo.data import records as zoo_records
from tfgan_zoo.data import tfds as zoo_tfds
from tfgan_zoo.data.records import Records, RecordSource
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.tfds import any_tfds, has_test_split, mnist


def prepare(data_dir, name, features, examples, splits=("train", "test")):
    """Writes a dataset in TFDS's own form, of which every example is a dict of arrays."""

    def dataset(part):
        specs = {key: tf.TensorSpec(feature.shape, feature.dtype) for key, feature in features.items()}
        return tf.data.Dataset.from_generator(lambda: iter(part), output_signature=specs)

    tfds.dataset_builders.TfDataBuilder(
        name=name,
        version="1.0.0",
        features=tfds.features.FeaturesDict(features),
        split_datasets={split: dataset(examples if split == "train" else examples[:2]) for split in splits},
        data_dir=str(data_dir),
    ).download_and_prepare()


def grey_examples(count, size=(4, 4), channels=1):
    return [{"image": np.full((*size, channels), grey, np.uint8), "label": grey % 3} for grey in range(count)]


def prepare_greys(data_dir):
    """Writes forty pictures, each of its own grey, in three classes."""
    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "label": tfds.features.ClassLabel(names=["a", "b", "c"])}
    prepare(data_dir, "greys", features, grey_examples(40))


@pytest.fixture
def greys(tmp_path):
    prepare_greys(tmp_path)
    return str(tmp_path)


@pytest.fixture
def streamed(monkeypatch):
    """Datasets are streamed unless they are asked for in memory."""
    monkeypatch.setattr(images, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(zoo_records, "SHUFFLED_BYTES", 600)  # some 7 records at a time


def found_greys(batches):
    return [np.round((pixels.numpy()[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist() for pixels, _ in batches]


@pytest.mark.parametrize("in_memory", [True, False])
def test_prepared_files_in_a_folder_with_brackets_are_found(greys, in_memory):
    odd = pathlib.Path(greys, "a[1]*?")
    odd.mkdir()
    pathlib.Path(greys, "greys").rename(odd / "greys")
    source = any_tfds("greys", data_dir=str(odd), in_memory=in_memory)
    assert source.num_examples == 40
    (found,) = found_greys(source.batches(40, seed=0).take(1))
    assert sorted(found) == list(range(40))


def test_in_memory(greys):
    source = any_tfds("greys", data_dir=greys)
    assert isinstance(source, ArraySource)
    assert source.name == "tfds:greys"
    assert source.num_examples == 40
    assert source.element_shape == (4, 4, 1)
    assert source.class_names == ["a", "b", "c"]
    first = source.examples.numpy()[:, 0, 0, 0]
    assert sorted(first.tolist()) == list(range(40))
    assert (source.examples.numpy() == first[:, None, None, None]).all()
    np.testing.assert_array_equal(source.labels, first % 3)


def test_same_examples_as_tfds_itself(greys):
    expected = tfds.load("greys", split="train", data_dir=greys, batch_size=-1)
    source = any_tfds("greys", data_dir=greys)
    np.testing.assert_array_equal(source.examples, expected["image"])
    np.testing.assert_array_equal(source.labels, expected["label"])


def test_splits_and_slices(greys):
    assert any_tfds("greys", split="test", data_dir=greys).num_examples == 2
    everything = any_tfds("greys", data_dir=greys).examples.numpy()
    part = any_tfds("greys", split="train[25%:]", data_dir=greys).examples.numpy()
    np.testing.assert_array_equal(part, everything[10:])


def test_data_dir_of_the_environment_is_read_when_it_is_needed(greys, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", greys)
    assert data.load("tfds:greys", image_size=8).element_shape == (8, 8, 1)


def test_streamed_epochs(greys, streamed):
    source = any_tfds("greys", data_dir=greys)
    assert isinstance(source, RecordSource)
    assert 1 < source.records.chunk < 40
    batches = list(source.batches(8, seed=3).take(15))
    epochs = np.array(found_greys(batches)).reshape(3, 40)
    np.testing.assert_array_equal(np.sort(epochs), [range(40)] * 3)
    assert len({tuple(epoch) for epoch in epochs.tolist()}) == 3
    for pixels, labels in batches:
        np.testing.assert_array_equal(labels, np.round((pixels[:, 0, 0, 0] + 1) * 127.5) % 3)


def test_streamed_elements_are_as_those_in_memory(greys):
    in_memory, streamed = (any_tfds("greys", data_dir=greys, in_memory=choice) for choice in (True, False))
    assert (in_memory.in_memory, streamed.in_memory) == (True, False)
    assert streamed.batches(8, seed=0).element_spec == in_memory.batches(8, seed=0).element_spec


@pytest.mark.parametrize("start_step", [1, 4, 5, 11])
def test_streamed_from_any_step(greys, streamed, start_step):
    source = any_tfds("greys", data_dir=greys)
    expected = found_greys(source.batches(7, seed=3).take(15))
    assert found_greys(source.batches(7, seed=3, start_step=start_step).take(15 - start_step)) == expected[start_step:]


def test_streamed_order_is_of_seed_and_purpose_alone(greys, streamed):
    def order(**options):
        return found_greys(any_tfds("greys", data_dir=greys).batches(8, **options).take(5))

    tf.random.set_seed(1)
    first = order(seed=3)
    tf.random.set_seed(2)
    assert order(seed=3) == first
    assert order(seed=4) != first
    assert order(seed=3, purpose="reference") != first


def test_several_files_are_read_in_another_order_each_epoch(tmp_path, streamed):
    names = []
    for shard in range(4):
        names.append(str(tmp_path / f"{shard}.tfrecord"))
        with tf.io.TFRecordWriter(names[-1]) as writer:
            for number in range(20):
                writer.write(f"{shard * 20 + number}".encode())
    instructions = [
        types.SimpleNamespace(filename=name, skip=2 if name == names[0] else 0, take=18, examples_in_shard=20)
        for name in names
    ]
    records = Records(instructions)
    kept = [*range(2, 20), *range(20, 38), *range(40, 58), *range(60, 78)]
    assert len(records) == 72
    assert [int(record) for record in records.in_order().as_numpy_iterator()] == kept
    epochs = [
        [int(record) for record in records.shuffled(tf.constant(epoch, tf.int64), 0, "data").as_numpy_iterator()]
        for epoch in range(4)
    ]
    assert all(sorted(epoch) == kept for epoch in epochs)
    assert len({epoch[0] // 20 for epoch in epochs}) > 1


@pytest.mark.parametrize(("size", "expected"), [(None, 64), (8, 8)])
def test_sizes_that_vary(tmp_path, size, expected):
    examples = [{"image": np.full((4 + grey, 9, 3), grey, np.uint8)} for grey in range(6)]
    prepare(tmp_path, "varying", {"image": tfds.features.Image()}, examples)
    source = any_tfds("varying", data_dir=str(tmp_path), image_size=size)
    assert source.element_shape == (expected, expected, 3)
    assert sorted(source.examples.numpy()[:, 0, 0, 0].tolist()) == list(range(6))
    assert source.labels.numpy().tolist() == [-1] * 6
    assert source.class_names == []


def test_streamed_sizes_that_vary(tmp_path, streamed):
    examples = [{"image": np.full((4 + grey, 9, 3), grey, np.uint8)} for grey in range(6)]
    prepare(tmp_path, "varying", {"image": tfds.features.Image()}, examples)
    batches = any_tfds("varying", data_dir=str(tmp_path), image_size=8).batches(6, seed=0).take(1)
    assert sorted(found_greys(batches)[0]) == list(range(6))


def test_oblong_images_keep_their_shape_unless_a_size_is_asked_for(tmp_path):
    prepare(
        tmp_path,
        "oblong",
        {"picture": tfds.features.Image(shape=(4, 6, 3))},
        [{"picture": np.full((4, 6, 3), grey, np.uint8)} for grey in range(3)],
    )
    assert any_tfds("oblong", data_dir=str(tmp_path)).element_shape == (4, 6, 3)
    assert any_tfds("oblong", data_dir=str(tmp_path), image_size=4).element_shape == (4, 4, 3)


def test_the_only_class_label_counts_whatever_its_name(tmp_path):
    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "kind": tfds.features.ClassLabel(num_classes=3)}
    examples = [{"image": example["image"], "kind": example["label"]} for example in grey_examples(6)]
    prepare(tmp_path, "kinds", features, examples)
    source = any_tfds("kinds", data_dir=str(tmp_path))
    assert sorted(source.labels.numpy().tolist()) == [0, 0, 1, 1, 2, 2]
    assert source.class_names == ["0", "1", "2"]


def test_of_several_class_labels_none_counts(tmp_path):
    label = tfds.features.ClassLabel(num_classes=3)
    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "one": label, "other": label}
    examples = [{"image": example["image"], "one": 1, "other": 2} for example in grey_examples(4)]
    prepare(tmp_path, "both", features, examples)
    assert any_tfds("both", data_dir=str(tmp_path)).labels.numpy().tolist() == [-1] * 4


def test_images_of_sixteen_bits_are_refused(tmp_path):
    features = {"depth": tfds.features.Image(shape=(4, 4, 1), dtype=np.uint16)}
    prepare(tmp_path, "deep", features, [{"depth": np.zeros((4, 4, 1), np.uint16)}] * 2)
    assert "none of its features is an 8-bit image; it has depth" in message_of("deep", data_dir=str(tmp_path))


def test_damaged_files(greys):
    for file in pathlib.Path(greys).rglob("*train.tfrecord*"):
        file.write_bytes(file.read_bytes()[:-30])
    assert "damaged files in" in message_of("greys", data_dir=greys)


def test_missing_files(greys):
    for file in pathlib.Path(greys).rglob("*train.tfrecord*"):
        file.unlink()
    assert "cannot read" in message_of("greys", data_dir=greys)


def test_nothing_is_written_to_the_terminal(greys, capfd):
    any_tfds("greys", data_dir=greys)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert not [line for line in captured.err.splitlines() if "tfds" in line.lower() or "%" in line]


def test_mnist(mnist_dir):
    source = mnist(split="test", data_dir=mnist_dir)
    assert source.name == "mnist"
    assert source.num_examples == 10_000
    assert source.element_shape == (28, 28, 1)
    assert source.class_names == list("0123456789")
    # Facts of the published test set: the images of each class.
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(source.labels).tolist() == counts
    expected = tfds.load("mnist", split="test[:50]", data_dir=mnist_dir, batch_size=-1)
    np.testing.assert_array_equal(source.examples[:50], expected["image"])


def test_mnist_resized(mnist_dir):
    source = data.load("mnist", split="test[:100]", data_dir=mnist_dir, image_size=32)
    assert source.element_shape == (32, 32, 1)
    pixels, _ = next(iter(source.batches(100, seed=0)))
    assert pixels.numpy().min() == -1
    assert pixels.numpy().max() > 0.9


def message_of(name, **options):
    with pytest.raises(UserError) as raised:
        any_tfds(name, **options)
    message = str(raised.value)
    assert "\n" not in message
    return message


def refuse(url, **options):
    import requests

    raise requests.ConnectionError("no network")


def hang(url, **options):
    time.sleep(60)
    refuse(url)


@pytest.mark.parametrize(("answer", "patience"), [(refuse, 5.0), (hang, 0.5)])
def test_without_a_network_the_failure_is_quick_and_says_what_to_do(tmp_path, monkeypatch, answer, patience):
    monkeypatch.setattr("requests.get", answer)
    monkeypatch.setattr(hosts, "SECONDS_TO_ANSWER", patience)
    start = time.monotonic()
    with pytest.raises(UserError) as raised:
        mnist(data_dir=str(tmp_path))
    assert time.monotonic() - start < 5
    message = str(raised.value)
    assert "\n" not in message
    for part in ["--dataset=mnist", str(tmp_path), "cannot be reached", "--data_dir=DIR", "digits, ring8, grid25"]:
        assert part in message


def test_a_failing_download_is_told_in_one_line(tmp_path, monkeypatch, capfd):
    def fail(self, **options):
        print("banner")
        raise OSError("Not enough disk space.\nNeeded: 1 TiB")

    monkeypatch.setattr(zoo_tfds, "silent_hosts", lambda urls: "")
    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", fail)
    message = message_of("mnist", data_dir=str(tmp_path))
    assert "Not enough disk space. Give a prepared copy" in message
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == f"tfds:mnist: downloading and preparing '{tmp_path}/mnist/3.0.1' …\n"


def test_unknown_names():
    assert message_of("mnsit").endswith("TensorFlow Datasets has no 'mnsit'. Nearest: mnist, kmnist, emnist.")
    assert message_of("qqqqqqqqq").endswith("has no 'qqqqqqqqq'.")
    assert "'emnist' has no configuration 'leters'. Valid: byclass," in message_of("emnist/leters")
    assert "only: 3.0.1" in message_of("mnist:9.9.9")


@pytest.mark.parametrize("name", ["a b", "mnist/", "../mnist", "huggingface:mnist", ""])
def test_malformed_names(name):
    assert "is not of the form NAME[/CONFIG][:VERSION]" in message_of(name)


def test_unknown_splits(greys):
    message = message_of("greys", split="trian", data_dir=greys)
    assert message == "unknown split 'trian' of tfds:greys. Did you mean 'train'? Valid: train, test, or slices."
    assert "Valid: train, test" in message_of("greys", split="train[", data_dir=greys)
    assert "is empty" in message_of("greys", split="train[:0]", data_dir=greys)


def test_size_out_of_range():
    assert "--image_size=0" in message_of("mnist", image_size=0)


def test_a_validation_split_stands_for_the_test_split_where_there_is_none(tmp_path):
    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "label": tfds.features.ClassLabel(names=["a", "b", "c"])}
    prepare(tmp_path, "validated", features, grey_examples(6), splits=("train", "validation"))
    assert has_test_split("validated", str(tmp_path))
    assert any_tfds("validated", split="test", data_dir=str(tmp_path)).num_examples == 2
    with pytest.raises(UserError, match="unknown split 'tset' of tfds:validated"):
        any_tfds("validated", split="tset", data_dir=str(tmp_path))
