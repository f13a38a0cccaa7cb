"""Images streamed from record files, for datasets too large for memory."""

import copy
import os
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.data.source import Source, as_written, to_model_range, with_batch_size

SHUFFLED_BYTES = 64 * 2**20  # records that are shuffled together


class RecordSource(Source):
    """Images that are read from record files again in each epoch.

    The order is a pure function of seed and step. In each epoch the files are read in another order, and the records
    shuffled in chunks, as they pass; TFDS has shuffled them once when it wrote them. Resuming skips records undecoded.

    Args:
        name: as given on the command line.
        records: the files.
        decode: maps serialized records, string [n], to pixels uint8 [n, H, W, C] and labels int32 [n].
        element_shape: (H, W, C).
        class_names: names of the classes.
    """

    in_memory = False
    order = "streamed"

    def __init__(self, name: str, records: "Records", decode: Callable, element_shape: tuple, class_names: list[str]):
        super().__init__(name, len(records), element_shape, class_names)
        self.records = records
        self.decode = decode

    def batches(self, batch_size, *, seed, start_step=0, purpose="data"):
        def examples(serialized):
            pixels, labels = self.decode(serialized)
            return with_batch_size(batch_size, (to_model_range(pixels), labels))

        epoch, position = divmod(start_step * batch_size, self.num_examples)
        epochs = tf.data.Dataset.range(epoch, np.iinfo(np.int64).max)
        records = epochs.flat_map(lambda epoch: self.records.shuffled(epoch, seed, purpose)).skip(position)
        batches = records.batch(batch_size, drop_remainder=True)
        return as_written(batches.map(examples, num_parallel_calls=2, deterministic=True).prefetch(2))

    def part(self, start, stop):
        """Returns the records `start` … `stop` − 1: TFDS has shuffled them when it wrote them."""
        return RecordSource(
            self.name, self.records.part(start, stop), self.decode, self.element_shape, self.class_names
        )


class Records:
    """The serialized examples of one split.

    Args:
        instructions: TFDS's list of files, each with the number of records to skip and to take.
    """

    def __init__(self, instructions: list):
        self.names = [os.fspath(instruction.filename) for instruction in instructions]
        self.skips = np.array([instruction.skip for instruction in instructions], np.int64)
        self.takes = np.array([instruction.take for instruction in instructions], np.int64)
        num_bytes = sum(os.path.getsize(name) for name in self.names)
        num_records = sum(instruction.examples_in_shard for instruction in instructions)
        self.chunk = max(1, min(len(self), SHUFFLED_BYTES * num_records // max(num_bytes, 1)))

    def __len__(self) -> int:
        return int(self.takes.sum())

    def part(self, start: int, stop: int) -> "Records":
        """Returns the records `start` … `stop` − 1 in the order of the files."""
        starts = np.cumsum(self.takes) - self.takes
        firsts, ends = (np.clip(border - starts, 0, self.takes) for border in (start, stop))
        part = copy.copy(self)
        part.names = [name for name, first, end in zip(self.names, firsts, ends, strict=True) if first < end]
        part.skips = (self.skips + firsts)[firsts < ends]
        part.takes = (ends - firsts)[firsts < ends]
        part.chunk = min(self.chunk, len(part))
        return part

    def in_order(self) -> tf.data.Dataset:
        """Returns the records in the order of the files."""
        return self._read(self.names, self.skips, self.takes, files_at_once=1)

    def shuffled(self, epoch: tf.Tensor, seed: int, purpose: str) -> tf.data.Dataset:
        """Returns the records in the order of one epoch. TensorFlow's own shuffle would depend on its global seed."""
        file_order = tf.random.experimental.stateless_shuffle(
            tf.range(len(self.names)), seed=randomness.key(seed, epoch, f"{purpose}/files")
        )
        files = [tf.gather(column, file_order) for column in (self.names, self.skips, self.takes)]
        chunks = self._read(*files, files_at_once=8).batch(self.chunk).enumerate()
        chunks_an_epoch = -(-len(self) // self.chunk)

        def shuffle(number, chunk):
            key = randomness.key(seed, epoch * chunks_an_epoch + number, f"{purpose}/order")
            return tf.random.experimental.stateless_shuffle(chunk, seed=key)

        return chunks.map(shuffle).prefetch(1).unbatch()

    def _read(self, names, skips, takes, files_at_once: int) -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices((names, skips, takes)).interleave(
            lambda name, skip, take: tf.data.TFRecordDataset(name).skip(skip).take(take),
            cycle_length=files_at_once,
            block_length=16,
        )
