"""Ending a run when the user or the system asks for it."""

import contextlib
import os
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


@contextlib.contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """While there is nothing to save yet, has SIGTERM end the process at once, with a message and status 0."""

    def end(number, frame):
        os.write(1, b"stopped by SIGTERM before the first step: nothing was to be saved. To go on: the same command.\n")
        raise SystemExit(0)

    earlier = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
