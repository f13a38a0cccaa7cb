"""Wrong data of every kind: one clear line, and nothing is trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import toys
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN

SHAPE = (4, 4, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (12, *SHAPE)).astype(np.uint8)
LABELS = np.arange(12) % 3
UNIT = (IMAGES / 255.0).astype(np.float32)
WITH_NAN = np.where(IMAGES.max() == IMAGES, np.nan, 2 * UNIT - 1)


class Batches(keras.utils.PyDataset):
    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 2

    def __getitem__(self, index):
        rows = slice(6 * index, 6 * index + 6)
        return self.x[rows] if self.y is None else (self.x[rows], self.y[rows])


def in_dataset(x, y):
    return tf.data.Dataset.from_tensor_slices(x if y is None else (x, y)).batch(6)


KINDS = {
    "array": lambda x, y: {"x": x, "y": y, "batch_size": 6},
    "tensor": lambda x, y: {"x": tf.constant(x), "y": None if y is None else tf.constant(y), "batch_size": 6},
    "tf.data": lambda x, y: {"x": in_dataset(x, y)},
    "generator": lambda x, y: {"x": (Batches(x, y)[number] for number in range(2))},
    "PyDataset": lambda x, y: {"x": Batches(x, y)},
}

# name → images, labels, and what the one line says.
WRONG = {
    "floats in [0, 1]": (UNIT, LABELS, "these seem to be in [0, 1]"),
    "floats in 0 … 255": (IMAGES.astype(np.float32), LABELS, "take x.astype('uint8'), or x / 127.5 - 1"),
    "NaN": (WITH_NAN, LABELS, "x has values that are NaN or infinite. Received: float32 in [nan, nan]."),
    "0 and 1": (IMAGES % 2, LABELS, "these are 0 and 1, all but black: take 255 * x"),
    "another size": (np.zeros((12, 4, 5, 1)), LABELS, "trains on data of shape (n, 4, 4, 1). Received: ("),
    "one example": (np.zeros((12, 4, 4)), LABELS, "trains on data of shape (n, 4, 4, 1). Received: ("),
    "complex": (IMAGES.astype(np.complex64), LABELS, "x is of dtype complex64; accepted: integers and floats."),
    "no labels": (IMAGES, None, "y is missing: GAN is conditioned on labels 0 … 2."),
    "label −1": (IMAGES, LABELS - 1, "y has a label -1; GAN accepts 0 … 2."),
    "label 7": (IMAGES, LABELS + 5, "y has a label 5; GAN accepts 0 … 2."),
    "label 0.7": (IMAGES, LABELS + 0.7, "y has a label 0.7; accepted: whole numbers."),
    "one-hot": (IMAGES, np.eye(3)[LABELS], "take y.argmax(axis=1)."),
    "(n, 1)": (IMAGES, LABELS[:, None], "take y[:, 0]."),
}


@pytest.fixture(scope="module")
def told_the_class(tiny_networks):
    gan = GAN(*tiny_networks(SHAPE), latent_dim=3, num_classes=3)
    gan.compile(run_eagerly=True)
    return gan


def assert_refused(gan, line, **given):
    before = [variable.numpy().copy() for variable in gan.variables]
    with pytest.raises(UserError) as error:
        gan.fit(verbose=0, **given)
    message = str(error.value)
    assert line in message
    assert "\n" not in message
    assert len(message) < 200
    for old, variable in zip(before, gan.variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_data(told_the_class, kind, wrong):
    x, y, line = WRONG[wrong]
    assert_refused(told_the_class, line, **KINDS[kind](x, y))


def test_right_data(tiny_networks):
    gan = GAN(*tiny_networks(SHAPE), latent_dim=3, num_classes=3)
    gan.compile(run_eagerly=True)
    for number, kind in enumerate(KINDS, 1):
        x = IMAGES if number % 2 else 2 * UNIT.astype(np.float64) - 1
        gan.fit(verbose=0, **KINDS[kind](x, LABELS.astype(np.uint8 if number % 2 else np.float32)))
        assert int(gan.step) == 2 * number


def test_a_later_batch_ends_the_training(tiny_gan):
    points = np.zeros((40, 2), np.float32)
    points[33] = np.inf
    for data in (in_dataset(points, None), (points[i : i + 6] for i in range(0, 40, 6))):
        gan = tiny_gan(steps_per_execution=2)
        with pytest.raises(UserError, match=r"^x has values that are NaN or infinite\."):
            gan.fit(data, verbose=0)
        assert int(gan.step) <= 5


def test_an_error_of_the_generators_own(tiny_gan):
    def batches():
        yield np.zeros((4, 2), np.float32)
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match=r"^the disk is gone$"):
        tiny_gan(run_eagerly=True).fit(batches(), verbose=0)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"x": None}, "x is missing"),
        ({"x": IMAGES.tolist()}, "x is a list; GAN trains on one array: take np.asarray(x)."),
        ({"x": "mnist"}, "x is a str; accepted: an array or a tensor; tfgan_zoo.load_data(name) reads a dataset."),
        ({"x": IMAGES[:0], "y": LABELS[:0]}, "x has no examples."),
        ({"x": IMAGES.transpose(0, 3, 1, 2), "y": LABELS}, "take x.transpose(0, 2, 3, 1)"),
        ({"x": IMAGES[0], "y": LABELS}, "it looks like one example: batch it"),
        ({"x": IMAGES, "y": LABELS[:5]}, "y has 5 labels for 12 examples."),
        ({"x": IMAGES, "y": LABELS.astype(str)}, "y is of dtype"),
        ({"x": {"a": IMAGES, "b": IMAGES}, "y": LABELS}, "x is a dict; GAN trains on one array."),
        ({"x": IMAGES, "y": LABELS, "steps_per_epoch": 0}, "steps_per_epoch=0: accepted: whole numbers from 1."),
        ({"x": in_dataset(IMAGES, LABELS), "y": LABELS}, "y: goes with arrays; batches bring their own"),
        ({"x": in_dataset(IMAGES, LABELS), "batch_size": 4}, "batch_size: goes with arrays"),
        ({"x": in_dataset(IMAGES, LABELS).unbatch()}, "it looks like one example: batch it"),
        ({"x": iter([(IMAGES, LABELS, LABELS)])}, "sample_weight: the batches have a third part"),
        ({"x": iter([])}, "x yields nothing."),
    ],
)
def test_what_is_no_data(told_the_class, given, line):
    assert_refused(told_the_class, line, **given)


# Two domains.

A = np.random.default_rng(1).normal(size=(12, 2)).astype(np.float32)
B = A[::-1].copy()


@pytest.mark.parametrize("name", ["cycles", "translator"])
def test_two_domains(name):
    gan = toys.compiled(name, run_eagerly=True)
    gan.fit({"a": A, "b": B}, batch_size=6, validation_split=0.5, verbose=0)
    gan.fit(tf.data.Dataset.from_tensor_slices({"a": A, "b": B}).batch(6), verbose=0)
    gan.fit(iter([{"a": A[:6], "b": tf.constant(B[:6])}]), verbose=0)
    assert int(gan.step) == 1 + 2 + 1
    assert np.isfinite(gan.evaluate({"a": A, "b": B}, verbose=0)).all()


@pytest.mark.parametrize(
    ("x", "line"),
    [
        (A, "x has to be a dict {'a': …, 'b': …} of two domains for Cycles. Received: ndarray."),
        ({"a": A}, "x has to be a dict {'a': …, 'b': …} of two domains for Cycles. Received: keys a."),
        ({"a": A, "b": B[:, :1]}, 'x["b"]: Cycles trains on data of shape (n, 2). Received: (12, 1).'),
        ({"a": A * np.nan, "b": B}, 'x["a"] has values that are NaN or infinite.'),
        (tf.data.Dataset.from_tensor_slices(A).batch(6), "x has to be a dict {'a': …, 'b': …} of two domains"),
        (tf.data.Dataset.from_tensor_slices({"a": A, "b": B * np.inf}).batch(6), 'x["b"] has values that are NaN'),
    ],
)
def test_two_domains_that_are_none(x, line):
    assert_refused(toys.compiled("cycles", run_eagerly=True), line, x=x)


def test_pairs_have_to_be_as_many():
    gan = toys.compiled("translator", run_eagerly=True)
    assert_refused(gan, "which examples of A and B belong together is not known", x={"a": A, "b": B[1:]})
    toys.compiled("cycles", run_eagerly=True).fit({"a": A, "b": B[1:]}, batch_size=6, verbose=0)
