"""Three digits stacked as the channels of one image: 1,000 modes, to see how many of them a GAN covers.

References: L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein, Unrolled generative adversarial networks, arXiv:1611.02163,
§3.3.1; A. Srivastava et al., VEEGAN, arXiv:1705.07761, §4.2.
"""

import functools

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data import tfds
from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.source import ArraySource, Source

CHANNELS = 3
NUM_IMAGES = {"train": 128_000, "test": 26_000}
SEEDS = {"train": 0, "test": 1}


class StackedSource(Source):
    """Images of three digits, composed when they are fetched.

    Which digits image i is made of is a pure function of i. The label is the number that they read as: digits a, b, c
    in red, green and blue are class 100 a + 10 b + c.

    Args:
        name: as given on the command line.
        base: grey digits in ten classes, of which each channel is drawn uniformly.
        num_examples: how many images there are.
        seed: of the draws.

    Attributes:
        base: where the digits come from.
    """

    def __init__(self, name: str, base: ArraySource, num_examples: int, seed: int):
        classes = len(base.class_names) ** CHANNELS
        shape = (*base.element_shape[:2], CHANNELS)
        super().__init__(name, num_examples, shape, [f"{number:03d}" for number in range(classes)])
        self.base = base
        generator = np.random.Generator(np.random.Philox(seed))
        parts = generator.integers(base.num_examples, size=(num_examples, CHANNELS), dtype=np.int64)
        places = len(base.class_names) ** np.arange(CHANNELS)[::-1]
        with tf.device("CPU"):
            self._parts = tf.constant(parts)
            self.labels = tf.constant(base.labels.numpy()[parts] @ places, tf.int32)

    def fetch(self, indices):
        digits, _ = self.base.fetch(tf.reshape(tf.gather(self._parts, indices), [-1]))
        apart = tf.reshape(digits, [-1, CHANNELS, *self.element_shape[:2]])
        return tf.transpose(apart, [0, 2, 3, 1]), tf.gather(self.labels, indices)


def stacked_digits(
    *, split: str = "train", image_size: int | None = None, data_dir: str | None = None
) -> StackedSource:
    """Opens stacks of scikit-learn's digits: see `tfgan_zoo.data.digits.digits` for the arguments.

    Returns:
        A source of images of shape (image_size, image_size, 3) in 1,000 classes: 128,000 to train on, made of the
        training digits, or 26,000 made of the test digits.

    Raises:
        UserError: the split or the size cannot be used.
    """
    return _stack("stacked_digits", digits, split, image_size, data_dir)


def stacked_mnist(*, split: str = "train", image_size: int | None = None, data_dir: str | None = None) -> StackedSource:
    """Opens stacks of MNIST's digits: see `tfgan_zoo.data.tfds.any_tfds` for the arguments.

    Returns:
        A source of images of shape (28, 28, 3), or another size, in 1,000 classes: 128,000 to train on, made of
        MNIST's training set, or 26,000 made of its test set.

    Raises:
        UserError: the split or size cannot be used, or MNIST can be neither found nor downloaded.
    """
    # A digit is drawn at random: that takes random access, whatever the size.
    return _stack("stacked_mnist", functools.partial(tfds.mnist, in_memory=True), split, image_size, data_dir)


def _stack(name: str, open_base, split: str, image_size: int | None, data_dir: str | None) -> StackedSource:
    if split not in SEEDS:
        raise unknown("split", split, SEEDS)
    base = open_base(split=split, image_size=image_size, data_dir=data_dir)
    return StackedSource(name, base, NUM_IMAGES[split], SEEDS[split])
