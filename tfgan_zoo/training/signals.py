"""Ending a run when the user or the system asks for it."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def catching_signals() -> Iterator[list[signal.Signals]]:
    """Yields a list to which a first Ctrl-C (SIGINT) or SIGTERM is appended, so that the block can end in order.

    A second one acts as if the block were not there.
    """
    caught: list[signal.Signals] = []
    earlier = {}

    def catch(number, frame):
        caught.append(signal.Signals(number))
        restore()

    def restore():
        for number, handler in earlier.items():
            signal.signal(number, handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        earlier[number] = signal.signal(number, catch)
    try:
        yield caught
    finally:
        restore()
