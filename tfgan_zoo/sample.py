"""`python -m tfgan_zoo.sample`: pictures or arrays from an export, which is all it needs."""

import io
import pathlib
import sys

import numpy as np
from absl import flags
from PIL import Image

from tfgan_zoo import pictures
from tfgan_zoo.command import run_command
from tfgan_zoo.errors import UserError
from tfgan_zoo.files import write_whole

SUMMARY = "Draws samples from an export. Sample k is a pure function of seed + k, so that a seed names an image."
COLUMNS_OF_A_WALK = 10
ROWS_AT_ONCE = 256


class Generator:
    """A SavedModel's generator.

    Args:
        folder: `export/<version>/`, or a folder of versions, of which the highest is taken.

    Attributes:
        takes_labels: the model is conditional.

    Raises:
        UserError: the folder holds no export.
    """

    def __init__(self, folder: str | pathlib.Path):
        import tensorflow as tf

        path = find_export(pathlib.Path(folder))
        try:
            self._model = tf.saved_model.load(str(path))
            self.generate = self._model.signatures["generate"]
            self.interpolate = self._model.signatures["interpolate"]
        except (OSError, KeyError, ValueError, tf.errors.OpError) as error:
            raise UserError(f"--export={path}: cannot be read as an export ({str(error).splitlines()[0]}).") from None
        self.takes_labels = "labels" in self.generate.structured_input_signature[1]

    def from_seeds(self, seeds: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Returns uint8 images [n, H, W, C], or float32 points [n, 2].

        Args:
            seeds: int64 [n].
            labels: int32 [n], where the model is conditional.
        """
        return self._run(self.generate, {"seed": np.asarray(seeds, np.int64)}, labels)

    def between(self, seeds_a, seeds_b, positions, labels=None) -> np.ndarray:
        """Returns what lies between two seeds: position 0 is a, 1 is b. Shapes as in `from_seeds`."""
        inputs = {
            "seed_a": np.asarray(seeds_a, np.int64),
            "seed_b": np.asarray(seeds_b, np.int64),
            "position": np.asarray(positions, np.float32),
        }
        return self._run(self.interpolate, inputs, labels)

    def _run(self, signature, inputs: dict, labels) -> np.ndarray:
        import tensorflow as tf

        if self.takes_labels:
            inputs["labels"] = np.asarray(labels, np.int32)
        count = len(next(iter(inputs.values())))
        parts = []
        for start in range(0, count, ROWS_AT_ONCE):
            part = {name: tf.constant(value[start : start + ROWS_AT_ONCE]) for name, value in inputs.items()}
            answer = signature(**part)
            parts.append(answer["points"].numpy() if "points" in answer else decode(answer["image_bytes"].numpy()))
        return np.concatenate(parts)


def decode(encoded: np.ndarray) -> np.ndarray:
    """Returns uint8 [n, H, W, C] of n PNG strings of one size."""
    images = [np.atleast_3d(np.asarray(Image.open(io.BytesIO(png)))) for png in encoded]
    return np.stack(images)


def find_export(path: pathlib.Path) -> pathlib.Path:
    """Returns the SavedModel that a path means: itself, the highest version in it, or that of a run's folder.

    Raises:
        UserError: there is none.
    """
    for folder in (path, path / "export"):
        if (folder / "saved_model.pb").is_file():
            return folder
        versions = [p for p in folder.glob("*") if p.name.isdigit() and (p / "saved_model.pb").is_file()]
        if versions:
            return max(versions, key=lambda p: int(p.name))
    raise UserError(f"--export={path}: holds no SavedModel; accepted: RUN, RUN/export or RUN/export/VERSION.")


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder, or its export/ or export/VERSION.", flag_values=values)
    flags.DEFINE_integer("num", 64, "How many samples.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "The first sample's seed.", 0, flag_values=values)
    flags.DEFINE_string("out", "samples.png", "A .png picture, or .npy: uint8 images [n, H, W, C].", flag_values=values)
    flags.DEFINE_boolean("interpolate", False, "Each row walks from one seed to the next.", flag_values=values)


def _sample(values: flags.FlagValues) -> None:
    out = pathlib.Path(values.out)
    if values.export is None:
        raise UserError("--export is missing: give a run's folder or its export/VERSION.")
    if out.suffix not in (".png", ".npy"):
        raise UserError(f"--out={out}: accepted: a name that ends in .png or .npy.")
    if not out.parent.is_dir():
        raise UserError(f"--out={out}: the folder {out.parent} does not exist.")
    find_export(pathlib.Path(values.export))

    from tfgan_zoo.runtime import start_tensorflow

    start_tensorflow()
    samples, columns = _draw(Generator(values.export), values)
    if out.suffix == ".npy":
        content = io.BytesIO()
        np.save(content, samples)
        write_whole(out, content.getvalue())
    elif samples.ndim == 2:
        pictures.save(pictures.scatter(samples, samples), out)
    else:
        pictures.save(pictures.grid(samples, columns), out)
    print(f"{out}: {len(samples)} samples of shape {samples.shape[1:]}")


def _draw(generator: Generator, values: flags.FlagValues) -> tuple[np.ndarray, int | None]:
    seeds = values.seed + np.arange(values.num)
    if not values.interpolate:
        return generator.from_seeds(seeds), None
    rows = -(-values.num // COLUMNS_OF_A_WALK)
    starts = np.repeat(values.seed + np.arange(rows), COLUMNS_OF_A_WALK)
    positions = np.tile(np.linspace(0, 1, COLUMNS_OF_A_WALK), rows)
    return generator.between(starts, starts + 1, positions), COLUMNS_OF_A_WALK


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.sample", SUMMARY, _define, _sample)


if __name__ == "__main__":
    sys.exit(main())
