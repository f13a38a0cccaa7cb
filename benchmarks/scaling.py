"""How the step scales: time, images/s and peak memory of DCGAN against batch, image size and size of the data set.

    python benchmarks/scaling.py [--sweep=NAME] [--show]

Each point is measured in a process of its own (`benchmarks/scaling_point.py`), after two steps of warm-up, and kept in
`benchmarks/results/scaling/`: the command can be stopped, and goes on where it was; to measure again, remove that
folder. Draws docs/plots/scaling-SWEEP.png and puts the tables into docs/scaling.md.
"""

import dataclasses
import json
import pathlib
import sys
import tempfile

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import made_data
from benchmarks.page import insert
from benchmarks.processes import finished
from benchmarks.tables import BENCHMARKS, RESULTS
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.machine.runtime import start_tensorflow

DOCS = BENCHMARKS.parent / "docs"
PAGE = DOCS / "scaling.md"
SIZE = 28  # of the images, where it is not what varies
COLUMNS = {
    "step_ms": ("ms a step", "{:,.0f}"),
    "images_per_second": ("images/s", "{:,.0f}"),
    "peak_mb": ("peak memory, MiB", "{:,.0f}"),
    "first_batch_seconds": ("s to the first batch", "{:.2f}"),
    "pipeline_images_per_second": ("pipeline alone, images/s", "{:,.0f}"),
}


@dataclasses.dataclass(frozen=True)
class Sweep:
    """A variable and its values.

    Attributes:
        flag: of `benchmarks/scaling_point.py`, that varies.
        label: what it is, for readers.
        values: of the flag, in order.
        curves: names of the curves; `"streamed"` reads from record files.
        columns: of the table, among `COLUMNS`.
        fixed: the other flags.
    """

    flag: str
    label: str
    values: tuple[int, ...]
    columns: tuple[str, ...] = ("step_ms", "images_per_second", "peak_mb")
    curves: tuple[str, ...] = ("in memory",)
    fixed: tuple[str, ...] = ()


SWEEPS = {
    "batch": Sweep("batch_size", "batch", (16, 32, 64, 128, 256, 512)),
    "image_size": Sweep("image_size", "image side", (28, 32, 48, 64, 96, 128), fixed=("--batch_size=32",)),
    "examples": Sweep(
        "examples",
        "images in the data set",
        (1_000, 10_000, 100_000, 1_000_000),
        columns=tuple(COLUMNS),
        curves=("in memory", "streamed"),
    ),
}


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("sweep", None, f"One of {', '.join(SWEEPS)}; unset: all of them.", flag_values=values)
    flags.DEFINE_boolean("show", False, "Prints the finished points; measures nothing.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if values.sweep is not None and values.sweep not in SWEEPS:
        raise unknown("sweep", values.sweep, SWEEPS)
    for name in [values.sweep] if values.sweep else SWEEPS:
        if not values.show:
            measure(name)
        points = read(name)
        text = render(name, points)
        print(text, flush=True)
        if not values.show:
            draw(name, points)
            insert(PAGE, name, text)


def measure(name: str) -> None:
    """Measures the points of a sweep that are missing."""
    with tempfile.TemporaryDirectory() as scratch:
        for curve in SWEEPS[name].curves:
            for value in SWEEPS[name].values:
                path = path_of(name, curve, value)
                if path.exists():
                    continue
                records = pathlib.Path(scratch) / "records"
                if curve == "streamed" and not records.exists():
                    start_tensorflow()
                    made_data.write_records(records, max(SWEEPS[name].values), SIZE)
                point = finished(path, "scaling_point.py", *flags_of(name, curve, value, records))
                print(f"{name}={value}, {curve}: {point['step_ms']:.0f} ms, {point['peak_mb']:.0f} MiB", flush=True)


def flags_of(name: str, curve: str, value: int, records: pathlib.Path) -> list[str]:
    """Returns the flags of `benchmarks/scaling_point.py` that make a point."""
    streamed = [f"--records={records}"] if curve == "streamed" else []
    return [f"--{SWEEPS[name].flag}={value}", *SWEEPS[name].fixed, *streamed]


def path_of(name: str, curve: str, value: int) -> pathlib.Path:
    """Returns where the result of a point lies."""
    return RESULTS / "scaling" / f"{name}-{curve.replace(' ', '-')}-{value}.json"


def read(name: str) -> dict[str, dict[int, dict]]:
    """Returns curve → value → the finished points.

    Raises:
        UserError: there is none.
    """
    curves = {}
    for curve in SWEEPS[name].curves:
        paths = {value: path_of(name, curve, value) for value in SWEEPS[name].values}
        curves[curve] = {value: json.loads(path.read_text()) for value, path in paths.items() if path.exists()}
    if not any(curves.values()):
        raise UserError(f"--sweep={name}: has no finished point yet.")
    return curves


def render(name: str, curves: dict[str, dict[int, dict]]) -> str:
    """Returns the table of a sweep in Markdown, the facts about it below."""
    sweep = SWEEPS[name]
    heads = [sweep.label, *([""] if len(curves) > 1 else []), *(COLUMNS[column][0] for column in sweep.columns)]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for curve, points in curves.items():
        for value, point in points.items():
            entries = [COLUMNS[column][1].format(point[column]) for column in sweep.columns]
            which = [f"{value:,}", *([curve] if len(curves) > 1 else [])]
            lines.append("| " + " | ".join([*which, *entries]) + " |")
    points = [point for curve in curves.values() for point in curve.values()]
    steps, machines, dates = (
        "; ".join(sorted({str(point[key]) for point in points})) for key in ("steps", "machine", "date")
    )
    fixed = "".join(f", `{flag}`" for flag in sweep.fixed)
    facts = f"medians of {steps} steps{fixed}; {machines}; {dates}"
    return "\n".join(lines) + f"\n\n*`python benchmarks/scaling.py --sweep={name}`: {facts}.*"


def draw(name: str, curves: dict[str, dict[int, dict]]) -> None:
    """Draws the curves of a sweep: step time, images/s and peak memory; what scales by nature on logarithmic axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, column in zip(figure.subplots(1, 3), ("step_ms", "images_per_second", "peak_mb"), strict=True):
        for curve, points in curves.items():
            axes.plot(list(points), [point[column] for point in points.values()], marker="o", label=curve)
        axes.set(xscale="log", xlabel=SWEEPS[name].label, title=COLUMNS[column][0])
        axes.set_xticks(SWEEPS[name].values, [_short(value) for value in SWEEPS[name].values])
        axes.minorticks_off()
        if name != "examples" and column == "step_ms":
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        if len(curves) > 1:
            axes.legend(frameon=False)
    figure.savefig(DOCS / "plots" / f"scaling-{name}.png")


def _short(value: int) -> str:
    return f"{value // 1_000_000}M" if value >= 1_000_000 else f"{value // 1000}k" if value >= 1000 else str(value)


if __name__ == "__main__":
    sys.exit(run_command("scaling.py", __doc__.splitlines()[0], define, main))
