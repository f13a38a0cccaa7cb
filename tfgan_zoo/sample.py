"""`python -m tfgan_zoo.sample`: pictures or arrays from an export, which is all it needs."""

import io
import pathlib
import sys

import numpy as np
from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.pictures import grids, points
from tfgan_zoo.serving.exported import ExportedModel, find_export
from tfgan_zoo.serving.served_model import ServedModel

SUMMARY = "Draws samples from an export. Sample k is a pure function of seed + k, so that a seed names an image."
COLUMNS_OF_A_WALK = 10


def define_samples(values: flags.FlagValues) -> None:
    """Defines the flags of every command that draws samples."""
    flags.DEFINE_integer("num", 64, "How many samples.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "The first sample's seed.", 0, flag_values=values)
    flags.DEFINE_string("out", "samples.png", "A .png picture, or .npy: uint8 images [n, H, W, C].", flag_values=values)
    flags.DEFINE_boolean("interpolate", False, "Each row walks from one seed to the next.", flag_values=values)
    text = "Classes to make, by number or name, in turn; unset: class seed mod K. For models that take labels."
    flags.DEFINE_list("labels", None, text, flag_values=values)


def check_samples(values: flags.FlagValues) -> None:
    """Checks those flags.

    Raises:
        UserError: a seed that is too large, or no place to write to.
    """
    out = pathlib.Path(values.out)
    if values.seed + values.num > np.iinfo(np.int64).max:
        raise UserError(f"--seed={values.seed}: the last of {values.num} seeds has to be below 2⁶³.")
    if out.suffix not in (".png", ".npy"):
        raise UserError(f"--out={out}: accepted: a name that ends in .png or .npy.")
    if not out.parent.is_dir():
        raise UserError(f"--out={out}: the folder {out.parent} does not exist.")


def write_samples(model: ServedModel, values: flags.FlagValues) -> None:
    """Draws the samples that the flags ask for and writes them to `--out`."""
    out = pathlib.Path(values.out)
    samples, columns = _draw(model, values)
    if out.suffix == ".npy":
        content = io.BytesIO()
        np.save(content, samples)
        write_whole(out, content.getvalue())
    elif samples.ndim == 2:
        grids.save(points.scatter(samples, samples), out)
    else:
        grids.save(grids.grid(samples, columns), out)
    print(f"{out}: {len(samples)} samples of shape {samples.shape[1:]}")


def _draw(model: ServedModel, values: flags.FlagValues) -> tuple[np.ndarray, int | None]:
    order = np.arange(values.num)
    row, column = np.divmod(order, COLUMNS_OF_A_WALK)
    labels = None
    if values.labels:
        chosen = np.array([model.label(text) for text in values.labels], np.int32)
        labels = chosen[(row if values.interpolate else order) % len(chosen)]
    if not values.interpolate:
        return model.generate(values.seed + order, labels), None
    starts = values.seed + row
    return model.interpolate(starts, starts + 1, column / (COLUMNS_OF_A_WALK - 1), labels), COLUMNS_OF_A_WALK


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder, or its export/ or export/VERSION.", flag_values=values)
    define_samples(values)


def _sample(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("--export is missing: give a run's folder or its export/VERSION.")
    check_samples(values)
    find_export(pathlib.Path(values.export))

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    write_samples(ExportedModel(values.export), values)


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.sample", SUMMARY, _define, _sample)


if __name__ == "__main__":
    sys.exit(main())
