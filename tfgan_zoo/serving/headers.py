"""The headers of pictures, read inside the graph: decoding allocates whatever a header claims."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_zoo.serving.bounds import JPEG_START, MOST_BYTES, MOST_PIXELS, MOST_PIXELS_TOGETHER, MOST_SCANS, PNG_START

UNREADABLE = tf.constant([0, 0, 0])


def check_headers(images: tf.Tensor, name: str) -> list:
    """Returns assertions that strings are PNG or JPEG of a bounded size. Each message has the first row that fails.

    Args:
        images: strings [n].
        name: of the input, for messages.
    """
    lengths = tf.strings.length(images)
    known = is_png(images) | (tf.strings.substr(images, 0, len(JPEG_START)) == JPEG_START)
    first = [
        accept_rows(lengths <= MOST_BYTES, f"{name}: at most 16 MB each; received row, bytes:", lengths),
        accept_rows(known, f"{name}: neither PNG nor JPEG; received row, bytes:", lengths),
    ]
    with tf.control_dependencies(first):
        headers = tf.map_fn(_header, images, fn_output_signature=tf.TensorSpec([3], tf.int32))
    sizes, scans = headers[:, :2], headers[:, 2]
    has_size = tf.reduce_all(sizes > 0, axis=1)
    pixels = tf.reduce_prod(tf.cast(sizes, tf.int64), axis=1)
    together = tf.reduce_sum(pixels)
    return [
        *first,
        accept_rows(has_size, f"{name}: no size in the header; received row, height, width:", sizes),
        accept_rows(pixels <= MOST_PIXELS, f"{name}: at most 16 megapixels each; received row, height, width:", sizes),
        tf.debugging.Assert(
            together <= MOST_PIXELS_TOGETHER,
            [f"{name}: at most 256 megapixels in a request; received pixels:", together],
        ),
        accept_rows(scans <= MOST_SCANS, f"{name}: at most {MOST_SCANS} scans in a JPEG; received row, scans:", scans),
    ]


def accept_rows(inside: tf.Tensor, message: str, values: tf.Tensor):
    """Returns an assertion that all rows are inside; the message has the number and the value of the first that is not.

    Args:
        inside: bool [n].
        message: what is accepted.
        values: integers [n] or [n, k].
    """
    row = tf.where(~inside)[:1, 0]
    value = tf.reshape(tf.cast(tf.gather(values, row), tf.int64), [-1])
    return tf.debugging.Assert(tf.reduce_all(inside), [message, tf.concat([row, value], axis=0)])


def is_png(images: tf.Tensor) -> tf.Tensor:
    """Tells which strings begin as a PNG does."""
    return tf.strings.substr(images, 0, len(PNG_START)) == PNG_START


def attempt(function: Callable, image: tf.Tensor, otherwise):
    """Returns `function(image)`, or `otherwise` where one of its ops fails: the caller then names the row.

    `tf.data` has the only op in TensorFlow that catches another op's error.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    tried = tf.data.Dataset.from_tensors(image).map(function).ignore_errors()
    return tried.concatenate(tf.data.Dataset.from_tensors(otherwise)).take(1).with_options(options).get_single_element()


def _header(image: tf.Tensor) -> tf.Tensor:
    """Returns height, width and the number of scans; zeros where they cannot be read."""
    return attempt(lambda x: tf.cond(is_png(x), lambda: _png_header(x), lambda: _jpeg_header(x)), image, UNREADABLE)


def _png_header(image: tf.Tensor) -> tf.Tensor:
    size = tf.io.decode_raw(tf.strings.substr(image, 16, 8), tf.int32, little_endian=False)
    width, height = tf.unstack(tf.ensure_shape(size, [2]))
    # The header comes first, whatever else the file holds: libpng refuses it elsewhere, or twice.
    comes_first = tf.strings.substr(image, 8, 8) == b"\0\0\0\rIHDR"
    return tf.where(comes_first, tf.stack([height, width, 0]), UNREADABLE)


def _jpeg_header(image: tf.Tensor) -> tf.Tensor:
    size = tf.image.extract_jpeg_shape(image)[:2]  # libjpeg's own reading, which decodes nothing
    raw = tf.io.decode_raw(image, tf.uint8)
    scans = tf.math.count_nonzero((raw[:-1] == 0xFF) & (raw[1:] == 0xDA), dtype=tf.int32)
    return tf.concat([size, [scans]], axis=0)
