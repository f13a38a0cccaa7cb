"""What the input pipeline gives and costs: images/s of each kind of source, and the share of a step spent waiting.

    python benchmarks/input_pipeline.py [--scratch=DIR] [--show]

Each kind is measured in a process of its own (`benchmarks/input_source.py`) and kept in
`benchmarks/results/input_pipeline/`; to measure again, remove that folder. MNIST has to be prepared, or be within
reach. The 60,000 JPEGs are made first, once for each scratch folder. Puts the table into docs/scaling.md.
"""

import contextlib
import json
import pathlib
import sys
import tempfile

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import made_data
from benchmarks.input_source import KINDS
from benchmarks.page import insert
from benchmarks.processes import finished
from benchmarks.scaling import PAGE
from benchmarks.tables import RESULTS
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.runtime import start_tensorflow

COUNT = 60_000
FOLDER = RESULTS / "input_pipeline"


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("scratch", None, "Keeps made files here; unset: in no place.", flag_values=values)
    flags.DEFINE_boolean("show", False, "Prints what is finished; measures nothing.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if not values.show:
        with _scratch(values.scratch) as scratch:
            measure(scratch)
    text = render(read())
    print(text)
    if not values.show:
        insert(PAGE, "input_pipeline", text)


def _scratch(path: str | None):
    return contextlib.nullcontext(path) if path else tempfile.TemporaryDirectory()


def measure(scratch: str) -> None:
    """Measures the kinds that are missing. Files are made here, so that they cost no process of a kind its memory."""
    for kind in KINDS:
        if (FOLDER / f"{kind}.json").exists():
            continue
        if kind.startswith("folder"):
            start_tensorflow()
            made_data.write_jpegs(pathlib.Path(scratch) / f"jpegs-{COUNT}", COUNT)
        flags_of_kind = [f"--kind={kind}", f"--count={COUNT}", f"--scratch={scratch}"]
        result = finished(FOLDER / f"{kind}.json", "input_source.py", *flags_of_kind)
        print(f"{kind}: {result['images_per_second']:,.0f} images/s, {result['waiting']:.2%} waiting", flush=True)


def read() -> dict[str, dict]:
    """Returns kind → the finished results."""
    paths = {kind: FOLDER / f"{kind}.json" for kind in KINDS}
    return {kind: json.loads(path.read_text()) for kind, path in paths.items() if path.exists()}


def render(results: dict[str, dict]) -> str:
    """Returns the table in Markdown.

    Raises:
        UserError: nothing is finished yet.
    """
    if not results:
        raise UserError(f"{FOLDER}: has no finished result yet.")
    heads = (
        "source",
        "images",
        "shape",
        "s to open",
        "images/s alone",
        "dcgan eats, images/s",
        "waiting",
        "slower",
        "peak MiB before a step",
        "peak MiB",
    )
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for kind, result in results.items():
        entries = (
            f"{kind} ({result['source']})",
            f"{result['examples']:,}",
            "×".join(map(str, result["shape"])),
            f"{result['open_seconds']:.1f}",
            f"{result['images_per_second']:,.0f}",
            f"{result['eats_images_per_second']:,.0f}",
            f"{result['waiting']:.2%}",
            f"{result['slower']:+.1%}",
            f"{result['pipeline_peak_mb']:,.0f}",
            f"{result['peak_mb']:,.0f}",
        )
        lines.append("| " + " | ".join(entries) + " |")
    machines, dates = ("; ".join(sorted({r[key] for r in results.values()})) for key in ("machine", "date"))
    return "\n".join(lines) + f"\n\n*`python benchmarks/input_pipeline.py`: batch 128, 30 steps; {machines}; {dates}.*"


if __name__ == "__main__":
    sys.exit(run_command("input_pipeline.py", __doc__.splitlines()[0], define, main))
