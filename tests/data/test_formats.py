"""What Pillow reads is read; of what is not, the name and the way out are told."""

import io
import sys
import types

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image, ImageFile

from tfgan_zoo.data import formats, images
from tfgan_zoo.data.images import ImageError

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100


def encoded(format_name, **options):
    stream = io.BytesIO()
    NOISE.save(stream, format_name, **options)
    return stream.getvalue()


@pytest.fixture
def written(tmp_path):
    def write(content, name="picture"):
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return write


def reason_of(path):
    reasons = set()
    for use in (images.check, lambda path: images.read(path, 8)):
        with pytest.raises(ImageError) as raised:
            use(path)
        reasons.add(raised.value.reason)
    (reason,) = reasons
    return reason


LOSSLESS = ["PNG", "BMP", "DIB", "TIFF", "PPM", "QOI", "SGI", "PCX", "TGA", "JPEG2000", "DDS"]


@pytest.mark.parametrize("format_name", LOSSLESS)
def test_a_format_that_pillow_reads_is_not_called_no_image(written, format_name):
    path = written(encoded(format_name))
    assert images.check(path) == (32, 32, "RGB")
    np.testing.assert_array_equal(images.read(path, 32), np.asarray(NOISE))


@pytest.mark.parametrize("options", [{}, {"save_all": True, "append_images": [Image.new("RGB", (32, 32))]}])
def test_avif_is_read(written, options):
    path = written(encoded("AVIF", quality=100, subsampling="4:4:4", **options), "a.avif")
    assert images.check(path) == (32, 32, "RGB")
    assert np.abs(images.read(path, 32).astype(int) - np.asarray(NOISE)).mean() < 20


@pytest.mark.parametrize("format_name", ["AVIF", "GIF", "TIFF", "BMP", "WEBP", "JPEG2000", "QOI", "PPM", "TGA"])
@pytest.mark.parametrize("missing", [0.5, 10])
def test_a_half_file_is_found_before_training(written, format_name, missing):
    content = encoded(format_name)
    keep = len(content) // 2 if missing == 0.5 else len(content) - missing
    if format_name == "TGA":
        content, keep = content[:-26], keep - 26  # the last bytes are a signature
    with pytest.raises(ImageError):
        images.check(written(content[:keep]))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\x0a" + b"\0" * 50, "in JPEG XL: convert them to PNG or JPEG"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "in JPEG XL: convert them to PNG or JPEG"),
        (b'<?xml version="1.0"?>\n<svg width="1"/>', "in SVG: convert them to PNG or JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "in PostScript: convert them to PNG or JPEG"),
        (b"%PDF-1.7\n", "in PDF: convert them to PNG or JPEG"),
        (encoded("ICO"), "in ICO: convert them to PNG or JPEG"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41", "not an image"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "truncated or damaged"),
        (b"plain text", "not an image"),
        (HEIC, "in HEIC: pip install pillow-heif, or convert them to PNG or JPEG"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_out(written, content, reason):
    if content == HEIC and "HEIF" in formats.formats():
        pytest.skip("pillow-heif is installed")
    assert reason_of(written(content)) == reason


@pytest.fixture
def anew():
    formats.formats.cache_clear()
    yield
    formats.formats.cache_clear()


def test_a_pillow_without_avif_says_so(anew, written, monkeypatch):
    monkeypatch.delitem(Image.OPEN, "AVIF")
    assert reason_of(written(encoded("AVIF"))) == (
        "in AVIF: pip install --upgrade pillow, or convert them to PNG or JPEG"
    )


def test_heic_is_read_where_its_plug_in_is_installed(anew, written, monkeypatch):
    class Heif(ImageFile.ImageFile):
        format = "HEIF"

        def _open(self):
            self._size, self._mode = (32, 32), "RGB"
            self.tile = [ImageFile._Tile("raw", (0, 0, 32, 32), 24, ("RGB", 0, 1))]

    plug_in = types.ModuleType("pillow_heif")
    plug_in.register_heif_opener = lambda: Image.register_open("HEIF", Heif, lambda head: head[8:12] == b"heic")
    monkeypatch.setitem(sys.modules, "pillow_heif", plug_in)
    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    body = np.asarray(NOISE).tobytes()
    content = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + body
    np.testing.assert_array_equal(images.read(written(content), 32), np.asarray(NOISE))


def test_no_format_starts_another_program():
    assert not {"EPS", "WMF", "MPEG", "PDF"} & set(formats.formats())
    assert ("AVIF" in formats.formats()) == AvifImagePlugin.SUPPORTED
