"""Pictures of any size inside the graph, as `tfgan_zoo.data.images.read` makes them of files."""

import tensorflow as tf

from tfgan_zoo.serving.headers import accept_rows, attempt, is_png

LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R 601, Pillow's


def decode(images: tf.Tensor, shape: tuple[int, int, int], name: str = "image_bytes") -> tf.Tensor:
    """Decodes PNGs and JPEGs whose headers `check_headers` has accepted.

    What is transparent lies over white, unless C is 4. The largest centred part of the shape's proportions is scaled by
    an antialiased Lanczos filter. Each row is computed by itself, so that it does not depend on the others.

    Args:
        images: strings [n].
        shape: (H, W, C) of the result, C 1, 3 or 4.
        name: of the input, for messages.

    Returns:
        float32 [n, H, W, C], multiples of 1/255 in [0, 1].

    Raises:
        tf.errors.InvalidArgumentError: when the graph runs, if an image is damaged; the message has its row.
    """
    damaged = (tf.zeros(shape), False)
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec([], tf.bool))

    def read(image):
        return attempt(lambda x: (_read(x, shape), True), image, damaged)

    pixels, is_whole = tf.map_fn(read, images, parallel_iterations=1, fn_output_signature=signature)
    lengths = tf.strings.length(images)
    with tf.control_dependencies([accept_rows(is_whole, f"{name}: damaged; received row, bytes:", lengths)]):
        return pixels / 255.0


def decode_masks(masks: tf.Tensor, shape: tuple[int, ...]) -> tf.Tensor:
    """Decodes masks: float32 [n, H, W, 1], 1 where a picture is brighter than half, 0 elsewhere."""
    return tf.cast(decode(masks, (*shape[:2], 1), "mask_bytes") > 0.5, tf.float32)


def _read(image: tf.Tensor, shape: tuple[int, int, int]) -> tf.Tensor:
    of_png, of_jpeg = (_premultiplied, _opaque) if shape[-1] == 4 else (_over_white, tf.identity)
    pixels = tf.cond(is_png(image), lambda: of_png(_decode_png(image)), lambda: of_jpeg(_decode_jpeg(image)))
    return _to_channels(tf.round(_fit(pixels, shape[:2])), shape[-1])


def _decode_jpeg(image: tf.Tensor) -> tf.Tensor:
    return tf.io.decode_jpeg(image, channels=3, dct_method="INTEGER_ACCURATE")


def _decode_png(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns colour [h, w, 3] and alpha [h, w, 1], in 16 bits: as floats, 16 megapixels would be 200 MB."""
    rgba = tf.cast(tf.io.decode_png(image, channels=4), tf.uint16)
    colour, alpha = rgba[..., :3], rgba[..., 3:]
    # To what has 1, 2 or 4 bits and no alpha of its own, TensorFlow gives an alpha of 1, 3 or 15 instead of 255.
    depth = tf.cast(tf.io.decode_raw(tf.strings.substr(image, 24, 1), tf.uint8)[0], tf.int32)
    is_filler = (depth < 8) & (tf.cast(tf.reduce_max(alpha), tf.int32) == tf.bitwise.left_shift(1, depth) - 1)
    return colour, tf.where(is_filler, tf.cast(255, tf.uint16), alpha)


def _over_white(colour_and_alpha: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
    colour, alpha = colour_and_alpha
    return tf.cast(255 - (alpha * (255 - colour) + 127) // 255, tf.uint8)


def _premultiplied(colour_and_alpha: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
    """Returns [h, w, 4] to scale: the colour of what is transparent must not show at its edges."""
    colour, alpha = colour_and_alpha
    return tf.cast(tf.concat([(alpha * colour + 127) // 255, alpha], axis=-1), tf.uint8)


def _opaque(colour: tf.Tensor) -> tf.Tensor:
    return tf.pad(colour, [[0, 0], [0, 0], [0, 1]], constant_values=255)


def _straight(premultiplied: tf.Tensor) -> tf.Tensor:
    colour, alpha = premultiplied[..., :3], premultiplied[..., 3:]
    return tf.concat([tf.minimum(tf.round(255.0 * tf.math.divide_no_nan(colour, alpha)), 255.0), alpha], axis=-1)


def _fit(pixels: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    """Scales the largest centred part that has the proportions of `size`: uint8 [h, w, C] → float32 [H, W, C]."""
    given = tf.cast(tf.shape(pixels)[:2], tf.float32)
    wanted = tf.constant(size, tf.float32)
    scale = tf.reduce_max(wanted / given)
    fitted = tf.raw_ops.ScaleAndTranslate(
        images=pixels[None],
        size=size,
        scale=tf.stack([scale, scale]),
        translation=(wanted - given * scale) / 2.0,
        kernel_type="lanczos3",
        antialias=True,
    )
    return tf.ensure_shape(tf.clip_by_value(fitted[0], 0.0, 255.0), [*size, pixels.shape[-1]])


def _to_channels(pixels: tf.Tensor, channels: int) -> tf.Tensor:
    if channels == 1:
        return tf.round(tf.tensordot(pixels, tf.constant(LUMINANCE), 1)[..., None])
    return _straight(pixels) if channels == 4 else pixels
