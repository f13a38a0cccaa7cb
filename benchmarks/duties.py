"""What sampling, checkpoints and logs cost in a default run: `python train.py --model=dcgan`.

    python benchmarks/duties.py [--steps=1500]

A real run whose duties are timed one by one, and after it a run that does none of them till its last step. Writes
`benchmarks/results/duties.json` and puts the table into docs/scaling.md.
"""

import collections
import json
import pathlib
import sys
import tempfile
import time

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.page import insert
from benchmarks.processes import stamp
from benchmarks.scaling import PAGE
from benchmarks.tables import RESULTS
from tfgan_zoo import data
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.machine.runtime import start_tensorflow

NAMES = {"_log": "logs", "_sample": "samples", "_save": "checkpoints"}


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("steps", 1500, "Of each run.", 1, flag_values=values)


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    from tfgan_zoo.training.run import Plan

    steps = values.steps
    spent = train(Plan(steps))
    rare = Plan(steps, log_every=steps, sample_every=steps, checkpoint_every=steps, evaluate_every=steps)
    bare = train(rare)
    result = {"steps": steps, "spent": spent, "without": bare, **stamp()}
    write_whole(RESULTS / "duties.json", json.dumps(result, indent=2) + "\n")
    text = render(result)
    print(text)
    insert(PAGE, "duties", text)


def train(plan) -> dict[str, float]:
    """Returns the seconds of each duty, those of what comes at the end, and those of the whole run, traced before."""
    from models import ZOO
    from tfgan_zoo.training.folder import RunFolder
    from tfgan_zoo.training.run import Run

    spent = collections.Counter()

    def timed(name, work):
        def run(*arguments):
            start = time.perf_counter()
            try:
                return work(*arguments)
            finally:
                spent[name] += time.perf_counter() - start

        return run

    class TimedRun(Run):
        """A run with a clock at each of its duties."""

        @property
        def _duties(self):
            return [(every, timed(NAMES[duty.__name__], duty)) for every, duty in super()._duties]

        def _finish(self):
            timed("end", super()._finish)()

    source = data.load("digits")
    gan = ZOO["dcgan"](source.element_shape)
    with tempfile.TemporaryDirectory() as path:
        folder = RunFolder(pathlib.Path(path) / "run")
        run = TimedRun(gan, source, folder, gan.batch_size, plan)
        run.trace()
        folder.claim({})
        timed("whole", run.train)()
    return dict(spent)


def render(result: dict) -> str:
    """Returns the table in Markdown."""
    spent, bare = result["spent"], result["without"]
    training = spent["whole"] - spent["end"]
    lines = ["| duty | seconds | of the run |", "|---|---|---|"]
    lines += [f"| {name} | {spent[name]:.2f} | {spent[name] / training:.2%} |" for name in NAMES.values()]
    together = sum(spent[name] for name in NAMES.values())
    lines.append(f"| together | {together:.2f} | {together / training:.2%} |")
    lines.append(f"| the run up to its last step | {training:.2f} | |")
    lines.append(f"| the same with duties at the last step alone | {bare['whole'] - bare['end']:.2f} | |")
    lines.append(f"| export, animation and curves at the end | {spent['end']:.2f} | |")
    command = f"python benchmarks/duties.py --steps={result['steps']}"
    facts = f"dcgan on digits, batch 128, defaults; {result['machine']}; {result['date']}"
    return "\n".join(lines) + f"\n\n*`{command}`: {facts}.*"


if __name__ == "__main__":
    sys.exit(run_command("duties.py", __doc__.splitlines()[0], define, main))
