"""Ending a run when the user or the system asks for it."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

from tfgan_zoo.training.terminal import leave_closed_terminal

# What terminals and schedulers send to end a program: Ctrl-C, Ctrl-\, a closed terminal; Kubernetes; Slurm, LSF and
# Grid Engine before the limit; a used-up limit of processor time; a failing power supply. Few systems have all of them.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXCPU", "SIGPWR", "SIGBREAK")
ENDING = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))


@contextlib.contextmanager
def catching_signals() -> Iterator[list[signal.Signals]]:
    """Yields a list to which the first signal of each kind in `ENDING` is appended, so that the block can end in order.

    A second one of the same kind acts as if nothing were caught.
    """
    caught: list[signal.Signals] = []

    def catch(number, frame):
        caught.append(signal.Signals(number))
        earlier = handlers[number]
        signal.signal(number, signal.SIG_DFL if earlier is _end_at_once else earlier)
        leave_closed_terminal()

    with _handling(ENDING, catch) as handlers:
        yield caught


@contextlib.contextmanager
def ending_before_first_step() -> Iterator[None]:
    """While there is nothing to save yet, has signals end the process at once, with a message and status 0.

    Ctrl-C stays what it is, a KeyboardInterrupt.
    """
    with _handling([number for number in ENDING if number != signal.SIGINT], _end_at_once):
        yield


@contextlib.contextmanager
def _handling(numbers, handler: Callable) -> Iterator[dict]:
    """Sets a handler and yields the earlier ones; leaves alone what was ignored when the program began, as by `nohup`.

    Python hands signals to the main thread alone: in another one nothing is caught.
    """
    earlier = {}
    if threading.current_thread() is threading.main_thread():
        earlier = {number: signal.getsignal(number) for number in numbers}
        # None stands for a handler that is not Python's.
        earlier = {number: h for number, h in earlier.items() if h is not None and h != signal.SIG_IGN}
    for number in earlier:
        signal.signal(number, handler)
    try:
        yield earlier
    finally:
        for number, before in earlier.items():
            signal.signal(number, before)


def _end_at_once(number, frame) -> None:
    name = signal.Signals(number).name
    leave_closed_terminal()
    text = f"stopped by {name} before the first step: nothing had to be saved. To start, run the same command.\n"
    os.write(1, text.encode())
    raise SystemExit(0)
