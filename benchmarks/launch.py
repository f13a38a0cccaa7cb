"""Seconds from the launch of `train.py` to its first finished step, and what they are made of.

    python benchmarks/launch.py [--rounds=5]

The first launch, which reads everything from the disk, is not counted. Writes `benchmarks/results/launch.json` and puts
the table into docs/scaling.md.
"""

import json
import pathlib
import statistics
import sys
import tempfile
import time

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.page import insert
from benchmarks.processes import run_process, stamp
from benchmarks.scaling import PAGE
from benchmarks.tables import RESULTS
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.files import write_whole

COMMAND = ("--model=dcgan", "--steps=1", "--noexport")


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("rounds", 5, "Launches, the first not counted.", 2, flag_values=values)


def main(values: flags.FlagValues) -> None:
    rounds = []
    for _ in range(values.rounds):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(run_process("launch_once.py", str(time.time()), *COMMAND, f"--workdir={folder}/run"))
        print(f"{sum(rounds[-1].values()):.1f} s", flush=True)
    result = {"rounds": rounds[1:], **stamp()}
    write_whole(RESULTS / "launch.json", json.dumps(result, indent=2) + "\n")
    text = render(result)
    print(text)
    insert(PAGE, "launch", text)


def render(result: dict) -> str:
    """Returns the table in Markdown: the median of each stage, and that of the whole."""
    rounds = result["rounds"]
    lines = ["| stage | seconds |", "|---|---|"]
    lines += [f"| {stage} | {statistics.median(r[stage] for r in rounds):.2f} |" for stage in rounds[0]]
    lines.append(f"| launch to the first finished step | {statistics.median(sum(r.values()) for r in rounds):.2f} |")
    facts = f"`{' '.join(COMMAND)}`, medians of {len(rounds)} warm launches; {result['machine']}; {result['date']}"
    return "\n".join(lines) + f"\n\n*`python benchmarks/launch.py`: {facts}.*"


if __name__ == "__main__":
    sys.exit(run_command("launch.py", __doc__.splitlines()[0], define, main))
