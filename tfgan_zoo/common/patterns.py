"""Paths that TensorFlow takes for patterns."""

import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator

LETTERS = set("*?[]") | ({"\\"} if os.sep == "/" else set())


@contextlib.contextmanager
def no_pattern(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a path of a folder in which TensorFlow's reader of checkpoints sees no pattern: its own, or of a link.

    Args:
        folder: what is read in the block lies in it.
    """
    if not _is_pattern(folder.absolute()):
        yield folder
        return
    places = [place for place in (tempfile.gettempdir(), "/tmp", "/var/tmp") if not _is_pattern(place)]
    with tempfile.TemporaryDirectory(prefix="tfgan_zoo-", dir=places[0]) as place:
        link = pathlib.Path(place, "folder")
        link.symlink_to(folder.absolute(), target_is_directory=True)
        yield link


def _is_pattern(path: str | pathlib.Path) -> bool:
    return not LETTERS.isdisjoint(str(path))
