"""What a dataset is to everything else: a number of examples, and batches ordered by a pure function of the seed."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import SEEDS, purpose_id
from tfgan_zoo.data.names import TWO_DOMAINS

UNLABELLED = -1

# `tf.random.experimental.index_shuffle` has 4 rounds, after which the orders of two epochs of 60,000 examples correlate
# by up to 0.9 (measured); after 12 they are as unlike as random ones, at the same speed.
SHUFFLE_ROUNDS = 12

PARTS_SEED = 0  # of the order in which a dataset is cut into parts

ALIGNMENT = 64  # bytes; TensorFlow shares memory that begins at a multiple of it, and copies other memory


def to_model_range(pixels: tf.Tensor) -> tf.Tensor:
    """Maps uint8 pixels to float32 in [−1, 1], the range of every image in training."""
    return tf.cast(pixels, tf.float32) / 127.5 - 1.0


def as_written(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Keeps TensorFlow from rewriting and tuning a pipeline, whose parallelism is fixed.

    To rewrite one, it would write all that is held in memory into a graph: as much memory again, which is never given
    back, and seconds before the first batch. What tunes one sleeps for up to a minute at a time, and now and then the
    end of an iterator waits for it.
    """
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.autotune.enabled = False
    return dataset.with_options(options)


def with_batch_size(batch_size: int, elements):
    """Gives every tensor of a structure its static batch dimension."""
    return tf.nest.map_structure(lambda rows: tf.ensure_shape(rows, (batch_size, *rows.shape[1:])), elements)


def hold(array: np.ndarray) -> tf.Tensor:
    """Copies an array into a tensor on the CPU, once: `tf.convert_to_tensor` keeps two copies of a large one."""
    buffer = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % ALIGNMENT
    aligned = buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    aligned[...] = array
    return tf.experimental.dlpack.from_dlpack(aligned.__dlpack__())


class Source:
    """A dataset. Subclasses say how to fetch examples by their indices, or override `batches` and `part`.

    Attributes:
        name: as given on the command line.
        num_examples: how many there are.
        element_shape: (height, width, channels) of an image or (2,) of a point.
        class_names: names of the classes 0 … K − 1; empty where there are none.
        in_memory: whether all examples are; else they are read from files when they are needed.
        has_pairs: examples are of two domains, and it is known which of them belong together.
        order: of the batches: `"permuted"`, the same in memory and streamed, or `"streamed"`, another one. A dataset
            of the second kind has no random access: there is no `fetch`.
        labels: of all examples, int32 [num_examples]; None where only reading the files tells them.
        mixture: the `tfgan_zoo.data.mixtures.Mixture` that points are drawn from; None for anything else.
        inventory: name → size of the pictures of one's own folder; None for any other dataset.
    """

    in_memory = True
    has_pairs = False
    order = "permuted"
    labels: tf.Tensor | None = None
    mixture = None
    inventory: dict[str, str] | None = None

    def __init__(self, name: str, num_examples: int, element_shape: tuple, class_names: list[str]):
        self.name = name
        self.num_examples = num_examples
        self.element_shape = tuple(element_shape)
        self.class_names = list(class_names)

    @property
    def has_points(self) -> bool:
        """Whether the examples are points in the plane instead of images."""
        return len(self.element_shape) == 1

    @property
    def all_labelled(self) -> bool:
        """Whether each example has a class; where only reading the files tells, whether there are classes."""
        return bool(self.class_names) and (self.labels is None or bool((self.labels.numpy() >= 0).all()))

    def alone(self) -> "Source":
        """Returns the dataset for a model of one domain.

        Raises:
            UserError: it has two.
        """
        return self

    def unpaired(self) -> "Source":
        """Returns the dataset for a model that translates between two domains.

        Raises:
            UserError: it has one domain.
        """
        raise UserError(f"--dataset={self.name}: has one domain, and the model needs two. {TWO_DOMAINS}")

    def paired(self) -> "Source":
        """Returns the dataset for a model that learns from pairs.

        Raises:
            UserError: it has no pairs.
        """
        raise UserError(f"--dataset={self.name}: has one domain, and the model needs pairs. {TWO_DOMAINS}")

    def fetch(self, indices: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the examples at `indices`.

        Args:
            indices: int64 [n] in [0, num_examples).

        Returns:
            images float32 [n, H, W, C] in [−1, 1], or points float32 [n, 2] unscaled; and labels int32 [n], −1 where
            unknown.
        """
        raise NotImplementedError

    def batches(self, batch_size: int, *, seed: int, start_step: int = 0, purpose: str = "data") -> tf.data.Dataset:
        """Returns an endless dataset of batches. Step t is the same whichever step the reading starts at.

        Position p of the endless sequence is example `shuffle(p mod n)` under the permutation of epoch p div n, so
        that every example is seen once an epoch, no buffer is needed and a resumed run starts at any step for free.

        Args:
            batch_size: examples a batch; more than `num_examples` repeats them within a batch.
            seed: 0 … 2³¹ − 1.
            start_step: the first step to yield.
            purpose: another purpose is another order.

        Returns:
            `tf.data.Dataset` of (examples, labels) as `fetch` gives them, with a static batch dimension.
        """
        order_seed = tf.constant((seed ^ purpose_id(purpose)) % SEEDS, tf.int64)

        def batch(step):
            positions = step * batch_size + tf.range(batch_size, dtype=tf.int64)
            epochs = positions // self.num_examples
            indices = self.positions_in_epoch(positions % self.num_examples, epochs, order_seed)
            return with_batch_size(batch_size, self.fetch(indices))

        steps = tf.data.Dataset.range(start_step, np.iinfo(np.int64).max)
        return as_written(steps.map(batch, num_parallel_calls=2, deterministic=True).prefetch(2))

    def positions_in_epoch(self, positions: tf.Tensor, epochs: tf.Tensor, order_seed: tf.Tensor) -> tf.Tensor:
        """Returns the indices of the examples at these positions, int64 [n], of epochs in the order of a seed."""
        # The op itself, since `tf.random.experimental.index_shuffle` refuses one seed for each index.
        return tf.raw_ops.RandomIndexShuffle(
            index=positions,
            seed=tf.stack([epochs, tf.fill(tf.shape(epochs), order_seed), tf.zeros_like(epochs)], axis=1),
            max_index=tf.constant(self.num_examples - 1, tf.int64),
            rounds=SHUFFLE_ROUNDS,
        )

    def once(self, batch_size: int, *, count: int | None = None, seed: int = 0) -> Iterator[tuple]:
        """Yields different examples, each once, in an order that the seed draws; the last batch is smaller.

        Args:
            batch_size: examples a batch.
            count: how many in all; None for every one.
            seed: 0 … 2³¹ − 1.

        Returns:
            Examples and labels as `fetch` gives them, as NumPy arrays.
        """
        count = self.num_examples if count is None else min(count, self.num_examples)
        batch_size = min(batch_size, count)
        batches = self.batches(batch_size, seed=seed, purpose="once").take(-(-count // batch_size))
        for number, batch in enumerate(batches.as_numpy_iterator()):
            left = count - number * batch_size
            yield tf.nest.map_structure(lambda rows, left=left: rows[:left], batch)

    def part(self, start: int, stop: int) -> "Source":
        """Returns some of the examples: those at positions `start` … `stop` − 1 of a fixed order.

        The order is shuffled, since a folder lists its files by class.
        """
        order = np.random.Generator(np.random.Philox(PARTS_SEED)).permutation(self.num_examples)
        return PartOfSource(self, order[start:stop])


class ArraySource(Source):
    """A dataset held in memory: images as uint8, points as float32.

    Args:
        name: as given on the command line.
        examples: integers in 0 … 255 or floats in [−1, 1], [n, H, W, C]; or points [n, 2].
        labels: int [n], −1 where unknown.
        class_names: names of the classes.
    """

    def __init__(self, name: str, examples: np.ndarray, labels: np.ndarray, class_names: list[str] = ()):
        super().__init__(name, len(examples), examples.shape[1:], class_names)
        is_float = np.issubdtype(examples.dtype, np.floating)
        with tf.device("CPU"):  # where tf.data reads them; a GPU's memory is for the networks
            self.examples = hold(examples.astype(np.float32, copy=False) if is_float else examples)
            self.labels = tf.convert_to_tensor(labels, tf.int32)

    def fetch(self, indices):
        examples = tf.gather(self.examples, indices)
        if self.examples.dtype.is_integer:
            examples = tf.cast(examples, tf.float32) if self.has_points else to_model_range(examples)
        return examples, tf.gather(self.labels, indices)


class PartOfSource(Source):
    """Some examples of a dataset.

    Args:
        source: the whole, with random access.
        indices: of the examples that are part of it, int64 [n].
        name: of the part; None for that of the whole.
    """

    def __init__(self, source: Source, indices: np.ndarray, name: str | None = None):
        super().__init__(name or source.name, len(indices), source.element_shape, source.class_names)
        self.in_memory = source.in_memory
        self._source = source
        with tf.device("CPU"):
            self._indices = tf.constant(indices, tf.int64)
            self.labels = None if source.labels is None else tf.gather(source.labels, self._indices)

    def fetch(self, indices):
        return self._source.fetch(tf.gather(self._indices, indices))
