"""A pool of earlier fakes: first it fills, then it exchanges."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import HistoryPool


def key(number):
    return tf.constant([7, number], tf.int64)


def fakes(start, count=4):
    return tf.reshape(tf.range(start, start + count, dtype=tf.float32), (count, 1))


def exchange(pool, batch, number):
    found = pool.exchange(batch, key(number))
    pool.keep(found)
    return found.shown.numpy().ravel()


def test_the_first_are_shown_as_they_are_and_stored():
    pool = HistoryPool(8, (1,))
    for number in range(2):
        np.testing.assert_array_equal(exchange(pool, fakes(4 * number), number), np.arange(4) + 4 * number)
    np.testing.assert_array_equal(pool.stored.numpy().ravel(), np.arange(8))
    assert int(pool.count) == 8


def test_then_half_are_exchanged_and_nothing_is_lost_or_doubled():
    pool = HistoryPool(8, (1,))
    shown = [exchange(pool, fakes(4 * number), number) for number in range(500)]
    fresh = np.array([np.arange(4) + 4 * number for number in range(500)])
    swapped = np.array(shown[2:]) != fresh[2:]
    assert swapped.mean() == pytest.approx(0.5, abs=0.04)  # 1,992 coins: three deviations are 0.034
    # Each fake was shown once or is in the pool; the first eight were shown when they entered.
    seen = np.concatenate([np.concatenate(shown), pool.stored.numpy().ravel()])
    counts = np.bincount(seen.astype(int), minlength=2000)
    assert counts[8:].tolist() == [1] * 1992
    assert counts[:8].tolist() == [2] * 8


def test_a_batch_that_crosses_the_brim_is_stored_as_far_as_there_is_room():
    pool = HistoryPool(6, (1,))
    exchange(pool, fakes(0), 0)
    np.testing.assert_array_equal(exchange(pool, fakes(4), 1), [4, 5, 6, 7])
    np.testing.assert_array_equal(pool.stored.numpy().ravel(), np.arange(6))


def test_an_exchange_is_a_function_of_its_key_and_changes_nothing_by_itself():
    pool = HistoryPool(4, (1,))
    exchange(pool, fakes(0), 0)
    first, again, other = (pool.exchange(fakes(10), key(number)).shown.numpy() for number in (1, 1, 3))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(pool.stored.numpy().ravel(), np.arange(4))


def test_no_gradient_passes():
    batch = tf.Variable(fakes(0))
    with tf.GradientTape() as tape:
        shown = HistoryPool(4, (1,)).exchange(batch, key(0)).shown
    assert tape.gradient(shown, batch) is None


def test_a_batch_larger_than_the_pool_is_refused():
    with pytest.raises(ValueError, match=r"a pool of 3 fakes is smaller than a batch\. Received: 4 fakes"):
        HistoryPool(3, (1,)).exchange(fakes(0), key(0))
