import numpy as np
import pytest

from tests.data.test_tfds import prepare_greys
from tfgan_zoo import data
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.metrics import classification
from tfgan_zoo.metrics.classification import count_errors


def by_grey(images):
    """Takes a picture of grey i for class i mod 3, as the planted ones are, and those above 30 for class 0."""
    greys = np.round((np.asarray(images)[:, 0, 0, 0] + 1) * 127.5).astype(int)
    return np.eye(3)[np.where(greys > 30, 0, greys % 3)]


def always(label):
    return lambda images: np.eye(3)[np.full(len(images), label)]


@pytest.fixture
def source():
    greys = np.arange(40, dtype=np.uint8)
    return ArraySource("greys", greys.reshape(-1, 1, 1, 1), greys % 3, ["a", "b", "c"])


def test_errors_by_hand(source, monkeypatch):
    monkeypatch.setattr(classification, "ROWS_AT_ONCE", 7)
    assert count_errors([by_grey], source) == 6  # 31, 32, 34, 35, 37 and 38
    assert count_errors([always(0)], source) == 26  # 14 of 40 are of class 0


def test_several_vote_with_their_mean(source):
    assert count_errors([by_grey, always(0), always(0)], source) == 26


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_streamed_test_set(tmp_path, in_memory):
    prepare_greys(tmp_path)
    assert count_errors([by_grey], data.load("tfds:greys", data_dir=str(tmp_path), in_memory=in_memory)) == 6
