"""The process of one contender, started by `benchmarks/turns.py`: trains when told to, and sleeps otherwise.

    python benchmarks/contenders/worker.py NAME WORK        WORK: the fields of `Work` as JSON

Reads numbers of steps, one a line, and answers each with a line of JSON when they are done. The first step needs no
order. The end of the input ends the process.
"""

import json
import os
import pathlib
import resource
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.work import Work


class Over(Exception):
    """There is no next turn."""


class Turns:
    """The contender's side of the taking of turns.

    Args:
        orders: the stream of orders.
        answers: the stream that takes the answers.

    Attributes:
        left: how many steps of the current turn are left.
    """

    def __init__(self, orders, answers):
        self.orders = orders
        self.answers = answers
        self.ordered = self.left = 1
        self.started = time.perf_counter()

    def finished(self, steps: int = 1) -> None:
        """Notes that steps are done; at the end of a turn answers, and waits for the next.

        A contender that takes several steps at once may take some more than were ordered; the answer has their number.

        Raises:
            Over: the work is done.
        """
        self.left -= steps
        if self.left > 0:
            return
        seconds = time.perf_counter() - self.started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts kilobytes
        answer = {
            "steps": self.ordered - self.left,
            "seconds": seconds,
            "at": time.time(),
            "peak_bytes": peak,
            "onednn": onednn(),
        }
        self.answers.write(json.dumps(answer) + "\n")
        self.answers.flush()
        order = self.orders.readline()
        if not order:
            raise Over
        self.ordered = self.left = int(order)
        self.started = time.perf_counter()


def onednn() -> bool | None:
    """Returns whether TensorFlow's kernels are those of oneDNN; None where it is not the one that trains."""
    if "tensorflow" not in sys.modules:
        return None
    from tensorflow.python.util import _pywrap_util_port

    return _pywrap_util_port.IsMklEnabled()


def main(name: str, work: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # progress bars
    turns = Turns(sys.stdin, answers)
    try:
        CONTENDERS[name].load()(Work(**json.loads(work)), turns)
    except Over:
        # Neither the threads of input pipelines nor tensors are waited for.
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
