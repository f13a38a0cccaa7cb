"""Measurements in processes of their own, so that each one's peak memory is its own."""

import datetime
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.machine import machine
from tfgan_zoo.common.files import write_whole

STEPS = 30  # that are timed


def run_process(script: str, *flags: str) -> dict:
    """Runs a script of this folder; returns the JSON object that it prints as its last line."""
    path = pathlib.Path(__file__).with_name(script)
    result = subprocess.run([sys.executable, str(path), *flags], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def finished(path: pathlib.Path, script: str, *flags: str) -> dict:
    """Returns the measurement in a file; makes it first, in a process of its own, where it is missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({**run_process(script, *flags), **stamp()}, indent=2) + "\n")
    return json.loads(path.read_text())


def stamp() -> dict:
    """Returns what every figure carries."""
    return {"machine": machine(), "date": datetime.date.today().isoformat()}


def peak_megabytes() -> float:
    """Returns the largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes, on Linux


def time_steps(step: Callable[[], None], warm_up: int = 2) -> list[float]:
    """Returns the seconds of each of `STEPS` calls, after those of the warm-up."""
    for _ in range(warm_up):
        step()
    times = []
    for _ in range(STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return times


def images_a_second(batches, batch_size: int, seconds: float = 3.0) -> float:
    """Returns the median over turns of 50 batches of how fast a pipeline alone yields them, in a graph."""
    import tensorflow as tf

    @tf.function
    def pull(iterator, count):
        for _ in tf.range(count):
            next(iterator)

    iterator, rates, start = iter(batches), [], time.perf_counter()
    pull(iterator, tf.constant(2))
    while not rates or time.perf_counter() - start < seconds:
        turn = time.perf_counter()
        pull(iterator, tf.constant(50))
        rates.append(50 * batch_size / (time.perf_counter() - turn))
    return statistics.median(rates)
