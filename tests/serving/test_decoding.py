"""Inside the graph: hostile pictures are refused by row, others become what `data.images.read` makes of them."""

import io
import re

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from tests.serving import hostile
from tests.serving.translators import file_of, smooth
from tfgan_zoo.data import images
from tfgan_zoo.serving.decoding import decode, decode_masks
from tfgan_zoo.serving.headers import check_headers


def decoder(shape):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def run(pictures):
        with tf.control_dependencies(check_headers(pictures, "image_bytes")):
            return decode(pictures, shape)

    return run


COLOUR, GREY = decoder((8, 8, 3)), decoder((8, 8, 1))


@pytest.mark.parametrize("name", hostile.PICTURES)
def test_a_row_that_is_refused_is_named(name):
    content, message, _ = hostile.PICTURES[name]
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        COLOUR(tf.constant([hostile.PNG, content, hostile.JPEG]))
    said = str(raised.value).replace("[", "").replace("]", "")
    assert "assertion failed: image_bytes: " in said
    assert re.search(message, said), said


def test_all_rows_together_are_bounded():
    claims = [hostile.png_that_claims(4096, 4096)] * 17
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"256 megapixels in a request; .*\[285212672\]"):
        COLOUR(tf.constant(claims))
    with pytest.raises(tf.errors.InvalidArgumentError, match="damaged; "):
        COLOUR(tf.constant(claims[1:]))


def in_mode(mode, height=40, width=30, kind="PNG", **options):
    """Returns a file of a picture that is converted to one of Pillow's modes."""
    stream = io.BytesIO()
    Image.fromarray(smooth(height, width, 3)).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def sixteen_bits():
    stream = io.BytesIO()
    Image.fromarray(smooth(40, 30, 1)[..., 0].astype(np.uint16) * 257).save(stream, "PNG")
    return stream.getvalue()


FILES = {
    "wide": file_of(smooth(30, 47, 3)),
    "tall": file_of(smooth(61, 30, 3)),
    "of the model's size": file_of(smooth(8, 8, 3)),
    "smaller": file_of(smooth(3, 5, 3)),
    "one pixel": file_of(smooth(1, 1, 3)),
    "grey": file_of(smooth(40, 30, 1)),
    "with alpha": file_of(smooth(40, 30, 4)),
    "grey with alpha": in_mode("LA"),
    "one bit": in_mode("1"),
    "palette": in_mode("P"),
    "palette of two bits": in_mode("P", bits=2),
    "sixteen bits": sixteen_bits(),
    "jpeg": in_mode("RGB", 15, 14, "JPEG"),
    "grey jpeg": in_mode("L", 15, 14, "JPEG"),
    "progressive jpeg": in_mode("RGB", 15, 14, "JPEG", progressive=True),
    "jpeg for print": in_mode("CMYK", 15, 14, "JPEG"),
}


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_become_what_the_data_are_made_of(channels):
    found = (COLOUR if channels == 3 else GREY)(tf.constant(list(FILES.values()))).numpy()
    assert found.shape == (len(FILES), 8, 8, channels)
    np.testing.assert_allclose(found * 255, np.round(found * 255), atol=1e-4)
    for name, result in zip(FILES, found, strict=True):
        expected = images.read(io.BytesIO(FILES[name]), 8, channels).astype(float)
        assert np.abs(result * 255 - expected).max() <= 2.01, name  # Pillow rounds between its two passes


def test_the_whole_of_transparency_is_white():
    clear = np.zeros((9, 9, 4), np.uint8)
    np.testing.assert_array_equal(COLOUR(tf.constant([file_of(clear)])), np.ones((1, 8, 8, 3)))


def test_alpha_is_kept_for_a_model_that_has_it():
    picture = smooth(40, 30, 4)
    picture[:15, :, 3] = 0  # whose colour must not show
    expected = np.asarray(ImageOps.fit(Image.fromarray(picture), (8, 8), Image.Resampling.LANCZOS)).astype(float)
    found = decoder((8, 8, 4))(tf.constant([file_of(picture), hostile.JPEG])).numpy() * 255
    visible = expected[..., 3] > 64
    assert np.abs(found[0, ..., 3] - expected[..., 3]).max() <= 2.01
    assert np.abs(found[0] - expected)[visible].max() <= 6
    assert visible.sum() > 20
    np.testing.assert_array_equal(found[1, ..., 3], 255)
    np.testing.assert_allclose(found[1, ..., :3], COLOUR(tf.constant([hostile.JPEG]))[0] * 255, atol=0.01)


def test_a_picture_is_decoded_as_it_is_alone():
    files = list(FILES.values())
    together = COLOUR(tf.constant(files)).numpy()
    for file, result in zip(files, together, strict=True):
        np.testing.assert_array_equal(COLOUR(tf.constant([file]))[0], result)
    assert COLOUR(tf.constant([], tf.string)).shape == (0, 8, 8, 3)


def test_masks_are_cut_at_half():
    mask = np.zeros((16, 16, 1), np.uint8)
    mask[:, 8:] = 255
    found = decode_masks(tf.constant([file_of(mask)]), (4, 4, 3)).numpy()
    np.testing.assert_array_equal(found[0, ..., 0], [[0, 0, 1, 1]] * 4)
