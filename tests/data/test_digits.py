import numpy as np
import pytest
from sklearn.datasets import load_digits

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.digits import digits


def test_default():
    source = digits()
    assert source.name == "digits"
    assert source.element_shape == (16, 16, 1)
    assert source.class_names == list("0123456789")
    assert source.examples.dtype == "uint8"


def test_four_fifths_train_and_one_fifth_test():
    assert digits(split="train").num_examples == 1437
    assert digits(split="test").num_examples == 360


def test_splits_share_no_example_and_together_are_all():
    counts, _ = load_digits(return_X_y=True)
    parts = [digits(split=split, image_size=8).examples.numpy().reshape(-1, 64) for split in ("train", "test")]
    found = sorted(map(tuple, np.concatenate(parts).tolist()))
    assert found == sorted(map(tuple, np.round(counts * 255 / 16).astype(int).tolist()))


def test_classes_are_stratified():
    train, test = (np.bincount(digits(split=split).labels.numpy()) for split in ("train", "test"))
    np.testing.assert_allclose(train / 1437, test / 360, atol=0.002)


def test_the_split_never_changes():
    assert digits(split="test").labels.numpy()[:10].tolist() == digits(split="test").labels.numpy()[:10].tolist()
    assert (digits().examples.numpy() == digits().examples.numpy()).all()


def test_values_span_all_of_eight_bits():
    pixels = digits(image_size=8).examples.numpy()
    assert set(np.unique(pixels)) == {round(count * 255 / 16) for count in range(17)}


@pytest.mark.parametrize("size", [8, 16, 32])
def test_sizes(size):
    images, labels = digits(image_size=size).fetch([0, 1, 2])
    assert images.shape == (3, size, size, 1)
    assert labels.dtype == "int32"


def test_enlarging_keeps_the_picture():
    small, large = digits(image_size=8).examples.numpy(), digits(image_size=16).examples.numpy()
    halved = large.reshape(-1, 8, 2, 8, 2, 1).mean((2, 4))
    assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.97


def test_by_name():
    assert data.load("digits", split="test", image_size=32).element_shape == (32, 32, 1)


@pytest.mark.parametrize(
    ("options", "message"), [({"split": "tset"}, "Did you mean 'test'"), ({"image_size": 0}, "=0")]
)
def test_mistakes(options, message):
    with pytest.raises(UserError, match=message):
        digits(**options)
