"""Data that come in batches: of a `tf.data.Dataset`, a generator or a `keras.utils.PyDataset`, checked as they come."""

import itertools
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source
from tfgan_zoo.game.given import Wanted
from tfgan_zoo.game.whole_data import source_of


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
