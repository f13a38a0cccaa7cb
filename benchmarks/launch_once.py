"""One launch of `train.py` up to its first finished step; the seconds of its stages, as a line of JSON.

    python benchmarks/launch_once.py SECONDS_SINCE_1970 [flags of train.py]

The first argument is when the process was started. The stages end where the training command calls the next one.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from models import ZOO
from tfgan_zoo import data, train
from tfgan_zoo.machine import runtime

STAGES = ("Python and flags", "TensorFlow", "trainer", "data", "model", "trace", "first step")


def main(started: float, arguments: list[str]) -> None:
    marks = [started]

    def mark():
        marks.append(time.time())

    def marked(work, *, before=False, after=False):
        def run(*arguments, **options):
            if before:
                mark()
            result = work(*arguments, **options)
            if after:
                mark()
            return result

        return run

    start_tensorflow = runtime.start_tensorflow

    def start():
        mark()
        start_tensorflow()
        mark()
        from tfgan_zoo.training.run import Run

        Run.trace = marked(Run.trace, before=True, after=True)
        Run._do_duties = marked(Run._do_duties, before=True)

    runtime.start_tensorflow = start
    data.load = marked(data.load, before=True, after=True)
    status = train.main(ZOO, arguments)
    if status or len(marks) != len(STAGES) + 1:
        raise SystemExit(f"train.py ended with status {status} after {len(marks) - 1} of {len(STAGES)} stages")
    spans = zip(STAGES, marks, marks[1:], strict=False)
    print(json.dumps({stage: end - begin for stage, begin, end in spans}))


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
