import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from tfgan_zoo.metrics import features
from tfgan_zoo.metrics.nearest_neighbour import nearest_in, nearest_neighbour_error, two_sample_accuracy


def test_two_samples_against_leave_one_out():
    generator = np.random.default_rng(0)
    fake, real = generator.normal(size=(40, 3)), generator.normal(0.7, size=(40, 3))
    labels = np.repeat([1, 0], 40)
    hits = cross_val_score(KNeighborsClassifier(1), np.concatenate([fake, real]), labels, cv=LeaveOneOut())
    found = two_sample_accuracy(fake, real)
    assert found.accuracy == pytest.approx(hits.mean())
    assert (found.fake_accuracy, found.real_accuracy) == pytest.approx((hits[:40].mean(), hits[40:].mean()))


def test_two_samples_by_hand():
    """Far apart: 1. Each fake beside a real one, as copies are: 0. All fakes on one point amid reals: fakes 1."""
    apart = two_sample_accuracy(np.array([[0.0], [1.0]]), np.array([[10.0], [11.0]]))
    assert (apart.accuracy, apart.real_accuracy, apart.fake_accuracy) == (1.0, 1.0, 1.0)
    assert two_sample_accuracy(np.array([[0.1], [5.1]]), np.array([[0.0], [5.0]])).accuracy == 0.0
    collapsed = two_sample_accuracy(np.array([[0.5], [0.5]]), np.array([[0.0], [1.0]]))
    assert (collapsed.real_accuracy, collapsed.fake_accuracy) == (0.0, 1.0)


def test_progress_of_two_samples_counts_up_to_its_total(counted):
    """8 examples in blocks of 3, 3 and 2."""
    watch, done = counted(3)
    generator = np.random.default_rng(0)
    two_sample_accuracy(generator.normal(size=(4, 2)), generator.normal(size=(4, 2)), watch=watch)
    assert done == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("rows_at_once", [2, 1024])
def test_an_example_is_not_its_own_neighbour_even_among_copies(rows_at_once, monkeypatch):
    monkeypatch.setattr(features, "ROWS_AT_ONCE", rows_at_once)
    fake, real = [[0.0], [0.0], [0.0]], [[5.0], [5.0], [9.0]]
    accuracy = two_sample_accuracy(np.array(fake), np.array(real))
    assert (accuracy.fake_accuracy, accuracy.real_accuracy) == (1.0, 1.0)


def test_unequal_sets_are_refused():
    with pytest.raises(ValueError, match="Received: 2 and 3"):
        two_sample_accuracy(np.zeros((2, 1)), np.zeros((3, 1)))


def test_fakes_as_a_training_set_by_hand():
    """Nearest to 0.4 is 0 (class 7), to 0.6 is 1 (class 8), to 9 is 1 (class 8, wrong)."""
    error = nearest_neighbour_error(np.array([[0.0], [1.0]]), [7, 8], np.array([[0.4], [0.6], [9.0]]), [7, 8, 9])
    assert error == pytest.approx(1 / 3)


def test_nearest_in_parts_is_nearest_in_the_whole():
    generator = np.random.default_rng(0)
    queries, pool = generator.normal(size=(5, 3)), generator.normal(size=(100, 3))
    all_distances = np.linalg.norm(queries[:, None] - pool[None], axis=-1)
    order = all_distances.argsort(axis=1)[:, :4]
    distances, found = nearest_in(queries, np.array_split(pool, 37), 4)
    np.testing.assert_allclose(distances, np.take_along_axis(all_distances, order, axis=1))
    np.testing.assert_array_equal(found, pool[order])


def test_fewer_examples_than_asked_for_are_refused():
    with pytest.raises(ValueError, match=r"at least 3 samples are needed\. Received: 2"):
        nearest_in(np.zeros((1, 2)), [np.zeros((2, 2))], 3)
