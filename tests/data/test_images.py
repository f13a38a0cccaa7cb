import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data import images
from tfgan_zoo.data.images import ImageError

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image, format_name, **options):
    stream = io.BytesIO()
    image.save(stream, format_name, **options)
    return stream


def write(path, content):
    path.write_bytes(content)
    return str(path)


def quarters():
    """Four quarters of 8 × 8 pixels: red, green / blue, white."""
    image = Image.new("RGB", (16, 16), WHITE)
    for colour, corner in [(RED, (0, 0)), (GREEN, (8, 0)), (BLUE, (0, 8))]:
        image.paste(colour, (*corner, corner[0] + 8, corner[1] + 8))
    return image


def corners(pixels):
    last = pixels.shape[0] - 1
    return [pixels[y, x].astype(int) for y, x in [(0, 0), (0, last), (last, 0), (last, last)]]


def assert_near(found, expected, tolerance=3):
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), atol=tolerance)


def png_with_header(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("format_name", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("GIF", {}, 0),
        ("TIFF", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 95}, 12),
        ("JPEG", {"quality": 95, "subsampling": 0}, 6),
    ],
)
def test_reads_every_format(format_name, options, tolerance):
    pixels = images.read(encoded(quarters(), format_name, **options), 16)
    assert pixels.shape == (16, 16, 3)
    assert pixels.dtype == np.uint8
    assert_near(corners(pixels), [RED, GREEN, BLUE, WHITE], tolerance)


def test_other_formats_are_refused():
    with pytest.raises(ImageError, match="in PostScript"):
        images.read(encoded(quarters(), "EPS"), 16)


def test_of_an_animation_the_first_frame_is_read():
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN)]
    stream = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert_near(images.read(stream, 8)[4, 4], RED, 0)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("1", (4, 4), 1), WHITE),
        (Image.new("L", (4, 4), 100), (100, 100, 100)),
        (Image.new("LA", (4, 4), (100, 0)), WHITE),
        (Image.new("RGBA", (4, 4), (255, 0, 0, 0)), WHITE),
        (Image.new("RGBA", (4, 4), (0, 0, 0, 51)), (204, 204, 204)),  # 255 · (1 − 51/255)
    ],
)
def test_modes_of_png(image, expected):
    assert_near(images.read(encoded(image, "PNG"), 4)[2, 2], expected, 1)


def test_palette_with_transparency_is_laid_over_white():
    image = Image.new("P", (2, 2))
    image.putpalette([0, 0, 0, 0, 0, 255])
    image.putdata([0, 1, 0, 1])
    pixels = images.read(encoded(image, "PNG", transparency=0), 2)
    assert_near(pixels[0], [WHITE, BLUE], 0)


def test_transparent_colour_of_rgb_png_is_laid_over_white():
    stream = encoded(Image.new("RGB", (4, 4), RED), "PNG", transparency=RED)
    assert_near(images.read(stream, 4)[0, 0], WHITE, 0)


def test_sixteen_bits_are_scaled_to_eight():
    values = np.array([[0, 257], [32896, 65535]], np.uint16)  # 257 · 128 = 32896
    pixels = images.read(encoded(Image.fromarray(values), "PNG"), 2)
    assert pixels[..., 0].tolist() == [[0, 1], [128, 255]]
    assert (pixels == pixels[..., :1]).all()


def test_sixteen_bits_are_scaled_by_the_range_of_the_type_not_of_the_picture():
    pixels = images.read(encoded(Image.fromarray(np.full((2, 2), 257, np.uint16)), "PNG"), 2)
    assert (pixels == 1).all()


def test_sixteen_bits_in_the_other_byte_order():
    big_endian = Image.frombytes("I;16B", (2, 2), struct.pack(">4H", 0, 257, 32896, 65535))
    pixels = images.read(encoded(big_endian, "TIFF"), 2)
    assert pixels[..., 0].tolist() == [[0, 1], [128, 255]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 255]], np.int32), [0, 255]),
        (np.array([[0, 65535]], np.int32), [0, 255]),
        (np.array([[-100, 100]], np.int32), [0, 255]),
        (np.array([[0, 100]], np.int32), [0, 100]),
        (np.array([[0.0, 0.2]], np.float32), [0, 51]),
        (np.array([[0.0, 102.0]], np.float32), [0, 102]),
        (np.array([[-1.0, 1.0]], np.float32), [0, 255]),
        (np.array([[np.nan, 1.0]], np.float32), [0, 255]),
        (np.array([[np.inf, 1.0]], np.float32), [0, 255]),
        (np.array([[7e5, 7e5]], np.float32), [255, 255]),
        (np.array([[-5.0, -5.0]], np.float32), [0, 0]),
    ],
)
def test_pixels_without_a_declared_range(values, expected):
    assert images._to_eight_bits(values).tolist() == [expected]


@pytest.mark.parametrize(("dtype", "value"), [(np.int32, 40000), (np.float32, 0.61)])
def test_wide_tiff_is_read(dtype, value):
    pixels = images.read(encoded(Image.fromarray(np.full((3, 3), value, dtype)), "TIFF"), 3)
    assert_near(pixels, np.full((3, 3, 3), 156), 0)  # 40000 / 257 = 155.6 and 0.61 · 255 = 155.6


def test_cmyk_jpeg():
    stream = encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=100)
    assert_near(images.read(stream, 8)[4, 4], RED, 8)


def test_lab_tiff():
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(quarters(), *profiles, outputMode="LAB")
    stream = encoded(lab, "TIFF")
    assert Image.open(stream).mode == "LAB"
    assert_near(corners(images.read(stream, 16)), [RED, GREEN, BLUE, WHITE], 24)  # LAB in 8 bits is coarse


def test_luminance_is_one_channel():
    pixels = images.read(encoded(Image.new("RGB", (4, 4), (255, 0, 0)), "PNG"), 4, channels=1)
    assert pixels.shape == (4, 4, 1)
    assert_near(pixels, np.full((4, 4, 1), 76), 1)  # 0.299 · 255


# Where the four corners red, green, blue, white of the stored picture end up, for EXIF orientations 1 to 8.
ORIENTATIONS = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation(format_name, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = encoded(quarters().resize((64, 64), Image.Resampling.NEAREST), format_name, quality=95, exif=exif)
    assert_near(corners(images.read(stream, 16)), ORIENTATIONS[orientation], 12)


def test_orientation_of_a_rotated_landscape_crops_the_middle():
    stored = Image.new("RGB", (48, 16), WHITE)
    stored.paste(RED, (16, 0, 32, 16))
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = images.read(encoded(stored, "PNG", exif=exif), 16)
    assert_near(pixels, np.broadcast_to(RED, (16, 16, 3)), 0)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_is_no_reason_to_refuse():
    stream = encoded(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage", quality=95, subsampling=0)
    assert_near(corners(images.read(stream, 16)), [RED, GREEN, BLUE, WHITE], 6)


def test_the_middle_square_is_kept():
    image = Image.new("RGB", (300, 100), WHITE)
    image.paste(RED, (100, 0, 200, 100))
    pixels = images.read(encoded(image, "PNG"), 25)
    assert_near(pixels[:, 3:-3], np.broadcast_to(RED, (25, 19, 3)), 0)  # the filter looks past the edge of the crop


def test_smaller_pictures_are_enlarged():
    pixels = images.read(encoded(quarters(), "PNG"), 64)
    assert pixels.shape == (64, 64, 3)
    assert_near(corners(pixels), [RED, GREEN, BLUE, WHITE], 0)


def test_reduction_is_antialiased():
    chequered = Image.fromarray(np.indices((64, 64)).sum(0).astype(np.uint8) % 2 * 255)
    assert_near(images.read(encoded(chequered, "PNG"), 8), np.full((8, 8, 3), 127.5), 2)


def test_one_pixel_wide():
    assert images.read(encoded(Image.new("RGB", (1, 500), RED), "PNG"), 8).shape == (8, 8, 3)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"])
def test_truncated(format_name):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    content = encoded(noise, format_name).getvalue()
    with pytest.raises(ImageError) as raised:
        images.read(io.BytesIO(content[: len(content) // 2]), 32)
    assert raised.value.reason in ("truncated or damaged", "not an image")


@pytest.mark.parametrize("content", [b"", b"\0", b"plain text, not a picture", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM"])
def test_no_image(content):
    with pytest.raises(ImageError, match="not an image"):
        images.read(io.BytesIO(content), 8)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_000, 12_000, 30_000, 2_000_000_000])
def test_a_bomb_is_refused_by_its_header(tmp_path, side):
    path = write(tmp_path / "bomb.png", png_with_header(side, side))
    with pytest.raises(ImageError, match="megapixels"):
        images.check(path)
    with pytest.raises(ImageError, match="megapixels"):
        images.read(path, 8)


def test_a_png_whose_text_is_a_bomb_is_read_without_the_text(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "a" * 80_000_000, zip=True)
    path = tmp_path / "text.png"
    quarters().save(path, pnginfo=info)
    assert_near(corners(images.read(str(path), 16)), [RED, GREEN, BLUE, WHITE], 0)


def test_check_accepts_pictures(tmp_path):
    for format_name in ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"):
        images.check(write(tmp_path / format_name, encoded(quarters(), format_name).getvalue()))


def test_check_names_reason_and_file(tmp_path):
    jpeg = encoded(quarters(), "JPEG").getvalue()
    png = bytearray(encoded(quarters(), "PNG").getvalue())
    png[-20] ^= 255
    for name, content, reason in [
        ("empty.png", b"", "empty"),
        ("text.png", b"hello", "not an image"),
        ("half.jpg", jpeg[: len(jpeg) - 40], "truncated or damaged"),
        ("flipped.png", bytes(png), "truncated or damaged"),
    ]:
        path = write(tmp_path / name, content)
        with pytest.raises(ImageError) as raised:
            images.check(path)
        assert raised.value.reason == reason
        assert str(raised.value) == f"{path} is {reason}"


def test_check_accepts_a_jpeg_with_something_appended(tmp_path):
    images.check(write(tmp_path / "appended.jpg", encoded(quarters(), "JPEG").getvalue() + b"\0" * 10_000))


def test_missing_file_is_unreadable(tmp_path):
    for function in (images.check, lambda path: images.read(path, 8)):
        with pytest.raises(ImageError, match="unreadable"):
            function(str(tmp_path / "missing.png"))


def test_read_all_keeps_the_order():
    greys = [encoded(Image.new("L", (4, 4), grey), "PNG") for grey in range(20)]
    pixels = images.read_all(greys, 4, channels=1)
    assert pixels.shape == (20, 4, 4, 1)
    assert pixels[:, 0, 0, 0].tolist() == list(range(20))


@pytest.mark.parametrize("channels", [1, 3])
def test_resize(channels):
    pixels = np.zeros((2, 4, 8, channels), np.uint8)
    pixels[1] = 200
    resized = images.resize(pixels, 6)
    assert resized.shape == (2, 6, 6, channels)
    assert resized.dtype == np.uint8
    assert (resized[0] == 0).all()
    assert (resized[1] == 200).all()


def test_resize_by_hand():
    pixels = np.array([[0, 0, 255, 255]] * 4, np.uint8).reshape(1, 4, 4, 1)
    assert images.resize(pixels, 2, method=Image.Resampling.BOX)[0, ..., 0].tolist() == [[0, 255], [0, 255]]
    assert images.resize(pixels, 4) is pixels


@pytest.mark.parametrize("size", [0, -1, 1025])
def test_sizes_out_of_range(size):
    with pytest.raises(UserError, match=f"--image_size={size}"):
        images.check_size(size)


def test_sizes_in_range():
    assert images.check_size(None) is None
    assert images.check_size(1024) == 1024


@pytest.mark.parametrize(
    ("num_images", "in_memory", "answer"),
    [
        (2**17, None, True),  # times 64 × 64 bytes are 512 MiB
        (2**17 + 1, None, False),
        (2**17 + 1, True, True),
        (1, False, False),
    ],
)
def test_large_sets_are_kept_in_memory_only_if_asked_for(num_images, in_memory, answer):
    assert images.fit_in_memory(num_images, (64, 64, 1), in_memory) is answer
