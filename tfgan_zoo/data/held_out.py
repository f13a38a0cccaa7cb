"""A dataset without a test split, cut in two."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source

TEST_PART = 0.2
SEED = 0


class PartOfSource(Source):
    """Some examples of a dataset.

    Args:
        source: the whole, with random access and labels.
        indices: of the examples that are part of it, int64 [n].
    """

    def __init__(self, source: Source, indices: np.ndarray):
        super().__init__(source.name, len(indices), source.element_shape, source.class_names)
        self.in_memory = source.in_memory
        self._source = source
        with tf.device("CPU"):
            self._indices = tf.constant(indices, tf.int64)
            self.labels = tf.gather(source.labels, self._indices)

    def fetch(self, indices):
        return self._source.fetch(tf.gather(self._indices, indices))


def hold_out(source: Source) -> tuple[PartOfSource, PartOfSource]:
    """Returns four fifths of the examples and the rest, by a fixed permutation.

    Raises:
        UserError: fewer than five examples.
    """
    if source.num_examples < 5:
        raise UserError(f"--dataset={source.name}: at least 5 images are needed to hold some out; it has fewer.")
    order = np.random.Generator(np.random.Philox(SEED)).permutation(source.num_examples)
    border = int(source.num_examples * TEST_PART)
    return PartOfSource(source, order[border:]), PartOfSource(source, order[:border])
