"""The pictures below a folder, checked by their headers."""

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from tfgan_zoo.common.watch import watch
from tfgan_zoo.data import images
from tfgan_zoo.data.images import Header, ImageError
from tfgan_zoo.data.layout import belongs


class Picture(NamedTuple):
    """A file that is a picture by its header."""

    path: str
    header: Header


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
            _check_is_file(file)
            pictures.append(Picture(file, images.check(file)))
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


def _check_is_file(path: str) -> None:
    """Keeps the reading from pipes and devices, which may never end."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise ImageError("unreadable", path) from error
    if not stat.S_ISREG(mode):
        raise ImageError("not an image", path)
