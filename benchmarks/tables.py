"""The tables of docs/benchmarks.md. A cell is one model on one dataset with one seed, trained for the table's budget.

    python benchmarks/tables.py --table=NAME        trains the cells that are missing, then writes the table
    python benchmarks/tables.py --table=NAME --show prints the table of the finished cells

Each cell is trained in a process of its own and leaves `benchmarks/results/TABLE/CELL.json`, with a picture of its
samples beside it. A finished cell is kept, so the command can be stopped at any time and goes on where it was.
"""

import dataclasses
import datetime
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import gallery
from benchmarks.machine import machine
from benchmarks.page import insert
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.common.registry import unknown

BENCHMARKS = pathlib.Path(__file__).resolve().parent
RESULTS = BENCHMARKS / "results"
PAGE = BENCHMARKS.parent / "docs" / "benchmarks.md"


@dataclasses.dataclass(frozen=True)
class Table:
    """What is compared.

    Attributes:
        rows: name of the row → flags of `benchmarks/cell.py` that make it.
        datasets: the columns, each with every figure.
        options: further flags, of every cell.
        budget: how long a cell is trained, in words.
        seeds: how many runs a cell of the printed table is the mean of.
        figures: name of a metric's figure → digits after the point.
        with_reference: whether a row more has the figures of real test examples in the samples' place.
        pictured: the datasets of which the samples of seed 0 are shown below the table.
    """

    rows: dict[str, tuple[str, ...]]
    datasets: tuple[str, ...]
    options: tuple[str, ...]
    budget: str
    seeds: int
    figures: dict[str, int]
    with_reference: bool = False
    pictured: tuple[str, ...] = ()


MODES = {"modes": 1, "high_quality": 3, "reverse_kl": 2}
OF_IMAGES = {
    "inception_score": 2,
    "frechet_distance": 2,
    "kernel_distance": 3,
    "precision": 3,
    "recall": 3,
    "coverage": 3,
}
NAMES = {"inception_score": "classifier score", "reverse_kl": "reverse KL"}  # others speak for themselves
IMAGE_METRICS = "--metrics=inception_score,frechet_distance,kernel_distance,precision_recall"
ON_POINTS = (
    "vanilla",
    "feature_matching",
    "minibatch_discrimination",
    "historical_averaging",
    "virtual_batch_norm",
    "improved_gan",
    "pacgan",
    "r3gan",
)
ON_IMAGES = (*ON_POINTS[:1], "dcgan", "cdcgan", *ON_POINTS[1:], "semi_supervised")
SCHEDULES = ("simultaneous", "sequential", "n_critic:2", "alternating")
LOSSES = ("minimax", "non_saturating", "least_squares", "wasserstein", "hinge")
MNIST = {"datasets": ("mnist",), "figures": OF_IMAGES, "with_reference": True}
VANILLA_A_MINUTE = {
    "options": ("--model=vanilla", "--seconds=60", IMAGE_METRICS),
    "budget": "60 seconds",
    "seeds": 1,
    **MNIST,
}
MIXTURES = {"datasets": ("ring8", "grid25"), "figures": MODES, "seeds": 3, "with_reference": True}
TABLES = {
    "minibatch_discrimination": Table(
        rows={"dcgan": ("--model=dcgan",), "minibatch discrimination": ("--model=minibatch_discrimination",)},
        datasets=("stacked_mnist",),
        options=("--image_size=16", "--set=width=16", "--steps=2000"),
        budget="2,000 steps",
        seeds=5,
        figures={"modes": 0, "reverse_kl": 2},
    ),
    "mixtures": Table(
        rows={
            **{name: (f"--model={name}",) for name in ON_POINTS},
            "r3gan": ("--model=r3gan", "--set=decay_steps=3000"),  # about what a minute of one core allows
        },
        options=("--seconds=60",),
        budget="60 seconds",
        pictured=("grid25",),
        **MIXTURES,
    ),
    "all_modes": Table(
        rows={
            "r3gan, 40,000 steps": ("--model=r3gan", "--steps=40000", "--set=decay_steps=40000"),
            "r3gan, 60,000 steps": ("--model=r3gan", "--steps=60000", "--set=decay_steps=60000"),
        },
        options=(),
        budget="the steps of the row",
        pictured=("grid25",),
        **MIXTURES,
    ),
    "mnist": Table(
        rows={name: (f"--model={name}",) for name in ON_IMAGES},
        options=("--examples=128000", IMAGE_METRICS),
        budget="128,000 images seen",
        seeds=1,
        pictured=("mnist",),
        **MNIST,
    ),
    "tensorflow_tutorial": Table(
        rows={
            "dcgan": ("--model=dcgan", "--steps=4000"),
            "TensorFlow's tutorial": ("--model=tensorflow_tutorial", "--steps=1090"),
        },
        options=(IMAGE_METRICS,),
        budget="the steps that 10 minutes of 2 cores allow",
        seeds=3,
        **MNIST,
    ),
    "schedules": Table(rows={name: (f"--schedule={name}",) for name in SCHEDULES}, **VANILLA_A_MINUTE),
    "losses": Table(rows={name: (f"--loss={name}",) for name in LOSSES}, **VANILLA_A_MINUTE),
}


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("table", None, f"One of {', '.join(TABLES)}.", flag_values=values)
    flags.DEFINE_boolean("show", False, "Prints the table of the finished cells; trains nothing.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if values.table is None:
        raise UserError(f"--table is missing: one of {', '.join(TABLES)}.")
    if values.table not in TABLES:
        raise unknown("table", values.table, TABLES)
    table = TABLES[values.table]
    if not values.show:
        train_missing(values.table, table)
    text = render(values.table, table)
    print(text)
    if not values.show:
        insert(PAGE, values.table, text + draw(values.table, table))


def train_missing(name: str, table: Table) -> None:
    """Trains every cell that has no result yet, the seeds outermost, so that a stopped table has whole rows."""
    for seed in range(table.seeds):
        for dataset in table.datasets:
            for row, row_flags in table.rows.items():
                out = path_of(name, row, dataset, seed)
                if out.exists():
                    continue
                out.parent.mkdir(parents=True, exist_ok=True)
                cell_flags = [*row_flags, *table.options, f"--dataset={dataset}", f"--seed={seed}"]
                subprocess.run([sys.executable, str(BENCHMARKS / "cell.py"), *cell_flags, f"--out={out}"], check=True)
                cell = json.loads(out.read_text())
                stamp = {"date": datetime.date.today().isoformat(), "machine": machine(), "flags": cell_flags}
                write_whole(out, json.dumps({**cell, **stamp}, indent=2) + "\n")
                print(f"{row}, {dataset}, seed {seed}: {cell['figures']}", flush=True)


def draw(name: str, table: Table) -> str:
    """Draws the samples that are shown below a table, and returns the lines that show them.

    Raises:
        UserError: a cell has no picture, and none of all has been drawn: git keeps the latter alone.
    """
    lines = []
    for dataset in table.pictured:
        pictures = {row: path_of(name, row, dataset, seed=0).with_suffix(".png") for row in table.rows}
        path = PAGE.parent / "plots" / f"{name}-{dataset}.png"
        missing = [picture for picture in pictures.values() if not picture.exists()]
        if not missing:
            gallery.draw(pictures, path)
        elif not path.exists():
            raise UserError(f"{missing[0]}: is missing; without its .json the cell is trained and drawn again.")
        lines.append(f"\n\n![Samples of {dataset}, seed 0]({path.relative_to(PAGE.parent).as_posix()})")
    return "".join(lines)


def path_of(name: str, row: str, dataset: str, seed: int) -> pathlib.Path:
    """Returns where the result of a cell lies."""
    return RESULTS / name / f"{re.sub('[^a-zA-Z0-9_]+', '-', row)}-{dataset}-{seed}.json"


def render(name: str, table: Table) -> str:
    """Returns the table of the finished cells in Markdown, the facts about their runs below it."""
    heads = [f"{dataset} {NAMES.get(x, x.replace('_', ' '))}" for dataset in table.datasets for x in table.figures]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    finished = {row: [_finished(name, table, row, dataset) for dataset in table.datasets] for row in table.rows}
    results = [cell for columns in finished.values() for cells in columns for cell in cells]
    if not results:
        raise UserError(f"--table={name}: has no finished cell yet.")
    lines += [_line(row, table, columns, "figures") for row, columns in finished.items()]
    if table.with_reference:
        columns = [[cell for cells in column for cell in cells] for column in zip(*finished.values(), strict=True)]
        lines.append(_line("*real test data*", table, columns, "reference"))
    return "\n".join(lines) + "\n\n" + _facts(name, table, results)


def _finished(name: str, table: Table, row: str, dataset: str) -> list[dict]:
    paths = [path_of(name, row, dataset, seed) for seed in range(table.seeds)]
    return [json.loads(path.read_text()) for path in paths if path.exists()]


def _line(row: str, table: Table, columns: list[list[dict]], key: str) -> str:
    """Returns a row of the table; `key` tells whose figures."""
    entries = []
    for cells in columns:
        for figure, digits in table.figures.items():
            numbers = [cell[key][figure] for cell in cells]
            spread = f" ± {np.std(numbers):.{digits}f}" if numbers and table.seeds > 1 else ""
            entries.append(f"{np.mean(numbers):.{digits}f}{spread}" if numbers else "")
    return f"| {row} | " + " | ".join(entries) + " |"


def _facts(name: str, table: Table, results: list[dict]) -> str:
    def span(key: str, form: str = "{}") -> str:
        values = [result[key] for result in results]
        ends = [form.format(value) for value in (min(values), max(values))]
        return "–".join(dict.fromkeys(ends))

    machines = " and ".join(sorted({result["machine"] for result in results}))
    of_seeds = f"mean ± deviation of seeds 0 to {table.seeds - 1}" if table.seeds > 1 else "seed 0"
    return (
        f"*`python benchmarks/tables.py --table={name}`: {of_seeds}, budget {table.budget} ({span('steps')} steps of "
        f"batch {span('batch_size')}, {span('seconds', '{:.0f}')} s); {machines}; {span('date')}.*"
    )


if __name__ == "__main__":
    sys.exit(run_command("tables.py", "Trains the cells of a benchmark table and writes it down.", define, main))
