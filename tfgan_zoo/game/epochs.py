"""What Keras iterates over: epochs of exactly their own steps, each from where training then stands."""

from collections.abc import Callable, Iterable

import tensorflow as tf
from keras.src.trainers.data_adapters.data_adapter import DataAdapter  # what `fit` admits has no public name in Keras

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.stream import Stream


class Epochs(DataAdapter, tf.distribute.DistributedDataset):
    """What Keras iterates over, anew in each epoch. An epoch begins at the step that the model has then reached.

    Keras makes its iterators after the callbacks have restored what they restore, and stops at the end of an iterator
    wherever `steps_per_execution` would go past it: so an epoch here is an iterator of exactly its own steps.

    Args:
        steps: of an epoch; None where only reading the data tells.
        begin: function that returns the batches of the next epoch.
        element_spec: of a batch.
        stream: what the batches come from, where they do not come from a whole dataset.
    """

    def __init__(self, steps: int | None, begin: Callable[[], Iterable], element_spec, stream: Stream | None = None):
        self.steps = steps
        self._stream = stream
        self._begin = begin
        self._element_spec = element_spec

    def __iter__(self):
        return iter(self._begin())

    def get_tf_dataset(self):
        return self

    @property
    def num_batches(self) -> int | None:
        return self.steps

    @property
    def element_spec(self):
        return self._element_spec

    @property
    def complaint(self) -> Exception | None:
        """What was wrong with a batch that has been read; None where nothing was."""
        return self._stream and self._stream.complaint

    def reduce(self, initial_state, reduce_func):
        raise NotImplementedError


class CountedSteps:
    """An iterator of several replicas, and how many steps of it an epoch has left."""

    def __init__(self, batches, steps: int):
        self.iterator = iter(batches)
        self.left = steps

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        return next(self.iterator)

    def next_count(self, at_most: int) -> int:
        """Returns how many steps to take now."""
        count = min(at_most, self.left)
        self.left -= count
        return count


def epochs_of_stream(stream: Stream, steps: int | None, restored: Callable[[], int]) -> Epochs:
    """Returns the epochs of a stream.

    Args:
        stream: the batches.
        steps: of an epoch, which then goes on where the one before has ended, and round a dataset that ends; None for
            all of the batches.
        restored: function that returns how many epochs a callback has restored.

    Raises:
        UserError: the stream has no end, and `steps` is None.
    """
    if steps is None:
        if stream.endless:
            raise UserError("x has no end: give steps_per_epoch.")
        return Epochs(stream.length, stream.batches, stream.element_spec, stream)
    running = []

    def begin():
        if not running:
            batches = stream.batches().repeat() if stream.repeats else stream.batches()
            running.append(iter(batches.skip(stream.skipped(restored() * steps))))
        return tf.data.Dataset.range(steps).map(lambda _: running[0].get_next())

    return Epochs(steps, begin, stream.element_spec, stream)
