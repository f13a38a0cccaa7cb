"""Processes that take turns: one works while the others sleep, so that a noisy machine disturbs all alike."""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.work import Work
from tfgan_zoo.machine.fast_path import INTER_OP, INTRA_OP, ONEDNN, XLA_FLAGS

WORKER = pathlib.Path(__file__).resolve().parent / "contenders" / "worker.py"


class ContenderFailed(RuntimeError):
    """The process of a contender ended when it should have trained."""


class Process:
    """A contender in a process of its own, which has finished its first step when this returns.

    Args:
        name: of the contender.
        work: what it trains.

    Attributes:
        seconds_to_first_step: from the start of the process.
        peak_bytes: its largest resident set so far.
        onednn: whether TensorFlow's kernels are those of oneDNN; None for PyTorch.
        turns: (steps, seconds) of each turn.

    Raises:
        ContenderFailed: it has ended; the message has the last line that it wrote.
    """

    def __init__(self, name: str, work: Work):
        contender = CONTENDERS[name]
        self.name = name
        self.turns: list[tuple[int, float]] = []
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        work = dataclasses.replace(work, schedule=contender.schedule or work.schedule)
        start = time.time()
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), name, json.dumps(dataclasses.asdict(work))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(contender.onednn),
        )
        self.seconds_to_first_step = self._answer()["at"] - start

    def take_turn(self, steps: int) -> None:
        """Trains `steps` steps, or as many more as the contender takes at once."""
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        answer = self._answer()
        self.turns.append((answer["steps"], answer["seconds"]))

    def close(self) -> None:
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()
        self._errors.close()

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            said = self._errors.read().strip() or f"exit status {self._process.returncode}"
            raise ContenderFailed(f"{self.name}: {said.splitlines()[-1]}")
        answer = json.loads(line)
        self.peak_bytes, self.onednn = answer["peak_bytes"], answer["onednn"]
        return answer


def environment(onednn: bool | None) -> dict[str, str]:
    """Returns a contender's environment: that of a user who has set nothing, on the CPU, which all of them can use."""
    choices = (ONEDNN, INTRA_OP, INTER_OP, XLA_FLAGS, "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    given = {name: value for name, value in os.environ.items() if name not in choices}
    chosen = {} if onednn is None else {ONEDNN: str(int(onednn))}
    return {**given, **chosen, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}


def figures(processes: list[Process], batch_size: int) -> dict[str, dict]:
    """Returns each contender's medians over the rounds, of which the first is not counted.

    `times_as_long` is the median of its time to that of the first process in the same round.
    """
    base = [_milliseconds(turn) for turn in processes[0].turns[1:]]
    results = {}
    for process in processes:
        times = [_milliseconds(turn) for turn in process.turns[1:]]
        median = statistics.median(times)
        results[process.name] = {
            "milliseconds_a_step": median,
            "images_a_second": batch_size / median * 1e3,
            "times_as_long": statistics.median(time / ours for time, ours in zip(times, base, strict=True)),
            "peak_bytes": process.peak_bytes,
            "seconds_to_first_step": process.seconds_to_first_step,
            "onednn": process.onednn,
            "rounds": times,
        }
    return results


def _milliseconds(turn: tuple[int, float]) -> float:
    steps, seconds = turn
    return seconds / steps * 1e3
