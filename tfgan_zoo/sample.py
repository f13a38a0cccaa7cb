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
from tfgan_zoo.serving import translating
from tfgan_zoo.serving.exported import ExportedModel, find_export, read_description
from tfgan_zoo.serving.kind import DIRECTIONS, Kind
from tfgan_zoo.serving.picture_files import check_folder, check_pictures, find_pictures, masks_of
from tfgan_zoo.serving.served_model import ServedModel, decode

SUMMARY = (
    "Draws samples from an export. Sample k is a pure function of seed + k, so that a seed names an image.\n"
    "A model that is given images translates --images; one with an encoder reconstructs them."
)
COLUMNS_OF_A_WALK = 10
OF_SEEDS, OF_IMAGES = ("num", "seed", "interpolate", "labels"), ("images", "masks", "direction")
HOW_TO_GIVE_IMAGES = "give --images=FOLDER or --images=FILE,FILE (PNG, JPEG)"


def define_samples(values: flags.FlagValues) -> None:
    """Defines the flags of every command that draws samples."""
    flags.DEFINE_integer("num", 64, "How many samples.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "The first sample's seed.", 0, flag_values=values)
    text = "A .png picture, .npy: uint8 images [n, H, W, C], or a folder: a PNG for each seed or image."
    flags.DEFINE_string("out", "samples.png", text, flag_values=values)
    flags.DEFINE_boolean("interpolate", False, "Each row walks from one seed to the next.", flag_values=values)
    text = "Classes to make, by number or name, in turn; unset: class seed mod K. For models that take labels."
    flags.DEFINE_list("labels", None, text, flag_values=values)
    text = "PNG and JPEG files, or folders of them, for a model that is given images or has an encoder."
    flags.DEFINE_list("images", None, text, flag_values=values)
    text = "Masks, white where an image is to be filled: one for all, or one for each by its name."
    flags.DEFINE_list("masks", None, text, flag_values=values)
    text = "Of a model that translates both ways; unset: a_to_b."
    flags.DEFINE_enum("direction", None, DIRECTIONS, text, flag_values=values)


def check_samples(values: flags.FlagValues) -> None:
    """Checks those flags.

    Raises:
        UserError: a seed that is too large, no place to write to, bad pictures, or flags that exclude each other.
    """
    out = pathlib.Path(values.out)
    if values.seed + values.num > np.iinfo(np.int64).max:
        raise UserError(f"--seed={values.seed}: the last of {values.num} seeds has to be below 2⁶³.")
    if not _is_folder(values) and out.suffix not in (".png", ".npy"):
        raise UserError(f"--out={out}: accepted: a name that ends in .png or .npy, or a folder.")
    if not out.parent.is_dir():
        raise UserError(f"--out={out}: the folder {out.parent} does not exist.")
    if values.interpolate and _is_folder(values):
        raise UserError(f"--interpolate: draws one picture; --out={values.out} has to end in .png or .npy.")
    for name in OF_SEEDS if values.images else OF_IMAGES:
        if values[name].present:
            accepted = "goes with seeds, not with --images" if values.images else "goes with --images"
            raise UserError(f"--{name}: {accepted}.")
    if values.images:
        pictures, masks = _pictures(values)
        check_pictures(pictures)
        check_pictures(masks or (), "--masks")
        if _is_folder(values):
            check_folder(out, pictures)


def check_kind(kind: Kind, model: ServedModel | pathlib.Path, values: flags.FlagValues) -> None:
    """Checks that those flags go with a kind of model.

    Raises:
        UserError: images for a model of seeds, or seeds for a model of images.
    """
    if values.images:
        kind.signature(values.direction, model)
    elif kind.takes == "images":
        given = next((f"--{name}" for name in OF_SEEDS if values[name].present), "--images is missing")
        raise UserError(f"{given}: {model} is given images; {HOW_TO_GIVE_IMAGES}.")


def write_samples(model: ServedModel, values: flags.FlagValues) -> None:
    """Draws the samples that the flags ask for and writes them to `--out`."""
    check_kind(model.kind, model, values)
    if values.images:
        _write_translations(model, values)
    elif _is_folder(values):
        _write_one_by_one(model, values)
    else:
        _write_together(model, values)


def _is_folder(values: flags.FlagValues) -> bool:
    out = pathlib.Path(values.out)
    return values.out.endswith("/") or out.suffix == "" or out.is_dir()


def _pictures(values: flags.FlagValues) -> tuple[list[pathlib.Path], list[pathlib.Path] | None]:
    """Returns the files of `--images`, and the mask of each where there are `--masks`."""
    pictures = find_pictures(values.images)
    return pictures, masks_of(pictures, find_pictures(values.masks, "--masks")) if values.masks else None


def _write_translations(model: ServedModel, values: flags.FlagValues) -> None:
    out = pathlib.Path(values.out)
    if model.makes_points:
        raise UserError(f"--images: {model} translates points; ask its signatures (docs/serving.md).")
    pictures, masks = _pictures(values)
    results = translating.translate_files(model, pictures, values.direction, masks)
    if _is_folder(values):
        count = translating.write_folder(results, out)
    elif out.suffix == ".npy":
        count = _save_array(decode([png for _, png in results]), out)
    else:
        count = translating.write_pairs(results, out)
    print(f"{out}: {count} images")


def _write_one_by_one(model: ServedModel, values: flags.FlagValues) -> None:
    out = pathlib.Path(values.out)
    if model.makes_points:
        raise UserError(f"--out={values.out}: {model} makes points; accepted: a name that ends in .png or .npy.")
    seeds = values.seed + np.arange(values.num)
    pngs = model.ask("generate", {"seed": seeds}, _labels(model, values, np.arange(values.num)))
    digits = max(6, len(str(seeds[-1])))
    out.mkdir(exist_ok=True)
    for seed, png in zip(seeds, pngs, strict=True):
        write_whole(out / f"{seed:0{digits}}.png", png)
    print(f"{out}: {len(pngs)} images")


def _write_together(model: ServedModel, values: flags.FlagValues) -> None:
    out = pathlib.Path(values.out)
    samples, columns = _draw(model, values)
    if out.suffix == ".npy":
        _save_array(samples, out)
    elif samples.ndim == 2:
        grids.save(points.scatter(samples, samples), out)
    else:
        grids.save(grids.grid(samples, columns), out)
    print(f"{out}: {len(samples)} samples of shape {samples.shape[1:]}")


def _save_array(samples: np.ndarray, out: pathlib.Path) -> int:
    content = io.BytesIO()
    np.save(content, samples)
    write_whole(out, content.getvalue())
    return len(samples)


def _draw(model: ServedModel, values: flags.FlagValues) -> tuple[np.ndarray, int | None]:
    order = np.arange(values.num)
    row, column = np.divmod(order, COLUMNS_OF_A_WALK)
    labels = _labels(model, values, row if values.interpolate else order)
    if not values.interpolate:
        return model.generate(values.seed + order, labels), None
    starts = values.seed + row
    return model.interpolate(starts, starts + 1, column / (COLUMNS_OF_A_WALK - 1), labels), COLUMNS_OF_A_WALK


def _labels(model: ServedModel, values: flags.FlagValues, turns: np.ndarray) -> np.ndarray | None:
    if not values.labels:
        return None
    chosen = np.array([model.label(text) for text in values.labels], np.int32)
    return chosen[turns % len(chosen)]


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder, or its export/ or export/VERSION.", flag_values=values)
    define_samples(values)


def _sample(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("RUN is missing: give a run's folder or its export/VERSION, as RUN or --export=RUN.")
    check_samples(values)
    path = find_export(pathlib.Path(values.export))
    check_kind(Kind.described(read_description(path)), path, values)

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    write_samples(ExportedModel(values.export), values)


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.sample", SUMMARY, _define, _sample, operand="export")


if __name__ == "__main__":
    sys.exit(main())
