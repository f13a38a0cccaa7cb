import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.held_out import hold_out
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
    with pytest.raises(UserError, match="at least 5 images"):
        hold_out(source(4))
