"""The pictures below a folder, checked by their headers."""

import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tfgan_zoo.common.watch import watch
from tfgan_zoo.data import images
from tfgan_zoo.data.images import Header, ImageError
from tfgan_zoo.data.layout import belongs


class Picture(NamedTuple):
    """A file that is a picture by its header.

    Attributes:
        path: of the file.
        header: what is known of it before the pixels are.
        size: in bytes.
    """

    path: str
    header: Header
    size: int


def pictures_in(root: str, name: str, skipped: dict[str, list[str]]) -> list[Picture]:
    """Lists the files below a folder, of any depth, that are pictures by their headers.

    Args:
        root: the folder.
        name: of the dataset, for the progress.
        skipped: reason → files that are none; is added to.
    """
    pictures = []
    files = list(_files(root, skipped))
    for file in watch(files, len(files), f"{name}: checking files"):
        try:
            size = _size_of_file(file)
            pictures.append(Picture(file, images.check(file), size))
        except ImageError as error:
            skipped[error.reason].append(file)
    return pictures


def _files(root: str, skipped: dict[str, list[str]]) -> Iterator[str]:
    """Yields all files below `root` by name. A folder to which several links lead, or a circle of them, counts once."""
    seen = set()
    for parent, subfolders, names in os.walk(
        root, followlinks=True, onerror=lambda error: skipped["unreadable"].append(error.filename)
    ):
        identity = os.path.realpath(parent)
        if identity in seen:
            subfolders.clear()
            continue
        seen.add(identity)
        subfolders[:] = sorted(filter(belongs, subfolders))
        yield from (os.path.join(parent, name) for name in sorted(filter(belongs, names)))


def _size_of_file(path: str) -> int:
    """Returns the bytes of a file; keeps the reading from pipes and devices, which may never end."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise ImageError("unreadable", path) from error
    if not stat.S_ISREG(status.st_mode):
        raise ImageError("not an image", path)
    return status.st_size


def channels_of(pictures: Iterable[Picture]) -> int:
    """Returns 1 if all pictures are grey, 3 otherwise."""
    return 1 if all(picture.header.kind == "grey" for picture in pictures) else 3
