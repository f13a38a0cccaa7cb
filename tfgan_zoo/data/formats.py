"""Which formats of pictures are read, and what those are called that are not."""

import functools
import importlib

from PIL import Image

# Pillow knows more: some start other programs (EPS, WMF), hold several pictures (ICO, ICNS) or are no pictures (MPEG).
SAFE = (
    *("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"),
    *("PPM", "QOI", "PSD", "DDS", "DIB", "SGI", "PCX", "TGA"),
)
NAMES = "PNG, JPEG, WebP, AVIF, BMP, GIF, TIFF, JPEG 2000, PPM, TGA or HEIC"

HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
CONVERT = "convert them to PNG or JPEG"
FIRST_BYTES = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "PostScript",
    b"%PDF": "PDF",
    b"\0\0\1\0": "ICO",
    b"icns": "ICNS",
}


@functools.cache
def formats() -> tuple[str, ...]:
    """Returns Pillow's names of the formats that are read: those of this build of Pillow, and HEIF with its plug-in."""
    Image.init()
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
        safe = (*SAFE, "HEIF")
    except ImportError:
        safe = SAFE
    return tuple(name for name in safe if name in Image.OPEN)


def why_unread(head: bytes) -> str:
    """Returns what a file is that none of the formats fits, and the way out where there is one.

    Args:
        head: its first bytes, a few hundred.
    """
    if head[4:8] == b"ftyp":
        return _why_unread_box(head)
    if b"<svg" in head:
        return f"in SVG: {CONVERT}"
    name = next((name for start, name in FIRST_BYTES.items() if head.startswith(start)), None)
    return f"in {name}: {CONVERT}" if name else "not an image"


def _why_unread_box(head: bytes) -> str:
    """Tells the pictures apart that share a container with videos."""
    brands = head[8 : int.from_bytes(head[:4], "big")]
    if b"avif" in brands or b"avis" in brands:
        return "truncated or damaged" if "AVIF" in formats() else f"in AVIF: pip install --upgrade pillow, or {CONVERT}"
    if any(brand in brands for brand in HEIF):
        return "truncated or damaged" if "HEIF" in formats() else f"in HEIC: pip install pillow-heif, or {CONVERT}"
    return "not an image"
