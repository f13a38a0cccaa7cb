import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.two_domains import Pairs, TwoDomains, Unpaired


def numbered(name, count, start=0, classes=("even", "odd")):
    """Points that tell their own number, labelled by whether it is odd."""
    numbers = start + np.arange(count)
    labels = numbers % 2 if classes else np.full(count, -1)
    return ArraySource(name, np.stack([numbers, -numbers], axis=1).astype(np.float32), labels, classes)


def numbers(view, batch_size, steps, **options):
    """The numbers in A and in B that the first steps yield, each [steps, batch_size]."""
    batches = view.batches(batch_size, **{"seed": 0, **options}).take(steps)
    found = [{key: rows[:, 0] for key, rows in examples.items()} for examples, _ in batches.as_numpy_iterator()]
    return tuple(np.array([batch[key] for batch in found], int) for key in "ab")


@pytest.fixture
def unlike():
    """Five examples of A and thirteen of B."""
    return TwoDomains("unlike", numbered("A", 5), numbered("B", 13, 100, classes=()))


@pytest.fixture
def partners():
    """Example i of B is 100 + i, the partner of example i of A."""
    a, b = numbered("A", 12), numbered("B", 12, 100)
    return TwoDomains("partners", a, b, pairs=Pairs("partners", a, b), apart=(a.part(0, 6), b.part(6, 12)))


def test_what_is_told_of_two_domains(unlike):
    assert unlike.num_examples == 13
    assert unlike.element_shape == {"a": (2,), "b": (2,)}
    assert unlike.class_names == {"a": ["even", "odd"], "b": []}
    assert unlike.has_points
    assert unlike.in_memory
    assert unlike.order == "permuted"
    assert not unlike.has_pairs
    assert (unlike.a.num_examples, unlike.b.num_examples) == (5, 13)


def test_labels_in_one_domain_only(unlike):
    assert not unlike.all_labelled
    (_, labels) = next(iter(unlike.unpaired().batches(4, seed=0)))
    assert set(labels["a"].numpy()) <= {0, 1}
    assert labels["b"].numpy().tolist() == [-1] * 4


def test_both_labelled(partners):
    assert partners.all_labelled
    assert partners.paired().all_labelled


def test_elements_are_dictionaries_of_static_shape(partners):
    for view in (partners, partners.paired(), partners.unpaired()):
        examples, labels = view.batches(4, seed=0).element_spec
        assert {key: (spec.shape, spec.dtype) for key, spec in examples.items()} == dict.fromkeys(
            "ab", ((4, 2), "float32")
        )
        assert {key: (spec.shape, spec.dtype) for key, spec in labels.items()} == dict.fromkeys("ab", ((4,), "int32"))


def test_pairs_stay_together(partners):
    a, b = numbers(partners.paired(), 4, 6)
    np.testing.assert_array_equal(b, a + 100)
    for half in a.reshape(2, 12):
        assert sorted(half) == list(range(12))


def test_pairs_are_in_the_order_of_any_dataset(partners):
    a, _ = numbers(partners.paired(), 4, 6, seed=3)
    alone = [points.numpy()[:, 0] for points, _ in partners.a.batches(4, seed=3).take(6)]
    np.testing.assert_array_equal(a, alone)


def test_unpaired_each_domain_has_the_order_of_its_own_purpose(partners):
    a, b = numbers(partners.unpaired(), 4, 6, seed=3)
    for letter, found, domain in (("a", a, partners.a.part(0, 6)), ("b", b, partners.b.part(6, 12))):
        alone = domain.batches(4, seed=3, purpose=f"data/{letter}").take(6)
        np.testing.assert_array_equal(found, [points.numpy()[:, 0] for points, _ in alone])


def test_unpaired_no_pair_leaks(partners):
    a, b = numbers(partners.unpaired(), 6, 2)
    assert len(set(a.ravel())) == len(set(b.ravel())) == 6
    assert not set(a.ravel() + 100) & set(b.ravel())
    assert partners.unpaired().num_examples == 6
    assert partners.paired().num_examples == partners.num_examples == 12


def test_as_it_is_it_is_unpaired(partners):
    np.testing.assert_array_equal(numbers(partners, 4, 5), numbers(partners.unpaired(), 4, 5))


def test_the_smaller_domain_begins_anew(unlike):
    a, b = numbers(unlike.unpaired(), 5, 13)
    assert all(sorted(batch) == [0, 1, 2, 3, 4] for batch in a)
    assert all(sorted(epoch) == list(range(100, 113)) for epoch in b.reshape(5, 13))
    assert len({tuple(batch) for batch in a}) > 1


@pytest.mark.parametrize("count", [1, 2])
def test_a_domain_smaller_than_a_batch(count):
    a, b = numbers(Unpaired("few", numbered("A", count), numbered("B", 9, 100)), 6, 3)
    assert set(a.ravel()) == set(range(count))
    assert [sorted(epoch) for epoch in b.reshape(2, 9)] == [list(range(100, 109))] * 2


@pytest.mark.parametrize("start_step", [1, 3, 8])
@pytest.mark.parametrize("view", ["paired", "unpaired"])
def test_any_step_can_be_the_first(partners, view, start_step):
    source = getattr(partners, view)()
    whole = np.array(numbers(source, 5, 12))
    np.testing.assert_array_equal(numbers(source, 5, 12 - start_step, start_step=start_step), whole[:, start_step:])


def test_seed_and_purpose_change_both_orders(partners):
    view = partners.unpaired()
    first, again, other_seed, other_purpose = (
        numbers(view, 6, 1, **options) for options in ({}, {}, {"seed": 1}, {"purpose": "reference"})
    )
    np.testing.assert_array_equal(first, again)
    for other in (other_seed, other_purpose):
        assert all((ours != theirs).any() for ours, theirs in zip(first, other, strict=True))


def test_fetch_of_pairs(partners):
    examples, labels = partners.paired().fetch(tf.constant([3, 0], tf.int64))
    assert examples["a"].numpy()[:, 0].tolist() == [3, 0]
    assert examples["b"].numpy()[:, 0].tolist() == [103, 100]
    assert labels["a"].numpy().tolist() == labels["b"].numpy().tolist() == [1, 0]


def test_fetch_of_unlike_domains_goes_round_in_the_smaller_one(unlike):
    examples, _ = unlike.fetch(tf.constant([4, 5, 12], tf.int64))
    assert examples["a"].numpy()[:, 0].tolist() == [4, 0, 2]
    assert examples["b"].numpy()[:, 0].tolist() == [104, 105, 112]


def test_once_yields_each_pair_once(partners):
    batches = list(partners.paired().once(5, seed=1))
    assert [len(labels["a"]) for _, labels in batches] == [5, 5, 2]
    a, b = (np.concatenate([examples[key][:, 0] for examples, _ in batches]) for key in "ab")
    assert sorted(a) == list(range(12))
    np.testing.assert_array_equal(b, a + 100)


def test_once_of_unlike_domains_is_over_with_the_larger(unlike):
    batches = list(unlike.unpaired().once(4))
    assert [len(examples["a"]) for examples, _ in batches] == [4, 4, 4, 1]
    a, b = (np.concatenate([examples[key][:, 0] for examples, _ in batches]) for key in "ab")
    assert sorted(b) == list(range(100, 113))
    assert sorted(a[:5]) == sorted(a[5:10]) == list(range(5))


def test_pairs_that_are_not_known_are_refused_in_one_line(unlike):
    with pytest.raises(UserError, match=r"^--dataset=unlike: which examples of A and B belong"):
        unlike.paired()
