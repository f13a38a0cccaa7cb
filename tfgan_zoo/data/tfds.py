"""Datasets of TensorFlow Datasets (TFDS), downloaded on first use.

TFDS prepares the files and describes them. They are read here in batches of undecoded records, which is several times
faster than the one-by-one parsing of `tfds.load`.
"""

import contextlib
import difflib
import io
import os
import pathlib
import re
import sys
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.hosts import silent_hosts
from tfgan_zoo.common.patterns import no_pattern_for_good
from tfgan_zoo.data import images
from tfgan_zoo.data.names import is_cycle_gan
from tfgan_zoo.data.records import Records, RecordSource
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source
from tfgan_zoo.machine.cores import available_cores

PARSE_BATCH = 500

EMBEDDED = "digits, ring8, grid25, stacked_digits"


def mnist(
    *, split: str = "train", image_size: int | None = None, data_dir: str | None = None, in_memory: bool | None = None
) -> Source:
    """Opens MNIST: see `any_tfds` for the arguments.

    Reference: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition,
    Proceedings of the IEEE 86(11), 1998.
    """
    return open_split("mnist", "mnist", split, image_size, data_dir, in_memory)


def fashion_mnist(
    *, split: str = "train", image_size: int | None = None, data_dir: str | None = None, in_memory: bool | None = None
) -> Source:
    """Opens Fashion-MNIST: see `any_tfds` for the arguments.

    Reference: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747.
    """
    return open_split("fashion_mnist", "fashion_mnist", split, image_size, data_dir, in_memory)


def cifar10(
    *, split: str = "train", image_size: int | None = None, data_dir: str | None = None, in_memory: bool | None = None
) -> Source:
    """Opens CIFAR-10: see `any_tfds` for the arguments.

    Reference: A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    return open_split("cifar10", "cifar10", split, image_size, data_dir, in_memory)


def any_tfds(
    name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
) -> Source:
    """Opens any image dataset of TFDS; downloads and prepares it if that has not been done.

    The images are those of the feature `image`, else of the first image feature; the labels those of the feature
    `label`, else of the only class label, else −1. Streamed, each epoch has another order than in memory.

    Args:
        name: `NAME[/CONFIG][:VERSION]`.
        split: a split of the dataset, which may be sliced: `"train"`, `"test"`, `"train[:80%]"` …
        image_size: height and width to scale and crop to; None for the dataset's own, or 64 where its sizes vary.
        data_dir: where the prepared datasets are; None for the environment's TFDS_DATA_DIR, else ~/tensorflow_datasets.
        in_memory: whether the pixels are, or the records streamed; None for in memory up to 512 MiB of pixels.

    Returns:
        A source of images of shape (H, W, 1 or 3).

    Raises:
        UserError: the dataset, split or size cannot be used, or it can be neither found nor downloaded.
    """
    return open_split(name, f"tfds:{name}", split, image_size, data_dir, in_memory)


def has_test_split(name: str, data_dir: str | None = None) -> bool:
    """Tells whether a dataset of TFDS has a test split; arguments and errors are those of `any_tfds`."""
    return is_cycle_gan(name) or _test_split(_prepared(name, f"tfds:{name}", data_dir)) is not None


def _test_split(builder) -> str | None:
    """Returns the split that stands for `test`: the validation set where there is no other; None for none."""
    return next((split for split in ("test", "validation") if split in builder.info.splits), None)


def open_split(
    tfds_name: str,
    name: str,
    split: str,
    image_size: int | None,
    data_dir: str | None,
    in_memory: bool | None,
    *,
    labelled: bool = True,
) -> Source:
    """Opens one split: see `any_tfds`.

    Args:
        name: for messages, and of the source.
        labelled: whether there are classes, if the dataset has some.
    """
    images.check_size(image_size)
    builder = _prepared(tfds_name, name, data_dir)
    records = _records(builder, name, split)
    decode, shape, class_names = record_decoder(builder.info.features, name, image_size, labelled)
    if not images.fit_in_memory(len(records), shape, in_memory):
        return RecordSource(name, records, decode, shape, class_names)
    try:
        return ArraySource(name, *_decode_all(records, decode, shape), class_names)
    except tf.errors.OpError as error:
        raise UserError(f"--dataset={name}: damaged files in '{builder.data_dir}': {_one_line(error)}") from error


def _prepared(tfds_name: str, name: str, data_dir: str | None):
    """Returns the builder of a dataset whose files are there."""
    with _quiet():
        builder = _builder(tfds_name, name, data_dir)
        if not builder.is_prepared():
            _prepare(builder, name)
    return builder


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps TFDS from writing banners, progress bars and warnings."""
    import tensorflow_datasets as tfds
    from absl import logging

    tfds.disable_progress_bar()
    verbosity = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.set_verbosity(verbosity)


def _builder(tfds_name: str, name: str, data_dir: str | None):
    import tensorflow_datasets as tfds

    # Other names are of collections that TFDS would look for on the network.
    if not re.fullmatch(r"\w+(/[\w.+-]+)?(:[\d.*]+)?", tfds_name):
        raise UserError(f"--dataset={name}: '{tfds_name}' is not of the form NAME[/CONFIG][:VERSION].")
    # TFDS looks at the environment once, when it is imported.
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR") or None
    try:
        return tfds.builder(tfds_name, data_dir=data_dir and _readable(os.path.expanduser(data_dir)))
    except tfds.core.DatasetNotFoundError as error:
        known = tfds.list_builders(with_community_datasets=False)
        nearest = difflib.get_close_matches(tfds_name.split("/")[0].split(":")[0], known, n=3, cutoff=0.5)
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        raise UserError(f"--dataset={name}: TensorFlow Datasets has no '{tfds_name}'.{hint}") from error
    except Exception as error:  # of many types: unknown configuration or version, malformed name, missing package
        raise UserError(f"--dataset={name}: {_why_no_builder(tfds_name, error)}") from error


def _readable(data_dir: str) -> str:
    """Returns a path of a folder that TFDS finds its files in; of one with brackets in its path it finds none."""
    return str(no_pattern_for_good(pathlib.Path(data_dir))) if os.path.isdir(data_dir) else data_dir


def _why_no_builder(tfds_name: str, error: Exception) -> str:
    import tensorflow_datasets as tfds

    dataset, _, config = tfds_name.partition("/")
    configs = []
    with contextlib.suppress(Exception):
        configs = list(tfds.builder_cls(dataset).builder_configs)
    if config and config.split(":")[0] not in configs:
        return f"'{dataset}' has no configuration '{config}'. Valid: {', '.join(configs) or 'none'}."
    return f"{_one_line(error)} Accepted: NAME[/CONFIG][:VERSION]."


def _prepare(builder, name: str) -> None:
    """Downloads a dataset, if its hosts answer."""
    ways_out = f"Give a prepared copy with --data_dir=DIR, or use a dataset that needs no download: {EMBEDDED}."
    place = f"--dataset={name}: not prepared in '{builder.data_dir}' and"
    # TFDS itself would retry for minutes where there is no network.
    silent = silent_hosts(builder.url_infos or {})
    if silent:
        raise UserError(f"{place} cannot be downloaded, {silent} cannot be reached. {ways_out}")
    print(f"{name}: downloading and preparing '{builder.data_dir}' …", file=sys.stderr, flush=True)
    try:
        builder.download_and_prepare(file_format="tfrecord")
    except Exception as error:  # no network, no space, no right to write, files to be fetched by hand …
        raise UserError(f"{place} cannot be: {_one_line(error)} {ways_out}") from error


def _records(builder, name: str, split: str) -> Records:
    import tensorflow_datasets as tfds

    if builder.info.file_format is not tfds.core.FileFormat.TFRECORD:
        raise UserError(
            f"--dataset={name}: '{builder.data_dir}' is of format {builder.info.file_format.value}; accepted: tfrecord."
        )
    try:
        known = _test_split(builder) or split if split == "test" else split
        records = Records(builder.info.splits[known].file_instructions)
    except OSError as error:
        raise UserError(f"--dataset={name}: cannot read '{error.filename}': {error.strerror}.") from error
    except (ValueError, KeyError) as error:
        valid = list(builder.info.splits)
        nearest = difflib.get_close_matches(split, valid, n=1)
        hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
        raise UserError(f"unknown split '{split}' of {name}.{hint} Valid: {', '.join(valid)}, or slices.") from error
    if not len(records):
        raise UserError(f"--dataset={name}: the split '{split}' is empty.")
    return records


def record_decoder(
    features, name: str, image_size: int | None, labelled: bool = True
) -> tuple[Callable, tuple, list[str]]:
    """Returns the function from serialized records to (pixels, labels), the shape of the pixels, the class names."""
    image_key, label_key = _image_key(features, name), _label_key(features) if labelled else None
    to_pixels, shape = _pixel_decoder(features[image_key].shape, image_size)
    spec = {image_key: tf.io.FixedLenFeature((), tf.string)}
    if label_key:
        spec[label_key] = tf.io.FixedLenFeature((), tf.int64)

    def decode(serialized):
        example = tf.io.parse_example(serialized, spec)
        unlabelled = tf.fill(tf.shape(serialized), UNLABELLED)
        labels = tf.cast(example[label_key], tf.int32) if label_key else unlabelled
        return tf.ensure_shape(to_pixels(example[image_key]), (None, *shape)), labels

    return decode, shape, list(features[label_key].names or []) if label_key else []


def _image_key(features, name: str) -> str:
    import tensorflow_datasets as tfds

    keys = [key for key, feature in features.items() if isinstance(feature, tfds.features.Image)]
    keys = [key for key in keys if features[key].np_dtype == np.uint8]
    if not keys:
        raise UserError(f"--dataset={name}: none of its features is an 8-bit image; it has {', '.join(features)}.")
    return "image" if "image" in keys else keys[0]


def _label_key(features) -> str | None:
    import tensorflow_datasets as tfds

    keys = [key for key, feature in features.items() if isinstance(feature, tfds.features.ClassLabel)]
    return "label" if "label" in keys else keys[0] if len(keys) == 1 else None


def _pixel_decoder(shape: tuple, image_size: int | None) -> tuple[Callable, tuple]:
    """Returns the function from encoded images, string [n], to uint8 [n, H, W, C], and (H, W, C).

    TensorFlow's decoder is the fastest for small images of one size. Where sizes vary, each is read like a file.
    """
    height, width, channels = shape
    if height and width and channels in (1, 3):
        size = (image_size, image_size) if image_size else (height, width)

        def decode_equal(encoded):
            pixels = tf.map_fn(
                lambda image: tf.io.decode_image(image, channels=channels, expand_animations=False),
                encoded,
                fn_output_signature=tf.TensorSpec(shape, tf.uint8),
            )
            if size == (height, width):
                return pixels
            return tf.numpy_function(lambda pixels: images.resize(pixels, image_size), [pixels], tf.uint8)

        return decode_equal, (*size, channels)

    size, channels = image_size or images.DEFAULT_SIZE, 1 if channels == 1 else 3

    def read(encoded):
        return images.read_all([io.BytesIO(image) for image in encoded], size, channels)

    return lambda encoded: tf.numpy_function(read, [encoded], tf.uint8), (size, size, channels)


def _decode_all(records: Records, decode: Callable, shape: tuple) -> tuple[np.ndarray, np.ndarray]:
    pixels, labels = np.empty((len(records), *shape), np.uint8), np.empty(len(records), np.int32)
    batches = (
        records.in_order().batch(PARSE_BATCH).map(decode, num_parallel_calls=available_cores(), deterministic=True)
    )
    start = 0
    for batch_pixels, batch_labels in batches.as_numpy_iterator():
        stop = start + len(batch_labels)
        pixels[start:stop], labels[start:stop] = batch_pixels, batch_labels
        start = stop
    return pixels[:start], labels[:start]


def _one_line(error: Exception) -> str:
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return first if first.endswith(".") else f"{first}."
