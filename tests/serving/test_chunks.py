"""Rows in chunks of 16."""

import pytest
import tensorflow as tf

from tfgan_zoo.serving.chunks import in_chunks


@pytest.mark.parametrize("count", [0, 1, 16, 17, 40])
def test_a_function_sees_sixteen_rows_and_padding_is_cut_off(count):
    def function(number, factor):
        assert number.shape == (16, 1)
        # Each row's product, and the number of rows that are no padding.
        return tf.concat(
            [number * tf.cast(factor, tf.float32)[:, None], tf.fill([16, 1], tf.reduce_sum(number))], axis=1
        )

    inputs = {"number": tf.ones([count, 1]), "factor": tf.range(count)}
    found = in_chunks(function, inputs, (2,)).numpy().tolist()
    assert found == [[row, min(16, count - row // 16 * 16)] for row in range(count)]
