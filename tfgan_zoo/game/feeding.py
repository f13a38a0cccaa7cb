"""One way in for data of every kind: checked, cast, and read epoch by epoch from where training stands."""

import itertools
from collections.abc import Callable, Iterable, Mapping

import keras
import numpy as np
import tensorflow as tf
from keras.src.trainers.data_adapters.data_adapter import DataAdapter  # Keras has no public name for what `fit` admits

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source
from tfgan_zoo.data.two_domains import Pairs, TwoDomains
from tfgan_zoo.game.given import Wanted


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

    def __init__(self, steps: int | None, begin: Callable[[], Iterable], element_spec, stream: "Stream | None" = None):
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

    def next_count(self, at_most: int) -> int:
        """Returns how many steps to take now."""
        count = min(at_most, self.left)
        self.left -= count
        return count


class Ordered(ArraySource):
    """Examples in the order in which they were given."""

    def positions_in_epoch(self, positions, epochs, order_seed):
        return positions


def is_whole(given) -> bool:
    """Tells whether data are all there, as a `Source` or in arrays, and not a stream of batches."""
    if isinstance(given, Mapping):
        return all(is_whole(part) for part in given.values())
    return (
        given is None or isinstance(given, (Source, list, str)) or (hasattr(given, "shape") and hasattr(given, "dtype"))
    )


def source_of(x, y, wanted: Wanted, *, shuffled: bool) -> Source:
    """Returns checked arrays, or tensors, as a dataset with random access.

    Raises:
        UserError: what is wrong with them.
    """
    wanted.check_form(x, y)
    x = {name: np.asarray(part) for name, part in x.items()} if isinstance(x, Mapping) else np.asarray(x)
    y = {name: part if part is None else np.asarray(part) for name, part in y.items()} if isinstance(y, Mapping) else y
    wanted.check_values(x, y)
    kind = ArraySource if shuffled else Ordered
    if not isinstance(x, Mapping):
        return _array_source("array", x, y, kind)
    a, b = (_array_source("arrays", x[name], y and y[name], kind) for name in ("a", "b"))
    pairs = Pairs("arrays", a, b) if a.num_examples == b.num_examples else None
    return TwoDomains("arrays", a, b, pairs=pairs)


def _array_source(name: str, data: np.ndarray, labels, kind: type[ArraySource]) -> ArraySource:
    if data.dtype not in (np.float16, np.float32, np.float64) and tf.as_dtype(data.dtype).is_floating:
        data = data.astype(np.float32)  # bfloat16, which NumPy does not take for a float
    if labels is None:
        return kind(name, data, np.full(len(data), UNLABELLED))
    labels = np.asarray(labels).astype(np.int32)
    return kind(name, data, labels, [str(label) for label in range(labels.max() + 1)])


class Stream:
    """Batches that come one after another: of a `tf.data.Dataset`, a generator or a `keras.utils.PyDataset`.

    Args:
        given: the batches: examples alone, or (examples, labels).
        wanted: what the model accepts.
        position: function that returns how many batches have been trained on in all: a `PyDataset` is read from there.
        seed: orders the batches of a `PyDataset`, another way in each epoch; None for its own order.

    Attributes:
        complaint: the error that ended the reading; None where none did.
        length: number of batches; None where only reading them tells.
    """

    def __init__(self, given, wanted: Wanted, position: Callable[[], int] = lambda: 0, seed: int | None = None):
        self._wanted = wanted
        self._position = position
        self._seed = seed
        self.complaint = None
        self._seen = 0
        self._from_py_dataset = isinstance(given, keras.utils.PyDataset)
        if isinstance(given, tf.data.Dataset):
            self._open, self.endless = lambda: given, bool(given.cardinality() == tf.data.INFINITE_CARDINALITY)
            self.length = max(int(given.cardinality()), 0) or None
            self.repeats = True
            spec = given.element_spec
        elif self._from_py_dataset:
            self.length = given.num_batches
            self._open = self._open_py_dataset(given)
            self.endless, self.repeats = self.length is None, True
            spec = self._spec_of(given[0])
        else:
            iterator = iter(given)
            first = next(iterator, None)
            if first is None:
                raise UserError("x yields nothing.")
            self._first, self._rest = first, iterator
            spec = self._spec_of(first)
            self._open = lambda: self._from_python(lambda: itertools.chain([first], iterator), spec)
            self.length, self.endless, self.repeats = None, False, False
        x, y = self._unpack(spec)
        wanted.check_form(x, y)
        self._has_labels = y is not None
        self.element_spec = spec

    def batches(self) -> tf.data.Dataset:
        """Returns the checked batches, (examples, labels) or (examples,), from the first one on."""
        return self._open().map(self._checked)

    def some(self, count: int) -> Source:
        """Returns at least `count` of the first examples, if there are so many, as a dataset."""
        if not self.repeats:
            batches = [self._first]
            while sum(len(_rows(batch)) for batch in batches) < count:
                following = next(self._rest, None)
                if following is None:
                    break
                batches.append(following)
            rest = self._rest
            self._open = lambda: self._from_python(lambda: itertools.chain(batches, rest), self.element_spec)
        else:
            batches, rows = [], 0
            for batch in self._open().as_numpy_iterator():
                batches.append(batch)
                rows += len(_rows(batch))
                if rows >= count:
                    break
        parts = [self._unpack(batch) for batch in batches]
        x = tf.nest.map_structure(lambda *rows: np.concatenate(rows), *(part[0] for part in parts))
        y = None
        if self._has_labels:
            y = tf.nest.map_structure(lambda *rows: np.concatenate(rows), *(part[1] for part in parts))
        return source_of(x, y, self._wanted, shuffled=True)

    def _unpack(self, element) -> tuple:
        if isinstance(element, list):
            element = tuple(element)
        x, y, weights = keras.utils.unpack_x_y_sample_weight(element)
        if weights is not None:
            raise UserError("sample_weight: the batches have a third part, and a GAN does not weigh its examples.")
        return x, y

    def _spec_of(self, element):
        def spec(part):
            if not hasattr(part, "shape") or not hasattr(part, "dtype"):
                raise UserError(f"x yields a {type(part).__name__}; accepted: batches of arrays or tensors.")
            try:
                return tf.TensorSpec([None, *part.shape[1:]] if len(part.shape) else [], part.dtype)
            except TypeError:
                raise UserError(f"x is of dtype {part.dtype}; accepted: integers and floats.") from None

        element = tuple(element) if isinstance(element, list) else element
        return tf.nest.map_structure(spec, element)

    def _checked(self, *element):
        """Passes a batch on as it is, with integer labels, once it has been looked at."""
        x, y = self._unpack(element if len(element) > 1 else element[0])
        parts = [x] if y is None else [x, y]

        def look(*flat):
            try:
                self._look(*(*tf.nest.pack_sequence_as(parts, list(flat)), None)[:2])
            except UserError as error:
                self.complaint = error
                raise
            return np.int64(0)

        looked = tf.numpy_function(look, tf.nest.flatten(parts), tf.int64)
        with tf.control_dependencies([looked]):
            x = self._with_shapes(x)
            if y is None:
                return (x,)
            return x, tf.nest.map_structure(lambda labels: tf.cast(labels, tf.int32), y)

    def _with_shapes(self, x):
        def with_shape(part, name):
            return tf.ensure_shape(part, [None, *self._wanted.shape_of(name)])

        names = self._wanted.examples(x)
        parts = [with_shape(part, name) for name, part in names.items()]
        return dict(zip(self._wanted.shape, parts, strict=True)) if isinstance(x, dict) else parts[0]

    def _look(self, x, y) -> None:
        self._wanted.check_form(x, y)
        self._wanted.check_values(x, y, wholly=self._seen == 0)
        self._seen += 1

    def _from_python(self, elements: Callable, spec) -> tf.data.Dataset:
        def generate():
            try:
                for element in elements():
                    yield tuple(element) if isinstance(element, list) else element
            except Exception as error:
                self.complaint = error
                raise

        return tf.data.Dataset.from_generator(generate, output_signature=spec)

    def _open_py_dataset(self, given) -> Callable:
        epochs = []

        def elements():
            if epochs:
                given.on_epoch_end()
            given.on_epoch_begin()
            if self.length is None:
                return (given[number] for number in itertools.count())
            epochs.append(max(self._position() // self.length, epochs[-1] + 1 if epochs else 0))
            order = np.arange(self.length)
            if self._seed is not None:
                order = np.random.Generator(np.random.Philox([self._seed, epochs[-1]])).permutation(order)
            return (given[int(number)] for number in order)

        return lambda: self._from_python(elements, self.element_spec)

    def skipped(self, restored: int) -> int:
        """Returns how many batches to leave out at the start, where an epoch is not all of them.

        Args:
            restored: how many batches a callback has restored.
        """
        is_ordered_by_position = self._from_py_dataset and self.length is not None
        return self._position() % self.length if is_ordered_by_position else restored


def _rows(batch) -> np.ndarray:
    return tf.nest.flatten(batch)[0]


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
