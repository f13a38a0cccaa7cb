"""Paths that TensorFlow and TensorFlow Datasets take for patterns."""

import atexit
import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator

LETTERS = set("*?[]") | ({"\\"} if os.sep == "/" else set())


@contextlib.contextmanager
def no_pattern(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a path of a folder in which nobody sees a pattern: its own, or that of a link.

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


def no_pattern_for_good(folder: pathlib.Path) -> pathlib.Path:
    """Returns a path as `no_pattern` yields it, which lasts until the process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(no_pattern(folder))


def _is_pattern(path: str | pathlib.Path) -> bool:
    return not LETTERS.isdisjoint(str(path))
