"""Timing several ways of doing the same in turns, so that a noisy machine disturbs all of them alike."""

import statistics
import time
from collections.abc import Callable


def alternate(ways: dict[str, Callable[[], None]], rounds: int, steps: int) -> dict[str, float]:
    """Returns the median milliseconds a step of each way.

    Args:
        ways: name → function that trains `steps` steps.
        rounds: turns of each way; the first, which traces graphs, is not counted.
        steps: that one call trains.
    """
    times = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) / steps * 1e3)
    return {name: statistics.median(rounds[1:]) for name, rounds in times.items()}


def print_medians(title: str, medians: dict[str, float], base: str) -> None:
    """Prints each way's milliseconds and their ratio to those of `base`."""
    for name, median in medians.items():
        print(f"{title} {name}: {median:.2f} ms a step, {median / medians[base]:.3f} of {base}")
