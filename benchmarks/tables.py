"""The tables of docs/benchmarks.md. A cell is one model on one dataset with one seed, trained for the table's budget.

    python benchmarks/tables.py --table=NAME        trains the cells that are missing, then writes the table
    python benchmarks/tables.py --table=NAME --show prints the table of the finished cells

Each cell is trained in a process of its own and leaves `benchmarks/results/TABLE/CELL.json`, with a picture of its
samples beside it. A finished cell is kept, so the command can be stopped at any time and goes on where it was.
"""

import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo.command import run_command
from tfgan_zoo.errors import UserError
from tfgan_zoo.files import write_whole
from tfgan_zoo.registry import unknown

BENCHMARKS = pathlib.Path(__file__).resolve().parent
RESULTS = BENCHMARKS / "results"
PAGE = BENCHMARKS.parent / "docs" / "benchmarks.md"


@dataclasses.dataclass(frozen=True)
class Table:
    """What is compared.

    Attributes:
        rows: name of the row → flags of `benchmarks/cell.py` that make it.
        datasets: the columns, each with every figure.
        budget: flags of `benchmarks/cell.py` that say how long a cell is trained.
        seeds: how many runs a cell of the printed table is the mean of.
        figures: name of a metric's figure → how the page writes its mean and deviation.
        options: further flags, of every cell.
    """

    rows: dict[str, tuple[str, ...]]
    datasets: tuple[str, ...]
    budget: str
    seeds: int
    figures: dict[str, str]
    options: tuple[str, ...] = ()


MODES = {"modes": "{:.1f} ± {:.1f}", "high_quality": "{:.3f} ± {:.3f}", "reverse_kl": "{:.2f} ± {:.2f}"}
ON_POINTS = (
    "vanilla",
    "feature_matching",
    "minibatch_discrimination",
    "historical_averaging",
    "virtual_batch_norm",
    "improved_gan",
    "pacgan",
)
TABLES = {
    "minibatch_discrimination": Table(
        rows={"dcgan": ("--model=dcgan",), "minibatch discrimination": ("--model=minibatch_discrimination",)},
        datasets=("stacked_mnist",),
        options=("--image_size=16", "--set=width=16"),
        budget="--steps=2000",
        seeds=5,
        figures={"modes": "{:.0f} ± {:.0f}", "reverse_kl": "{:.2f} ± {:.2f}"},
    ),
    "mixtures": Table(
        rows={name: (f"--model={name}",) for name in ON_POINTS},
        datasets=("ring8", "grid25"),
        budget="--seconds=60",
        seeds=3,
        figures=MODES,
    ),
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
        insert(values.table, text)


def train_missing(name: str, table: Table) -> None:
    """Trains every cell that has no result yet, the seeds outermost, so that a stopped table has whole rows."""
    for seed in range(table.seeds):
        for dataset in table.datasets:
            for row, row_flags in table.rows.items():
                out = path_of(name, row, dataset, seed)
                if out.exists():
                    continue
                out.parent.mkdir(parents=True, exist_ok=True)
                cell_flags = [*row_flags, *table.options, f"--dataset={dataset}", f"--seed={seed}", table.budget]
                subprocess.run([sys.executable, str(BENCHMARKS / "cell.py"), *cell_flags, f"--out={out}"], check=True)
                cell = json.loads(out.read_text())
                stamp = {"date": datetime.date.today().isoformat(), "machine": machine(), "flags": cell_flags}
                write_whole(out, json.dumps({**cell, **stamp}, indent=2) + "\n")
                print(f"{row}, {dataset}, seed {seed}: {cell['figures']}", flush=True)


def path_of(name: str, row: str, dataset: str, seed: int) -> pathlib.Path:
    """Returns where the result of a cell lies."""
    return RESULTS / name / f"{row.replace(' ', '-')}-{dataset}-{seed}.json"


def machine() -> str:
    """Returns the class of this machine, as the tables quote it."""
    return f"{os.cpu_count()} cores, {platform.machine()}"


def render(name: str, table: Table) -> str:
    """Returns the table of the finished cells in Markdown, the facts about their runs below it."""
    heads = [f"{dataset} {figure.replace('_', ' ')}" for dataset in table.datasets for figure in table.figures]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    results = []
    for row in table.rows:
        entries = []
        for dataset in table.datasets:
            paths = [path_of(name, row, dataset, seed) for seed in range(table.seeds)]
            cells = [json.loads(path.read_text()) for path in paths if path.exists()]
            results += cells
            for figure, form in table.figures.items():
                numbers = [cell["figures"][figure] for cell in cells]
                entries.append(form.format(np.mean(numbers), np.std(numbers)) if numbers else "")
        lines.append(f"| {row} | " + " | ".join(entries) + " |")
    if not results:
        raise UserError(f"--table={name}: has no finished cell yet.")
    return "\n".join(lines) + "\n\n" + _facts(name, table, results)


def _facts(name: str, table: Table, results: list[dict]) -> str:
    def span(key: str, form: str = "{}") -> str:
        numbers = sorted({result[key] for result in results})
        return (
            form.format(numbers[0]) if len(numbers) == 1 else form.format(numbers[0]) + "–" + form.format(numbers[-1])
        )

    return (
        f"*`python benchmarks/tables.py --table={name}`: mean ± deviation of {table.seeds} seeds (0 to "
        f"{table.seeds - 1}), budget `{table.budget}` ({span('steps')} steps of batch {span('batch_size')}); "
        f"{span('machine')}; {span('date')}.*"
    )


def insert(name: str, text: str, path: pathlib.Path = PAGE) -> None:
    """Puts a table into a page, between its markers."""
    page = path.read_text()
    start, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
    if start not in page or end not in page:
        raise UserError(f"{path}: has no lines '{start}' and '{end}' to put the table between.")
    between = re.compile(f"{re.escape(start)}.*{re.escape(end)}", re.DOTALL)
    write_whole(path, between.sub(lambda _: f"{start}\n{text}\n{end}", page))


if __name__ == "__main__":
    sys.exit(run_command("tables.py", "Trains the cells of a benchmark table and writes it down.", define, main))
