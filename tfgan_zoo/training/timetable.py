"""When a run does its recurring duties: after a number of steps, or by the clock."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator

SHARE_OF_WORK = 0.1  # of the time, at most, for a duty by the clock


class EverySteps:
    """After each `every`-th step."""

    def __init__(self, every: int):
        self._every = every

    def steps_left(self, step: int) -> float:
        """Returns how many steps may follow `step` until `is_due` has to be asked."""
        return self._every - step % self._every

    def is_due(self, step: int) -> bool:
        """Tells whether it is to be done after `step`."""
        return step % self._every == 0

    @contextlib.contextmanager
    def doing(self) -> Iterator[None]:
        """Runs the block, which does it."""
        yield


class ByTheClock:
    """Often at first, then less and less often, but never more than `most` seconds apart.

    Args:
        least: seconds between two times.
        share: of the time since the beginning that passes between two times, where that is longer.
        most: seconds between two times, whatever it costs.
    """

    def __init__(self, least: float, share: float, most: float):
        self._least, self._share, self._most = least, share, most
        self._began = self._last = time.perf_counter()
        self._cost = 0.0

    def steps_left(self, step: int) -> float:
        return math.inf

    def is_due(self, step: int) -> bool:
        now = time.perf_counter()
        wait = max(self._least, self._share * (now - self._began), self._cost / SHARE_OF_WORK)
        return now - self._last >= min(wait, self._most)

    @contextlib.contextmanager
    def doing(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._last = time.perf_counter()
        self._cost = self._last - began


def for_pictures(every: int | None) -> EverySteps | ByTheClock:
    """Returns when sample pictures are drawn: every `every` steps; None for by the clock, at least every 5 minutes."""
    return EverySteps(every) if every else ByTheClock(least=2.0, share=0.1, most=300.0)


def for_checkpoints(every: int | None) -> EverySteps | ByTheClock:
    """Returns when checkpoints are written: every `every` steps; None for by the clock, so that little work is lost."""
    return EverySteps(every) if every else ByTheClock(least=60.0, share=0.05, most=240.0)


class Forecast:
    """Says once, from the pace of the first steps, how long the rest will take; warns if that is hours.

    Args:
        steps: of the run in all.
        say: tells the user one line.
        warn: tells one line that should not be missed.
    """

    MEASURED = 2.0  # seconds of training that a pace is read from
    WORTH_SAYING = 60.0  # seconds
    LONG = 3 * 3600.0  # seconds

    def __init__(self, steps: int, say: Callable[[str], None], warn: Callable[[str], None]):
        self._steps = steps
        self._say, self._warn = say, warn
        self._seen, self._seconds = 0, 0.0
        self._is_said = False

    def look(self, step: int, count: int, seconds: float) -> None:
        """Takes in that the `count` steps up to `step` took so many seconds."""
        self._seen += count
        self._seconds += seconds
        if self._is_said or self._seconds < self.MEASURED:
            return
        self._is_said = True
        pace = self._seconds / self._seen
        left = (self._steps - step) * pace
        if left >= self.LONG:
            self._warn(
                f"about {duration(left)} left for {self._steps - step:,} steps of {pace:.2g} s. Fewer --steps, a "
                "smaller --image_size or a narrower model (--set=width=…) shorten that. Ctrl-C ends a run at any time "
                "with what it has learnt, and the same command resumes it."
            )
        elif left >= self.WORTH_SAYING:
            self._say(f"about {duration(left)} left for {self._steps - step:,} steps")


def duration(seconds: float) -> str:
    """Returns a time as one says it: `45 s`, `12 min`, `3.5 h`, `2.1 days`."""
    for unit, length, most in (("s", 1, 90), ("min", 60, 90 * 60), ("h", 3600, 48 * 3600)):
        if seconds < most:
            return f"{seconds / length:.2g} {unit}"
    return f"{seconds / 86400:.2g} days"
