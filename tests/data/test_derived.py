import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.data.test_tfds import grey_examples, prepare, prepare_greys
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.derived import Mapped, edges_of, reduced_of
from tfgan_zoo.data.source import ArraySource


def to_pixels(images):
    return np.round((np.asarray(images) + 1) * 127.5).astype(int)


def all_pairs(view):
    examples, labels = view.fetch(tf.range(view.num_examples, dtype=tf.int64))
    return to_pixels(examples["a"]), to_pixels(examples["b"]), labels


def identities(domain):
    """The images of a domain as bytes."""
    images, _ = domain.fetch(tf.range(domain.num_examples, dtype=tf.int64))
    return {image.tobytes() for image in to_pixels(images)}


@pytest.fixture
def noise_folder(tmp_path):
    """Eleven pictures of noise in two classes, of 12 × 12 pixels."""
    generator = np.random.default_rng(0)
    for number in range(11):
        path = tmp_path / "noise" / ("cats" if number < 6 else "dogs") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(generator.integers(0, 256, (12, 12, 3), np.uint8)).save(path)
    return f"folder:{tmp_path / 'noise'}"


def test_edges_by_hand():
    image = np.zeros((5, 5), np.uint8)
    image[2, 2], image[0, 0] = 200, 50
    expected = [
        [0, 50, 0, 0, 0],
        [50, 200, 200, 200, 0],
        [0, 200, 0, 200, 0],
        [0, 200, 200, 200, 0],
        [0, 0, 0, 0, 0],
    ]
    assert edges_of(tf.constant(image[None, ..., None]))[0, ..., 0].numpy().tolist() == expected


def test_edges_are_those_of_each_channel():
    images = np.random.default_rng(0).integers(0, 256, (3, 6, 7, 3), np.uint8)
    together = edges_of(tf.constant(images)).numpy()
    for channel in range(3):
        alone = edges_of(tf.constant(images[..., channel : channel + 1]))[..., 0]
        np.testing.assert_array_equal(together[..., channel], alone)


def test_reduction_by_hand():
    image = np.zeros((8, 8), np.uint8)
    image[:4, :4] = np.arange(16).reshape(4, 4)  # mean 7.5, which is rounded to 8
    image[4:, 4:] = 255
    image[0, 7] = 16  # mean 1
    expected = np.repeat(np.repeat([[8, 1], [0, 255]], 4, axis=0), 4, axis=1)
    np.testing.assert_array_equal(reduced_of(tf.constant(image[None, ..., None]))[0, ..., 0], expected)


@pytest.mark.parametrize("size", [1, 5, 10])
def test_a_flat_image_of_any_size_stays_as_it_is(size):
    flat = tf.fill((2, size, size, 3), tf.constant(77, tf.uint8))
    np.testing.assert_array_equal(reduced_of(flat), flat)


@pytest.mark.parametrize(("scheme", "function"), [("edges", edges_of), ("reduced", reduced_of)])
def test_a_is_made_of_b(scheme, function):
    two = data.load(f"{scheme}:digits")
    digits = data.load("digits")
    assert two.name == f"{scheme}:digits"
    assert two.element_shape == {"a": (16, 16, 1), "b": (16, 16, 1)}
    assert two.class_names == {"a": digits.class_names, "b": digits.class_names}
    assert two.all_labelled
    assert two.num_examples == two.paired().num_examples == 1437
    assert isinstance(two.a, ArraySource)
    assert two.a.examples.dtype == "uint8"
    a, b, labels = all_pairs(two.paired())
    np.testing.assert_array_equal(b, digits.examples)
    np.testing.assert_array_equal(a, function(digits.examples))
    np.testing.assert_array_equal(labels["a"], digits.labels)
    np.testing.assert_array_equal(labels["b"], digits.labels)


def test_unpaired_halves_share_no_image_and_are_always_the_same(noise_folder):
    first, again = (data.load(f"edges:{noise_folder}", image_size=12).unpaired() for _ in range(2))
    whole = data.load(f"edges:{noise_folder}", image_size=12)
    pictures = data.load(noise_folder, image_size=12).examples
    edges_to_pictures = {
        edge.tobytes(): picture.tobytes()
        for edge, picture in zip(edges_of(pictures).numpy().astype(int), pictures.numpy().astype(int), strict=True)
    }
    a, b = identities(first.a), identities(first.b)
    assert (a, b) == (identities(again.a), identities(again.b))
    assert (len(a), len(b)) == (4, 5)  # of nine, two of eleven being held out
    assert not {edges_to_pictures[edge] for edge in a} & b
    assert {edges_to_pictures[edge] for edge in a} | b == identities(whole.b)


def test_halves_are_of_all_classes():
    two = data.load("edges:digits").unpaired()
    assert all(set(domain.labels.numpy()) == set(range(10)) for domain in (two.a, two.b))
    assert (two.a.num_examples, two.b.num_examples, two.num_examples) == (718, 719, 719)


def test_the_test_split_is_the_datasets_own():
    two = data.load("edges:digits", split="test")
    np.testing.assert_array_equal(two.b.examples, data.load("digits", split="test").examples)
    assert two.has_pairs


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_fifth_of_a_plain_folder_is_held_out(noise_folder, in_memory):
    options = {"image_size": 12, "in_memory": in_memory}
    train, test = (data.load(f"edges:{noise_folder}", split=split, **options) for split in ("train", "test"))
    assert (train.num_examples, test.num_examples) == (9, 2)
    everything = identities(data.load(noise_folder, image_size=12))
    assert identities(train.b) | identities(test.b) == everything
    assert not identities(train.b) & identities(test.b)
    a, b, _ = all_pairs(test.paired())
    np.testing.assert_array_equal(a, edges_of(tf.constant(b, tf.uint8)))


def test_streamed_files_give_the_same_batches(noise_folder):
    in_memory, streamed = (
        data.load(f"reduced:{noise_folder}", image_size=12, in_memory=choice) for choice in (True, False)
    )
    assert isinstance(streamed.a, Mapped)
    assert (in_memory.in_memory, streamed.in_memory) == (True, False)
    for view in ("paired", "unpaired"):
        ours, theirs = (getattr(two, view)().batches(4, seed=2, start_step=1) for two in (in_memory, streamed))
        assert ours.element_spec == theirs.element_spec
        for one, other in zip(ours.take(4), theirs.take(4), strict=True):
            tf.nest.map_structure(np.testing.assert_array_equal, one, other)


@pytest.fixture
def greys_dir(tmp_path, monkeypatch):
    monkeypatch.setattr("tfgan_zoo.data.records.SHUFFLED_BYTES", 600)  # some 7 records at a time
    prepare_greys(tmp_path)
    return str(tmp_path)


def greys_of(images):
    return to_pixels(images)[:, 0, 0, 0]


def test_streamed_records_in_pairs(greys_dir):
    """A flat picture has no edges: what is reduced is as it was."""
    two = data.load("reduced:tfds:greys", data_dir=greys_dir, in_memory=False)
    assert two.order == "streamed"
    assert not two.in_memory
    assert two.has_pairs
    batches = list(two.paired().batches(8, seed=3).take(10))
    a, b = (np.array([greys_of(examples[key]) for examples, _ in batches]) for key in "ab")
    np.testing.assert_array_equal(a, b)
    assert all(sorted(epoch) == list(range(40)) for epoch in a.reshape(2, 40))
    later = [greys_of(examples["a"]) for examples, _ in two.paired().batches(8, seed=3, start_step=6).take(4)]
    np.testing.assert_array_equal(later, a[6:])
    assert sorted(np.concatenate([greys_of(e["b"]) for e, _ in two.paired().once(7)])) == list(range(40))


def test_streamed_records_unpaired(greys_dir):
    view = data.load("reduced:tfds:greys", data_dir=greys_dir, in_memory=False).unpaired()
    batches = list(view.batches(10, seed=3).take(4))
    a, b = (np.array([greys_of(examples[key]) for examples, _ in batches]) for key in "ab")
    assert len(set(a.ravel())) == len(set(b.ravel())) == 20
    assert set(a.ravel()) | set(b.ravel()) == set(range(40))
    later = [greys_of(examples["a"]) for examples, _ in view.batches(10, seed=3, start_step=2).take(2)]
    np.testing.assert_array_equal(later, a[2:])
    with pytest.raises(NotImplementedError):
        view.fetch(tf.constant([0], tf.int64))


def test_fewer_records_than_a_batch(greys_dir):
    view = data.load("edges:tfds:greys", data_dir=greys_dir, split="test", in_memory=False).unpaired()
    examples, _ = next(iter(view.batches(6, seed=0)))
    assert examples["a"].shape == (6, 4, 4, 1)


def test_a_dataset_of_tfds_without_a_test_split_has_a_fifth_held_out(tmp_path):
    import tensorflow_datasets as tfds

    features = {"image": tfds.features.Image(shape=(4, 4, 1)), "label": tfds.features.ClassLabel(num_classes=3)}
    prepare(tmp_path, "one_split", features, grey_examples(10), splits=("train",))
    found = []
    for in_memory in (True, False):
        for split in ("train", "test"):
            options = {"data_dir": str(tmp_path), "split": split, "in_memory": in_memory}
            batches = data.load("reduced:tfds:one_split", **options).paired().once(5)
            found.append(sorted(np.concatenate([greys_of(examples["a"]) for examples, _ in batches])))
    for train, test in (found[:2], found[2:]):
        assert (len(train), len(test)) == (8, 2)
        assert sorted([*train, *test]) == list(range(10))


def test_stacked_digits_are_mapped_as_they_are_composed():
    view = data.load("edges:stacked_digits").paired()
    a, b = (to_pixels(part) for part in view.fetch(tf.constant([5, 9], tf.int64))[0].values())
    assert a.shape == (2, 16, 16, 3)
    np.testing.assert_array_equal(a, edges_of(tf.constant(b, tf.uint8)))


def test_size_reaches_the_base():
    assert data.load("edges:digits", image_size=8).element_shape["a"] == (8, 8, 1)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("edges:digits", {"split": "tset"}, "Did you mean 'test'"),
        ("edges:digits", {"image_size": 0}, "--image_size=0"),
        ("edges:digits", {"in_memory": True}, "--in_memory: edges:digits is always in memory"),
        ("reduced:folder:/no/such", {}, "'/no/such' does not exist"),
    ],
)
def test_mistakes(name, options, message):
    with pytest.raises(UserError, match=message):
        data.load(name, **options)


def test_too_few_to_hold_some_out(tmp_path):
    for number in range(3):
        Image.new("L", (8, 8), number).save(tmp_path / f"{number}.png")
    with pytest.raises(UserError, match="at least 5 images are needed to hold some out; it has 3"):
        data.load(f"edges:folder:{tmp_path}")
