"""What viewers forgive and Pillow does not: a picture's pixels without the metadata that keep it from being read."""

import io
import struct
from collections.abc import Iterator

from PIL import Image

from tfgan_zoo.data.endings import MARK_OF_JPEG, part

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
JPEG_START = b"\xff\xd8"
# What the pixels of a PNG depend on, and which way up they are.
PNG_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf")
APPLICATION, COMMENT, SCAN = range(0xE0, 0xF0), 0xFE, 0xDA
EXIF, ADOBE = b"Exif\0\0", b"Adobe"
ADOBE_LENGTH = 12  # of the segment that tells CMYK and YCCK apart
# Bits that no picture ends in by chance, in the place of those that may be missing.
FILLER = bytes(range(0xFE, 0x20, -3))


def pixels_alone(file) -> io.BytesIO | None:
    """Returns a PNG or JPEG without its metadata, a JPEG with its end mark; None for another file.

    Args:
        file: path or binary stream.
    """
    content = part(file, 0, -1)
    if content.startswith(PNG_START):
        return io.BytesIO(PNG_START + b"".join(_png_chunks(content)))
    if content.startswith(JPEG_START):
        return io.BytesIO(_with_end(JPEG_START + b"".join(_jpeg_parts(content))))
    return None


def _png_chunks(content: bytes) -> Iterator[bytes]:
    position, kind = len(PNG_START), b""
    while position + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        if kind in PNG_CHUNKS:
            yield content[position : position + 12 + length]
        position += 12 + length
    if position == len(content) and kind != b"IEND":
        yield PNG_END


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Yields the segments up to the first scan but for the metadata, and then all the rest as it is."""
    position = len(JPEG_START)
    while position + 4 <= len(content):
        start, kind, length = struct.unpack_from(">BBH", content, position)
        if start != 0xFF or kind == SCAN:
            break
        segment = content[position : position + 2 + length]
        if _is_needed(kind, segment[4:]):
            yield segment
        position += 2 + length
    yield content[position:]


def _is_needed(kind: int, body: bytes) -> bool:
    if kind == 0xEE:
        return body.startswith(ADOBE) and len(body) >= ADOBE_LENGTH
    return (kind not in APPLICATION and kind != COMMENT) or body.startswith(EXIF)


def _with_end(content: bytes) -> bytes:
    """Returns a JPEG with an end mark, if the mark is all that it lacks.

    A decoder fills missing pixels up without a word. If it makes the same picture of the content whatever follows it,
    then none is missing.

    Raises:
        OSError: pixels are missing.
    """
    if MARK_OF_JPEG in content[-4096:]:
        return content
    content = content.removesuffix(b"\xff")
    if _decoded(content + MARK_OF_JPEG) != _decoded(content + FILLER + MARK_OF_JPEG):
        raise OSError("pixels are missing at the end")
    return content + MARK_OF_JPEG


def _decoded(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        return image.tobytes()
