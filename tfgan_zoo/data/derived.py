"""Two domains made of one: A is a map of the images in B, so that pairs are known exactly and need no download.

Of the training set, pairs are all images; unpaired, A is made of one half of the images and B is the other.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.held_out import has_test_split, hold_out
from tfgan_zoo.data.source import ArraySource, Source, as_written, to_model_range
from tfgan_zoo.data.two_domains import Pairs, TwoDomains, together

REDUCTION = 4
ROWS_AT_ONCE = 500


def edges(
    name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
    channels: int | None = None,
    fit: str | None = None,
) -> TwoDomains:
    """Opens a dataset of images as B and their edges as A, white on black: see `edges_of`.

    A dataset without a test split has a fifth held out of it. In memory, the edges are computed once.

    Args:
        name: of a dataset of images.
        split, image_size, data_dir, in_memory: of that dataset: see `tfgan_zoo.data.load`.
        channels, fit: of that dataset, where it is made of one's own pictures; None for what goes with them.

    Returns:
        Two domains of one shape, with the classes of the dataset in both.

    Raises:
        UserError: the dataset cannot be opened.
    """
    return _open(
        f"edges:{name}", edges_of, name, split, image_size, data_dir, in_memory, {"channels": channels, "fit": fit}
    )


def reduced(
    name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
    channels: int | None = None,
    fit: str | None = None,
) -> TwoDomains:
    """Opens a dataset of images as B and the same at a quarter of the resolution as A: see `reduced_of`.

    Args, Returns and Raises: as for `edges`.
    """
    return _open(
        f"reduced:{name}", reduced_of, name, split, image_size, data_dir, in_memory, {"channels": channels, "fit": fit}
    )


def edges_of(pixels: tf.Tensor) -> tf.Tensor:
    """Returns what a dilation by 3 × 3 pixels adds to an image, in each channel: thin bright lines outside of shapes.

    Args:
        pixels: uint8 [n, H, W, C].

    Returns:
        uint8 [n, H, W, C].

    Reference: M.-Y. Liu, O. Tuzel, Coupled generative adversarial networks, arXiv:1606.07536, §4 (edges of MNIST).
    """
    return tf.nn.max_pool2d(pixels, 3, 1, "SAME") - pixels


def reduced_of(pixels: tf.Tensor) -> tf.Tensor:
    """Returns the means of blocks of 4 × 4 pixels, each as large as its block.

    Args:
        pixels: uint8 [n, H, W, C]; where 4 does not divide a side, the blocks are of about that size.

    Returns:
        uint8 [n, H, W, C].
    """
    size = pixels.shape[1:3]
    means = tf.image.resize(pixels, [-(-side // REDUCTION) for side in size], tf.image.ResizeMethod.AREA)
    return tf.cast(tf.round(tf.image.resize(means, size, tf.image.ResizeMethod.NEAREST_NEIGHBOR)), tf.uint8)


class Mapped(Source):
    """Images that are computed from another dataset's when they are needed.

    Args:
        name: of the images.
        base: what they are computed from.
        function: maps uint8 [n, H, W, C] to uint8 of the same shape.
    """

    def __init__(self, name: str, base: Source, function: Callable):
        super().__init__(name, base.num_examples, base.element_shape, base.class_names)
        self.base = base
        self.labels = base.labels
        self.in_memory = base.in_memory
        self.order = base.order
        self._function = function

    def map(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Maps a batch of the base's, float32 in [−1, 1]: as pixels, so that the result has the same bits anywhere."""
        pixels = tf.cast(tf.round((images + 1.0) * 127.5), tf.uint8)
        return to_model_range(self._function(pixels)), labels

    def fetch(self, indices):
        return self.map(*self.base.fetch(indices))

    def batches(self, batch_size, *, seed, start_step=0, purpose="data"):
        batches = self.base.batches(batch_size, seed=seed, start_step=start_step, purpose=purpose)
        return as_written(batches.map(self.map, num_parallel_calls=2, deterministic=True))

    def part(self, start, stop):
        return Mapped(self.name, self.base.part(start, stop), self._function)


class MappedPairs(Pairs):
    """Images beside those that they are computed from, which are read once for both.

    Args:
        name: as given on the command line.
        a: the computed images; B is their base.
    """

    def __init__(self, name: str, a: Mapped):
        super().__init__(name, a, a.base)

    def _pair(self, images, labels):
        return together(self.a.map(images, labels), (images, labels))

    def fetch(self, indices):
        return self._pair(*self.b.fetch(indices))

    def batches(self, batch_size, *, seed, start_step=0, purpose="data"):
        batches = self.b.batches(batch_size, seed=seed, start_step=start_step, purpose=purpose)
        return as_written(batches.map(self._pair, num_parallel_calls=2, deterministic=True))


def _open(
    name: str, function: Callable, base: str, split: str, image_size, data_dir, in_memory, form: dict
) -> TwoDomains:
    options = {"image_size": image_size, "data_dir": data_dir, "in_memory": in_memory, **form}
    is_cut = split in ("train", "test") and not has_test_split(base, data_dir)
    b = data.load(base, split="train" if is_cut else split, **options)
    pictures = b.inventory
    a = _map_all(f"{name}, A", b, function)
    if is_cut:
        a, b = (hold_out(domain)[split == "test"] for domain in (a, b))
    if b.num_examples < 2:
        raise UserError(f"--dataset={name}: {base} has one image; at least two are needed, for A and B.")
    half = b.num_examples // 2
    pairs = MappedPairs(name, a) if isinstance(a, Mapped) else Pairs(name, a, b)
    two = TwoDomains(name, a, b, pairs=pairs, apart=(a.part(0, half), b.part(half, b.num_examples)))
    two.inventory = pictures
    return two


def _map_all(name: str, base: Source, function: Callable) -> Source:
    """Maps all images now where the base holds its own in memory, else whenever they are needed."""
    if not isinstance(base, ArraySource):
        return Mapped(name, base, function)
    pixels = np.empty(base.examples.shape, np.uint8)
    with tf.device("CPU"):
        for start in range(0, len(pixels), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            pixels[rows] = function(base.examples[rows])
    return ArraySource(name, pixels, base.labels, base.class_names)
