"""Running a network on chunks of one size, so that what it makes of a row does not depend on the other rows."""

from collections.abc import Callable

import tensorflow as tf

ROWS_AT_ONCE = 16  # a convolution's last bit may change with the size of its batch


def in_chunks(function: Callable, inputs: dict[str, tf.Tensor], shape: tuple) -> tf.Tensor:
    """Runs a function on 16 rows at a time, the last rows padded with zeros.

    Args:
        function: takes the inputs by their names, 16 rows of each; returns float32 [16, *shape].
        inputs: name → [n, ...].
        shape: of one row of the result.

    Returns:
        float32 [n, *shape].
    """
    count = tf.shape(next(iter(inputs.values())))[0]
    padding = -count % ROWS_AT_ONCE

    def chunks(rows):
        rows = tf.pad(rows, [[0, padding]] + [[0, 0]] * (rows.shape.rank - 1))
        return tf.reshape(rows, [-1, ROWS_AT_ONCE, *rows.shape[1:]])

    chunked = {name: chunks(rows) for name, rows in inputs.items()}
    spec = tf.TensorSpec([ROWS_AT_ONCE, *shape], tf.float32)
    data = tf.map_fn(lambda chunk: function(**chunk), chunked, parallel_iterations=1, fn_output_signature=spec)
    return tf.reshape(data, [-1, *shape])[:count]
