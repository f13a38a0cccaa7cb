"""Pictures that every viewer opens are read, whatever their metadata are like; pixels that are missing stay missing."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo.data import images
from tfgan_zoo.data.images import ImageError

NOISE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
THREE_MB = b"x" * (3 << 20)


def encoded(format_name, **options):
    stream = io.BytesIO()
    Image.fromarray(NOISE).save(stream, format_name, **options)
    return stream.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def segment(number, body):
    return bytes([0xFF, number]) + struct.pack(">H", len(body) + 2) + body


PNG, JPEG = encoded("PNG"), encoded("JPEG")
JFIF_ENDS = 20  # the start mark and the first segment
XMP = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(THREE_MB)


def in_png(addition, *, at=33):
    return PNG[:at] + addition + PNG[at:]


def spoilt(content, position):
    return content[:position] + bytes([content[position] ^ 255]) + content[position + 1 :]


PNGS = {
    "xmp_of_three_megabytes": in_png(chunk(b"iTXt", XMP)),
    "xmp_behind_the_pixels": in_png(chunk(b"iTXt", XMP), at=len(PNG) - 12),
    "text_of_three_megabytes": in_png(chunk(b"zTXt", b"k\0\0" + zlib.compress(THREE_MB))),
    "text_of_seventy_megabytes": in_png(b"".join(chunk(b"tEXt", b"k%d\0" % i + b"x" * 900_000) for i in range(80))),
    "colour_profile_of_three_megabytes": in_png(chunk(b"iCCP", b"k\0\0" + zlib.compress(THREE_MB))),
    "colour_profile_of_an_unknown_kind": in_png(chunk(b"iCCP", b"k\0\7x")),
    "colour_profile_without_content": in_png(chunk(b"iCCP", b"")),
    "text_with_a_wrong_checksum": spoilt(in_png(chunk(b"tEXt", b"k\0hello")), 45),
    "text_with_a_wrong_checksum_behind": spoilt(in_png(chunk(b"tEXt", b"k\0hello"), at=len(PNG) - 12), len(PNG)),
    "short_resolution": in_png(chunk(b"pHYs", b"1")),
    "empty_gamma": in_png(chunk(b"gAMA", b"")),
    "damaged_exif": in_png(chunk(b"eXIf", b"garbage")),
    "no_end": PNG[:-12],
    "something_appended": PNG + b"junk" * 1000,
}
JPEGS = {
    "hundred_segments_of_profile": JPEG[:2]
    + b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([i + 1, 100]) + b"x" * 65_000) for i in range(100))
    + JPEG[2:],
    "damaged_exif": JPEG[:2] + segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff garbage") + JPEG[2:],
    "short_jfif": JPEG[:2] + segment(0xE0, b"JFIF") + JPEG[JFIF_ENDS:],
    "short_adobe": JPEG[:2] + segment(0xEE, b"Adobe") + JPEG[2:],
    "damaged_photoshop": JPEG[:2] + segment(0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\0\x10\0") + JPEG[2:],
    "damaged_mpf": JPEG[:2] + segment(0xE2, b"MPF\0garbage") + JPEG[2:],
    "no_end": JPEG[:-2],
    "half_an_end": JPEG[:-1],
    "zeros_appended": JPEG + b"\0" * 10_000,
}


@pytest.mark.filterwarnings("ignore")  # Pillow's, on the damaged metadata
@pytest.mark.parametrize(
    ("content", "whole"), [(c, PNG) for c in PNGS.values()] + [(c, JPEG) for c in JPEGS.values()], ids=[*PNGS, *JPEGS]
)
def test_a_picture_that_viewers_open_is_not_called_damaged(tmp_path, content, whole):
    path = tmp_path / "picture"
    path.write_bytes(content)
    assert images.check(str(path)) == (32, 32, "RGB")
    expected = images.read(io.BytesIO(whole), 32)
    np.testing.assert_array_equal(images.read(str(path), 32), expected)
    np.testing.assert_array_equal(images.read(io.BytesIO(content), 32), expected)


@pytest.mark.parametrize("missing", [3, 5, 12, 100, 1000])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_whose_pixels_are_missing_is_not_filled_up(tmp_path, missing, progressive):
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded("JPEG", progressive=progressive)[:-missing])
    for use in (images.check, lambda path: images.read(path, 8)):
        with pytest.raises(ImageError, match="truncated or damaged"):
            use(str(path))


def test_a_png_whose_pixels_are_missing_is_not_filled_up():
    for content in (PNG[:-40], in_png(chunk(b"iCCP", b""))[:-40], spoilt(PNG, 60)):
        with pytest.raises(ImageError, match="truncated or damaged"):
            images.read(io.BytesIO(content), 8)


def test_colours_of_cmyk_survive_the_removal_of_metadata():
    stream = io.BytesIO()
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(stream, "JPEG", quality=100)
    content = stream.getvalue()
    without_end = content[:-2]
    np.testing.assert_array_equal(images.read(io.BytesIO(without_end), 16), images.read(io.BytesIO(content), 16))


def test_the_way_up_survives_the_removal_of_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded("PNG", exif=exif)
    with_profile = turned[:33] + chunk(b"iCCP", b"") + turned[33:]
    expected = images.read(io.BytesIO(turned), 32)
    np.testing.assert_array_equal(images.read(io.BytesIO(with_profile), 32), expected)
    assert (expected != images.read(io.BytesIO(PNG), 32)).any()
