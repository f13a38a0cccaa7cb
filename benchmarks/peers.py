"""The zoo beside its peers: the same networks, batch and images, trained by several loops in turn.

    python benchmarks/peers.py --model=dcgan                    measures, prints, and writes docs/performance.md
    python benchmarks/peers.py --model=dcgan --show             prints the table of the last measurement
    python benchmarks/peers.py --model=vanilla --steps=200 --rounds=12 --contenders=zoo,pytorch --out=FILE.json

Each contender (benchmarks/contenders/) is a process of its own, since what TensorFlow is told about oneDNN counts when
it is imported. They take turns: one trains while the others sleep, and all are disturbed alike. A contender's ratio is
the median over the rounds of its time to that of the first contender in the same round. The first round warms up and is
not counted. Without `--out`, which a choice of contenders needs, the figures go to benchmarks/results/peers/, and the
page and its chart are brought up to date.
"""

import datetime
import importlib.util
import json
import pathlib
import sys
import tempfile

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import peers_page
from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.work import Work, write_images
from benchmarks.machine import machine
from benchmarks.turns import Process, figures
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.common.registry import unknown

BATCH_SIZE = 128
STEPS = {"dcgan": 4, "vanilla": 200}  # of a turn, so that one takes about a second
TRAINED_IN_SEQUENCE = {"dcgan": False, "vanilla": True}  # whether the recipe's own order is shown beside


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_enum("model", "dcgan", list(STEPS), "Whose networks.", flag_values=values)
    flags.DEFINE_list("contenders", None, f"Of {', '.join(CONTENDERS)}; unset: all.", flag_values=values)
    flags.DEFINE_enum("schedule", "simultaneous", ["simultaneous", "sequential"], "Of the zoo.", flag_values=values)
    flags.DEFINE_integer("batch_size", BATCH_SIZE, "Real examples per step.", 1, flag_values=values)
    flags.DEFINE_integer("rounds", 12, "Turns of each contender that are counted.", 1, flag_values=values)
    flags.DEFINE_integer("steps", None, "Steps a turn; about a second's by default.", 1, flag_values=values)
    flags.DEFINE_string("out", None, "A .json file for the figures, instead of the page's.", flag_values=values)
    flags.DEFINE_boolean("show", False, "Prints the page's table; measures nothing.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if values.show:
        print(peers_page.table(peers_page.read(values.model)))
        return
    if values.out is not None and not pathlib.Path(values.out).absolute().parent.is_dir():
        raise UserError(f"--out={values.out}: its folder does not exist.")
    names = chosen(values.contenders, values.model)
    if values.contenders and values.out is None:
        raise UserError(f"--contenders={','.join(values.contenders)}: needs --out; the page shows all contenders.")
    result = measure(names, values)
    text = json.dumps(result, indent=2) + "\n"
    print(peers_page.table(result))
    if values.out is not None:
        write_whole(pathlib.Path(values.out), text)
        return
    peers_page.path_of(values.model).parent.mkdir(parents=True, exist_ok=True)
    write_whole(peers_page.path_of(values.model), text)
    peers_page.update(values.model, result)


def chosen(names: list[str] | None, model: str) -> list[str]:
    """Returns the contenders that are measured; says which of the default ones is left out, and why.

    Raises:
        UserError: an unknown name, or PyTorch by name where it is not installed.
    """
    for name in names or ():
        if name not in CONTENDERS:
            raise unknown("contender", name, CONTENDERS)
    has_torch = importlib.util.find_spec("torch") is not None
    absent = "PyTorch is not installed (pip install --editable '.[torch]')"
    if names:
        if "pytorch" in names and not has_torch:
            raise UserError(f"--contenders=pytorch: {absent}.")
        return list(dict.fromkeys(names))
    if not has_torch:
        print(f"{absent}; the others are measured without it.", file=sys.stderr)
    left_out = {"pytorch"} - ({"pytorch"} if has_torch else set())
    if not TRAINED_IN_SEQUENCE[model]:
        left_out.add("zoo_sequential")
    return [name for name in CONTENDERS if name not in left_out]


def measure(names: list[str], values: flags.FlagValues) -> dict:
    """Lets the contenders train in turn; returns the figures, with what they depend on."""
    steps = values.steps or STEPS[values.model]
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        images = pathlib.Path(folder, "images.npy")
        write_images(images)
        work = Work(values.model, values.schedule, values.batch_size, str(images))
        try:
            for name in names:  # one after another, so that each has the machine to itself while it starts
                processes.append(Process(name, work))
                print(f"{name}: first step after {processes[-1].seconds_to_first_step:.1f} s", file=sys.stderr)
            for _ in range(1 + values.rounds):
                for process in processes:
                    process.take_turn(steps)
        finally:
            for process in processes:
                process.close()
    return {
        "model": values.model,
        "schedule": values.schedule,
        "batch_size": values.batch_size,
        "rounds": values.rounds,
        "steps": steps,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "contenders": figures(processes, values.batch_size),
    }


if __name__ == "__main__":
    sys.exit(run_command("peers.py", "Times the zoo beside its peers, in turn.", define, main))
