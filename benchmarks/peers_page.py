"""docs/performance.md as `benchmarks/peers.py` writes it: a table for each model, and a chart of all."""

import json
import pathlib

from benchmarks.contenders import CONTENDERS
from benchmarks.page import insert
from tfgan_zoo.common.errors import UserError

BENCHMARKS = pathlib.Path(__file__).resolve().parent
RESULTS = BENCHMARKS / "results" / "peers"
PAGE = BENCHMARKS.parent / "docs" / "performance.md"
CHART = PAGE.with_name("performance.png")
MODELS = ("dcgan", "vanilla")
ONEDNN = {True: "on", False: "off", None: ""}
OURS, PEER, FLOOR = "#1f6feb", "#9aa4af", "#d29922"


def path_of(model: str) -> pathlib.Path:
    """Returns where the figures of a model lie."""
    return RESULTS / f"{model}.json"


def read(model: str) -> dict:
    """Returns the figures of the last measurement.

    Raises:
        UserError: there are none.
    """
    if not path_of(model).exists():
        raise UserError(f"--model={model}: has not been measured yet; leave --show out.")
    return json.loads(path_of(model).read_text())


def table(result: dict) -> str:
    """Returns the figures in Markdown, what they depend on below them."""
    first = CONTENDERS[next(iter(result["contenders"]))].title
    heads = ["", "oneDNN", "ms a step", "images/s", f"time to that of {first}", "peak memory", "first step after"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, row in result["contenders"].items():
        entries = [
            CONTENDERS[name].title,
            ONEDNN[row["onednn"]],
            f"{row['milliseconds_a_step']:.3g}",
            f"{row['images_a_second']:,.0f}",
            f"{row['times_as_long']:.2f} ×",
            f"{row['peak_bytes'] / 2**30:.2f} GiB",
            f"{row['seconds_to_first_step']:.1f} s",
        ]
        lines.append("| " + " | ".join(entries) + " |")
    return "\n".join(lines) + "\n\n" + _facts(result)


def _facts(result: dict) -> str:
    return (
        f"*`python benchmarks/peers.py --model={result['model']} --schedule={result['schedule']} "
        f"--batch_size={result['batch_size']} --rounds={result['rounds']} --steps={result['steps']}`: medians of "
        f"{result['rounds']} turns of {result['steps']} steps; {result['machine']}; {result['date']}.*"
    )


def update(model: str, result: dict) -> None:
    """Puts a model's table between its markers in the page, and draws the chart of all models measured."""
    draw([read(name) for name in MODELS if path_of(name).exists()], CHART)
    insert(PAGE, model, table(result))
    insert(PAGE, "chart", f"![Images a second of every contender]({CHART.name})")


def draw(results: list[dict], path: pathlib.Path) -> None:
    """Draws images/s of every contender as bars, one panel for each model."""
    from matplotlib.figure import Figure

    heights = [len(result["contenders"]) for result in results]
    figure = Figure(figsize=(9, 0.8 * len(results) + 0.4 * sum(heights)), layout="constrained")
    panels = figure.subplots(len(results), 1, squeeze=False, height_ratios=heights)[:, 0]
    for panel, result in zip(panels, results, strict=True):
        rows = result["contenders"]
        names = [CONTENDERS[name].title.replace("`", "") for name in rows]
        rates = [row["images_a_second"] for row in rows.values()]
        colours = [{"zoo": OURS, "zoo_fit": OURS, "floor": FLOOR}.get(CONTENDERS[name].module, PEER) for name in rows]
        bars = panel.barh(range(len(rows)), rates, color=colours)
        panel.bar_label(bars, [f"{rate:,.0f}" for rate in rates], padding=3)
        panel.set_yticks(range(len(rows)), names)
        panel.invert_yaxis()
        panel.margins(x=0.12)
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_title(f"{result['model']}, batch {result['batch_size']}", loc="left")
        panel.set_xlabel("images a second")
    figure.savefig(path, dpi=120)
