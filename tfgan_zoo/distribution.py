"""Many replicas that train as one. Where there is one, each of these functions does what its argument says, and no more.

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


def in_unison(move: Callable, gradients: list, loss: tf.Tensor):
    """Calls `move(gradients, loss)` once for all replicas, on the sums over them, and returns what it returns."""
    if num_replicas() == 1:
        return move(gradients, loss)

    def merged(strategy, gradients, loss):
        parts = [part for part in [*gradients, loss] if part is not None]
        sums = iter(strategy.extended.batch_reduce_to(SUM, [(part, part) for part in parts]))
        gradients = [None if gradient is None else next(sums) for gradient in gradients]
        return move(gradients, local(next(sums)))

    return tf.distribute.get_replica_context().merge_call(merged, args=(gradients, loss))


def local(values):
    """Returns this process's copy of values that are the same on every replica."""
    strategy = tf.distribute.get_strategy()
    return tf.nest.map_structure(lambda value: strategy.experimental_local_results(value)[0], values)
