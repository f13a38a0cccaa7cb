"""Trying again: what may pass is tried with growing pauses, within one time limit."""

import itertools
import random
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


class ServingError(RuntimeError):
    """The server cannot give what was asked for."""


class Unavailable(ServingError):
    """Not now: the server is down, starting, or has too much to do. Trying again may help."""


class TimedOut(ServingError):
    """No answer within the time limit."""


def retrying(attempt: Callable[[float], Answer], *, timeout: float, retries: int) -> Answer:
    """Returns what `attempt` returns, calling it again after `Unavailable`.

    The pauses double from 0.1 s to 5 s; each is shortened by up to a half at random, so that many clients do not come
    back all at once.

    Args:
        attempt: called with the seconds that are left.
        timeout: seconds for all attempts and pauses together.
        retries: how often it is called again.

    Raises:
        Unavailable: the last attempt's, if no retry is left, or none is over in time.
        TimedOut: the first attempt's.
    """
    deadline = time.monotonic() + timeout
    unavailable = None
    for turn in itertools.count():
        try:
            return attempt(deadline - time.monotonic())
        except TimedOut:
            if unavailable is not None:
                raise unavailable from None
            raise
        except Unavailable as error:
            unavailable = error
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**turn) * random.uniform(0.5, 1.0)
            if turn == retries or time.monotonic() + pause >= deadline:
                raise
            time.sleep(pause)
    raise AssertionError("itertools.count never ends")
