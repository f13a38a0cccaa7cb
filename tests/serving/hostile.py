"""Pictures that are none, or that claim to be what they are not."""

import struct
import zlib

import numpy as np

from tests.serving.translators import file_of, smooth

PNG = file_of(smooth(30, 40, 3))
JPEG = file_of(smooth(30, 40, 3), "JPEG")
FRAME = JPEG.index(b"\xff\xc0")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(100))), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg_that_claims(width: int, height: int) -> bytes:
    return JPEG[: FRAME + 5] + struct.pack(">HH", height, width) + JPEG[FRAME + 9 :]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
GIF = file_of(np.zeros((3, 3, 1), np.uint8), "GIF")

# name → (content, what the graph says, what the check before it says)
PICTURES = {
    "a PNG that claims too much": (png_that_claims(60000, 60000), "16 megapixels each; .* 1 60000 60000", "megapixels"),
    "a PNG that claims the most": (
        png_that_claims(2**32 - 1, 2**32 - 1),
        "no size in the header",
        "damaged|megapixels",
    ),
    "a PNG without a size": (png_that_claims(0, 5), "no size in the header; .* 1 5 0", "damaged|claims"),
    "a PNG smaller than its claim": (png_that_claims(4000, 4000), "damaged; received row, bytes: ", None),
    "a PNG cut off in its pixels": (PNG[:-30], "damaged; ", "damaged or cut off"),
    "a PNG cut off in its header": (PNG[:20], "no size in the header", "damaged or cut off"),
    "a PNG of its first bytes": (PNG[:8], "no size in the header", "damaged or cut off"),
    "a PNG with a flipped byte": (flipped(PNG), "damaged; ", "damaged or cut off"),
    "a PNG with another first chunk": (PNG[:8] + chunk(b"tEXt", b"a\0b") + PNG[8:], "no size in the header", None),
    "a JPEG that claims too much": (
        jpeg_that_claims(60000, 60001),
        "16 megapixels each; .* 1 60001 60000",
        "megapixels",
    ),
    "a JPEG without a size": (jpeg_that_claims(40, 0), "no size in the header", "damaged|claims"),
    "a JPEG of twelve bits": (JPEG[: FRAME + 4] + b"\x0c" + JPEG[FRAME + 5 :], "no size in the header", "damaged"),
    "a JPEG cut off in its pixels": (JPEG[:-40], "damaged; ", "damaged or cut off"),
    "a JPEG cut off in its header": (JPEG[:20], "no size in the header", "damaged or cut off"),
    "a JPEG of its first bytes": (JPEG[:3], "no size in the header", "damaged or cut off"),
    "a JPEG of too many scans": (JPEG[:-2] + 200 * SCAN + JPEG[-2:], "100 scans in a JPEG; .* 1 201", "100 scans"),
    "a GIF": (GIF, f"neither PNG nor JPEG; .* 1 {len(GIF)}", "neither PNG nor JPEG"),
    "nothing": (b"", "neither PNG nor JPEG; .* 1 0", "is empty"),
    "two bytes": (JPEG[:2], "neither PNG nor JPEG; .* 1 2", "neither PNG nor JPEG"),
    "17 MB": (PNG + bytes(17 << 20), "16 MB each; .* 1 178", "accepted: up to 16 MB"),
}
