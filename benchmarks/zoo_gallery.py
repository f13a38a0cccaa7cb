"""A picture of what each model of the zoo makes: `docs/gallery.png`.

    python benchmarks/zoo_gallery.py [--runs=runs/gallery] [--only=MODEL …] [--draw]

Trains each model of `RUNS` for a few minutes of 2 CPU cores, one after the other, by the command line; a run that is
there is resumed, and a finished one kept. Then it draws the last sample picture of each run that is finished, and
writes the commands into docs/gallery.md. `--draw` trains nothing.
"""

import pathlib
import subprocess
import sys

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import gallery
from benchmarks.page import insert
from models import ZOO
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PAGE, PICTURE = CHECKOUT / "docs" / "gallery.md", CHECKOUT / "docs" / "gallery.png"
DIGITS = ("--steps=1500", "--set=width=32")
# Model → the flags of `train.py`; datasets are the models' own, which need no network.
RUNS = {
    "vanilla": ("--steps=20000",),
    "dcgan": DIGITS,
    "cdcgan": DIGITS,
    "feature_matching": DIGITS,
    "minibatch_discrimination": DIGITS,
    "historical_averaging": DIGITS,
    "virtual_batch_norm": DIGITS,
    "improved_gan": DIGITS,
    "semi_supervised": ("--steps=3000",),
    "pacgan": ("--dataset=ring8", "--steps=20000"),
    "r3gan": ("--dataset=ring8", "--steps=10000"),
    "r3gan_lite": ("--steps=1500",),
    "fastgan": ("--steps=1500",),
    "wgan": ("--steps=5000", "--set=width=32"),
    "wgan_gp": ("--steps=5000", "--set=width=32"),
    "sngan": DIGITS,
    "fgan": DIGITS,
    "bgan": DIGITS,
    "softmax_gan": DIGITS,
    "acgan": DIGITS,
    "infogan": ("--steps=3000", "--set=width=32"),
    "began": ("--steps=3000", "--set=width=32"),
    "lsgan": DIGITS,
    "ebgan": ("--steps=3000", "--set=width=32"),
    "bigan": ("--steps=3000",),
    "ali": ("--steps=3000", "--set=width=32"),
    "context_encoder": ("--steps=1500",),
    "discogan": ("--steps=10000", "--ema=0.995"),
    "cyclegan": ("--steps=1500",),
    "pix2pix": ("--steps=1500",),
}


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("runs", "runs/gallery", "A folder of runs, one for each model.", flag_values=values)
    flags.DEFINE_multi_string("only", [], "Models to train and draw; unset: all.", flag_values=values)
    flags.DEFINE_boolean("draw", False, "Draws the runs that are there.", flag_values=values)


def command(model: str) -> list[str]:
    """Returns the command line that trains a model of the gallery."""
    return ["train.py", f"--model={model}", *RUNS[model]]


def last_picture(run: pathlib.Path) -> pathlib.Path | None:
    """Returns the picture of a finished run's last step; None where it is not finished."""
    pictures = sorted((run / "samples").glob("step-*.png"))
    return pictures[-1] if pictures and (run / "export").is_dir() else None


def main(values: flags.FlagValues) -> None:
    for name in values.only:
        if name not in RUNS:
            raise unknown("model", name, RUNS)
    models = values.only or list(RUNS)
    runs = pathlib.Path(values.runs)
    if not values.draw:
        for model in models:
            subprocess.run([sys.executable, *command(model), f"--workdir={runs / model}"], cwd=CHECKOUT, check=True)
    pictures = {model: picture for model in models if (picture := last_picture(runs / model))}
    if not pictures:
        raise UserError(f"--runs={runs}: has no finished run.")
    gallery.draw(pictures, PICTURE)
    lines = [f"* `{model}`: `python {' '.join(command(model))}`" for model in pictures]
    insert(PAGE, "commands", "\n".join(lines))
    print(f"{PICTURE}: {len(pictures)} of {len(ZOO)} models")


if __name__ == "__main__":
    sys.exit(run_command("benchmarks/zoo_gallery.py", "Draws the gallery of the zoo.", define, main))
