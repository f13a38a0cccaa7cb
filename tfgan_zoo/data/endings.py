"""Whether a picture's file goes on to its end, found out without decoding."""

import contextlib
import os

MARK_OF_JPEG = b"\xff\xd9"
MARKS = {"JPEG": MARK_OF_JPEG, "MPO": MARK_OF_JPEG, "JPEG2000": MARK_OF_JPEG, "QOI": b"\0\0\0\0\0\0\0\1"}
OF_BOXES = ("AVIF", "HEIF")


def has_end(file, format_name: str) -> bool:
    """Tells whether a file's end is in place; False also where only decoding can tell.

    Args:
        file: path or binary stream, which Pillow has opened.
        format_name: Pillow's.
    """
    if format_name in MARKS:
        return MARKS[format_name] in part(file, -4096, 4096)  # some programs append to their files
    if format_name in OF_BOXES:
        return _boxes_are_whole(file)
    return format_name == "WEBP"  # which Pillow does not open unless it is whole


def part(file, start: int, length: int) -> bytes:
    """Returns some bytes of a path or stream; a negative start counts from the end."""
    with contextlib.nullcontext(file) if hasattr(file, "read") else open(file, "rb") as stream:
        end = stream.seek(0, os.SEEK_END)
        stream.seek(start if start >= 0 else max(0, end + start))
        return stream.read(length)


def _boxes_are_whole(file) -> bool:
    """Tells whether the last of the boxes, each of which begins with its length, ends within the file."""
    position = 0
    while len(head := part(file, position, 16)) >= 8:
        short, long = int.from_bytes(head[:4], "big"), int.from_bytes(head[8:16], "big")
        length = long if short == 1 else short
        if length < 8:  # 0: the last one goes on to the end, wherever that is
            return False
        if not part(file, position + length - 1, 1):
            return False
        position += length
    return True
