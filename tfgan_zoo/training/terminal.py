"""A run outlives the terminal, or the program, that reads what it prints."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

STANDARD = (0, 1, 2)  # the descriptors of standard input, output and errors
CLOSED = (errno.EIO, errno.EPIPE)  # what writing to a terminal or a pipe says whose other end is gone


@contextlib.contextmanager
def outliving_the_terminal() -> Iterator[None]:
    """Has what the block prints vanish from the moment at which nobody can read it any more."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Lasting(out), _Lasting(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


class _Lasting:
    """A text stream whose writing ends in nothing, instead of an error, when its other end is gone."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text: str) -> int:
        return self._lasting(lambda: self._stream.write(text), len(text))

    def flush(self) -> None:
        self._lasting(self._stream.flush, None)

    def _lasting(self, act, otherwise):
        try:
            return act()
        except OSError as error:
            if error.errno not in CLOSED:
                raise
            redirect_to_nowhere(self._stream.fileno())
            return otherwise

    def __getattr__(self, name):
        return getattr(self._stream, name)


def leave_closed_terminal() -> None:
    """Turns standard input, output and errors away from a terminal that is gone."""
    if not hasattr(os, "ttyname"):  # Windows
        return
    for descriptor in STANDARD:
        if _is_closed(descriptor):
            redirect_to_nowhere(descriptor)


def _is_closed(descriptor: int) -> bool:
    """Tells whether a descriptor is of a terminal that was closed: it is one still, and answers nothing."""
    try:
        os.ttyname(descriptor)
        return False
    except OSError as error:
        return error.errno == errno.EIO


def redirect_to_nowhere(descriptor: int) -> None:
    """Has everything that is written to a descriptor vanish."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
