"""Pictures that are decoded from their files whenever they are needed."""

import itertools
import sys
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.text import shown
from tfgan_zoo.data import images
from tfgan_zoo.data.images import Form, ImageError
from tfgan_zoo.data.source import Source, to_model_range

NEIGHBOURS = 100  # as many unreadable files in a row are no damage of single files


class FileSource(Source):
    """Pictures that are decoded from their files whenever they are needed.

    In the place of a file that cannot be read, the next one of its class is: a pure function of its index, so that a
    run goes on, and can be resumed, to the bit as long as the files stay the same.

    Args:
        name: as given on the command line.
        files: their paths.
        labels: int [n], −1 where unknown.
        class_names: names of the classes.
        form: what the pictures become.
    """

    in_memory = False

    def __init__(self, name: str, files: list[str], labels: np.ndarray, class_names: list[str], form: Form):
        super().__init__(name, len(files), form.shape, class_names)
        self.files = files
        self.form = form
        self._told = set()
        with tf.device("CPU"):
            self.labels = tf.convert_to_tensor(labels, tf.int32)
        self._of_class = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
        self._labels = np.asarray(labels)

    @property
    def all_labelled(self):
        return super().all_labelled and bool((self._labels >= 0).all())

    def fetch(self, indices):
        pixels, used, problem = tf.numpy_function(self._read, [indices], [tf.uint8, tf.int64, tf.string])
        # An exception of the function itself would bring its whole traceback along.
        with tf.control_dependencies([tf.debugging.Assert(tf.equal(problem, ""), [problem])]):
            pixels = tf.ensure_shape(pixels, (None, *self.element_shape))
        return to_model_range(pixels), tf.gather(self.labels, tf.ensure_shape(used, (None,)))

    def _read(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray, bytes]:
        """Returns pixels, the indices of the examples that they are, and what went wrong."""
        try:
            pixels, used = zip(*images.threads().map(self._read_one, indices.tolist()), strict=True)
            return np.stack(pixels), np.array(used, np.int64), b""
        except ImageError as error:
            none = np.empty((0, *self.element_shape), np.uint8), np.empty(0, np.int64)
            return *none, str(error).encode(errors="backslashreplace")

    def _read_one(self, index: int) -> tuple[np.ndarray, int]:
        """Returns the pixels of an example and its index, or those of the first neighbour that can be read."""
        try:
            return images.read(self.files[index], *self.form), index
        except ImageError as error:
            for neighbour in self._neighbours(index):
                try:
                    pixels = images.read(self.files[neighbour], *self.form)
                except ImageError:
                    continue
                self._tell(error, index, neighbour)
                return pixels, neighbour
            raise

    def _neighbours(self, index: int) -> Iterator[int]:
        """Yields the examples that follow one: those of its class, or the others where it has none of its own."""
        alike = self._of_class[self._labels[index]]
        following = alike if len(alike) > 1 else np.arange(self.num_examples)
        start = int(np.searchsorted(following, index)) + 1
        order = itertools.chain(following[start:], following[: start - 1])
        return map(int, itertools.islice(order, NEIGHBOURS))

    def _tell(self, error: ImageError, index: int, neighbour: int) -> None:
        if index in self._told:
            return
        self._told.add(index)
        # Without it the set would be another one, which a run does not go on with.
        line = f"{shown(str(error))}; in its place: {shown(self.files[neighbour])}. Leave it there until the run ends."
        print(f"{self.name}: {line}", file=sys.stderr, flush=True)
