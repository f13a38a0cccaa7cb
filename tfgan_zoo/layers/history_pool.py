"""Fakes of earlier steps, shown to the discriminator again."""

from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_zoo.machine.distribution import gathered, own_rows


class Exchange(NamedTuple):
    """What an exchange with a pool gives, and what it leaves in the pool.

    Attributes:
        shown: float32 [n, …], what D is shown in place of the n fresh fakes.
        stored: float32 [size, …], the pool after it.
        count: int64, how many of it are filled.
    """

    shown: tf.Tensor
    stored: tf.Tensor
    count: tf.Tensor


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class HistoryPool(keras.layers.Layer):
    """A pool of fakes. Until it is full, it takes fresh fakes in and shows them; then each of them is, with probability
    ½, exchanged for a stored one.

    The fakes of one batch take places of their own, drawn without repetition. The pool is of the global batch: the same
    on every replica.

    Args:
        size: how many fakes it holds, at least as many as a batch.
        shape: of a fake.

    Reference: Shrivastava et al. 2017, arXiv:1612.07828, §2.3; Zhu et al. 2017, arXiv:1703.10593, §4 (50 images).
    """

    def __init__(self, size: int, shape: tuple, **kwargs):
        super().__init__(**{"trainable": False, "dtype": "float32", **kwargs})
        self.size = size
        self.shape = tuple(shape)
        options = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        self.stored = self.add_weight(shape=(size, *self.shape), name="stored", **options)
        self.count = self.add_weight(shape=(), dtype="int64", name="count", **options)
        self.built = True

    def exchange(self, fakes: tf.Tensor, key: tf.Tensor) -> Exchange:
        """Returns what D is shown in place of fresh fakes, and the pool after that; changes nothing yet.

        Args:
            fakes: float32 [n, …], of this replica, no gradient passes.
            key: int64 [2], of this batch.

        Raises:
            ValueError: the batch is larger than the pool.
        """
        fakes = gathered(tf.stop_gradient(fakes))
        if fakes.shape[0] is not None and fakes.shape[0] > self.size:
            raise ValueError(f"a pool of {self.size} fakes is smaller than a batch. Received: {fakes.shape[0]} fakes")
        count, is_full = self.count.value, self.count.value >= self.size
        number = tf.shape(fakes)[0]
        drawn = tf.random.stateless_uniform([2, self.size], key, alg="philox")
        # While the pool fills, a batch takes the next free places, as far as there are some.
        places = tf.where(is_full, tf.argsort(drawn[0])[:number], tf.cast(count, tf.int32) + tf.range(number))
        swaps = is_full & (drawn[1, :number] < 0.5)
        enters = swaps | (~is_full & (places < self.size))
        old = tf.gather(self.stored.value, tf.minimum(places, self.size - 1))
        mask = tf.reshape(swaps, [-1] + [1] * len(self.shape))
        shown = tf.where(mask, old, fakes)
        entering = tf.boolean_mask(places, enters)
        stored = tf.tensor_scatter_nd_update(self.stored.value, entering[:, None], tf.boolean_mask(fakes, enters))
        filled = tf.minimum(count + tf.cast(number, tf.int64), self.size)
        return Exchange(own_rows(shown), stored, filled)

    def keep(self, exchange: Exchange) -> None:
        """Leaves the pool as it is after an exchange."""
        self.stored.assign(exchange.stored)
        self.count.assign(exchange.count)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "shape": self.shape}
