"""How large a picture from a stranger may be. Its header says so, before anything is decoded."""

import io

from PIL import Image

from tfgan_zoo.common.errors import UserError

MOST_BYTES = 16 * 2**20
MOST_PIXELS = 16 * 2**20  # 4096 × 4096
MOST_PIXELS_TOGETHER = 16 * MOST_PIXELS  # of one request: decoding them takes half a minute
MOST_SCANS = 100  # of a progressive JPEG, which has about ten: each one costs a pass over all pixels
PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START, JPEG_END, SCAN_START = b"\xff\xd8\xff", b"\xff\xd9", b"\xff\xda"


def check_picture(content: bytes, name: str) -> None:
    """Reads the header of a PNG or JPEG, then the checksums of a PNG. Decodes only a JPEG without an end mark.

    Args:
        content: of the file.
        name: what messages call it.

    Raises:
        UserError: the picture is too large, of another format, or damaged as far as this can be known.
    """
    check_length(len(content), name)
    if not content.startswith((PNG_START, JPEG_START)):
        raise UserError(f"{name}: is neither PNG nor JPEG.")
    if content.startswith(JPEG_START) and content.count(SCAN_START) > MOST_SCANS:
        raise UserError(f"{name}: has more than {MOST_SCANS} scans.")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if 0 < width * height <= MOST_PIXELS:
                _check_whole(image, content)
    except Image.DecompressionBombError:
        raise UserError(f"{name}: claims to be larger than {MOST_PIXELS >> 20} megapixels.") from None
    # Pillow's readers let through what their parsing runs into: SyntaxError, struct.error, IndexError, EOFError …
    except Exception:
        raise UserError(f"{name}: is damaged or cut off.") from None
    if not 0 < width * height <= MOST_PIXELS:
        raise UserError(f"{name}: claims {width} × {height} pixels; accepted: up to {MOST_PIXELS >> 20} megapixels.")


def _check_whole(image: Image.Image, content: bytes) -> None:
    if image.format != "PNG" and JPEG_END not in content[-4096:]:  # some programs append to their files
        image.load()
    else:
        image.verify()


def check_length(length: int, name: str) -> None:
    """Refuses a picture by the number of its bytes.

    Raises:
        UserError: there are none, or too many.
    """
    if length == 0:
        raise UserError(f"{name}: is empty.")
    if length > MOST_BYTES:
        raise UserError(f"{name}: has {length:,} bytes; accepted: up to {MOST_BYTES >> 20} MB.")
