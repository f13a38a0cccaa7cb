"""Many replicas that train as one; where there is one, each of these functions does no more than its argument.

The step belongs to the global batch: its latents are drawn for all of it, its losses are means over all of it, and each
player moves once. Only the passes through the networks, and their gradients, are each replica's own.
"""

import functools
from collections.abc import Callable

import tensorflow as tf

SUM = tf.distribute.ReduceOp.SUM


def num_replicas() -> int:
    """Returns how many replicas share a batch: 1 unless called within a strategy's scope."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def on_each_replica(method: Callable) -> Callable:
    """Has a method run by each replica, on its share of the batch, when it is called for all of them."""

    @functools.wraps(method)
    def run(self, *batch):
        if tf.distribute.in_cross_replica_context():
            return tf.distribute.get_strategy().run(method, args=(self, *batch))
        return method(self, *batch)

    return run


def share_of(draw: Callable, batch_size):
    """Draws for the global batch and returns this replica's rows, so that no two replicas get the same numbers.

    Args:
        draw: function from a number of rows to a tensor of them, or a structure of such tensors.
        batch_size: rows of this replica; those of the others are as many.
    """
    if num_replicas() == 1:
        return draw(batch_size)
    start = tf.distribute.get_replica_context().replica_id_in_sync_group * batch_size
    return tf.nest.map_structure(lambda rows: rows[start : start + batch_size], draw(batch_size * num_replicas()))


def sum_over_replicas(values: list) -> list:
    """Returns the sums over all replicas of what each of them has computed; None stays None."""
    if num_replicas() == 1:
        return values
    sums = iter(tf.distribute.get_replica_context().all_reduce(SUM, [value for value in values if value is not None]))
    return [None if value is None else next(sums) for value in values]


def mean_over_replicas(values):
    """Returns the means over all replicas of what each of them has computed, a structure of tensors of equal shapes."""
    if num_replicas() == 1:
        return values
    mean = tf.distribute.ReduceOp.MEAN
    return tf.distribute.get_replica_context().all_reduce(mean, values)


def gathered(rows: tf.Tensor) -> tf.Tensor:
    """Returns the rows of all replicas, in the order of the global batch."""
    return rows if num_replicas() == 1 else tf.distribute.get_replica_context().all_gather(rows, axis=0)


def own_rows(rows: tf.Tensor) -> tf.Tensor:
    """Returns this replica's share of the rows of a global batch."""
    count = tf.shape(rows)[0] // num_replicas()
    return share_of(lambda _: rows, count)


def once(function: Callable[[], None]) -> None:
    """Has something done for all replicas together that each of them comes to."""
    if num_replicas() == 1:
        function()
    else:
        tf.distribute.get_replica_context().merge_call(lambda strategy: function())


def takes_sums(optimizer):
    """Keeps a Keras optimizer from summing gradients over the replicas, since they are sums already; returns it."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner._all_reduce_sum_gradients = lambda gradients_and_variables: gradients_and_variables
    return optimizer


def share_out(batches: tf.data.Dataset):
    """Shares each batch out among the replicas of the strategy in whose scope this is, in the order of the rows.

    Every process reads the whole batch and keeps its part: so the order of the data is that of one process.

    Args:
        batches: endless, of tuples of tensors, each of one static batch size that the replicas divide.

    Returns:
        What a `tf.function` of the strategy iterates over; with one replica, `batches`.
    """
    replicas = num_replicas()
    if replicas == 1:
        return batches

    def own_part(context):
        here = replicas // context.num_input_pipelines
        first = context.input_pipeline_id * here

        def by_replica(rows):
            return tf.reshape(rows, [replicas, rows.shape[0] // replicas, *rows.shape[1:]])[first : first + here]

        parts = batches.map(lambda *batch: tf.nest.map_structure(by_replica, batch)).unbatch()
        # That it has no end spares the replicas asking each other at each step whether there is another one.
        return parts.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)).prefetch(2)

    return tf.distribute.get_strategy().distribute_datasets_from_function(own_part)


def make_train_steps(gan) -> Callable:
    """Returns a graph function (iterator, count) that trains `count` steps without coming back to Python.

    The step is compiled by XLA if `gan.jit_compile` says so, the reading of the data apart.
    """
    train_on = tf.function(gan.train_on, autograph=False, jit_compile=True) if gan.jit_compile else gan.train_on

    def step(index, iterator):
        train_on(next(iterator))
        return index + 1

    # Without AutoGraph errors of the model's keep their type and their one line.
    @tf.function(autograph=False)
    def train_steps(iterator, count):
        tf.while_loop(lambda i: i < count, lambda i: [step(i, iterator)], [tf.constant(0)], parallel_iterations=1)

    return train_steps
