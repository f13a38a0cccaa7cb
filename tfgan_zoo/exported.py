"""Using an export: nothing but TensorFlow and the SavedModel is needed."""

import io
import json
import pathlib

import numpy as np
from PIL import Image

from tfgan_zoo.errors import UserError

ROWS_AT_ONCE = 256


class ExportedModel:
    """What can be asked of an export.

    Args:
        folder: `export/<version>/`, or a folder of versions, of which the highest is taken.

    Attributes:
        path: of the version that was found.
        makes_points: the model is of points instead of images.
        num_classes: how many classes the model is conditioned on; 0 for none.
        classifies: `classify` can be asked.

    Raises:
        UserError: the folder holds no export.
    """

    def __init__(self, folder: str | pathlib.Path):
        import tensorflow as tf

        path = find_export(pathlib.Path(folder))
        try:
            self._model = tf.saved_model.load(str(path))
            self._signatures = self._model.signatures
            self._generate = self._signatures["generate"]
        except (OSError, KeyError, ValueError, tf.errors.OpError) as error:
            raise UserError(f"--export={path}: cannot be read as an export ({str(error).splitlines()[0]}).") from None
        self.path = path
        self.num_classes = self._describe().get("num_classes", 0)
        self.makes_points = "points" in self._generate.structured_outputs
        self.classifies = "classify" in self._signatures

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Returns class probabilities float32 [n, K] of images float32 [n, H, W, C] in [−1, 1].

        Raises:
            UserError: the model is none that classifies, or images of another size.
        """
        if "classify" not in self._signatures:
            raise UserError(f"--export={self.path}: does not classify; accepted: an export of semi_supervised.")
        signature = self._signatures["classify"]
        shape = tuple(signature.structured_input_signature[1]["images"].shape[1:])
        if tuple(images.shape[1:]) != shape:
            raise UserError(f"--export={self.path}: takes images of shape {shape}, the dataset has {images.shape[1:]}.")
        return signature(images=(images + 1.0) / 2.0)["probabilities"].numpy()

    def generate(self, seeds: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Returns uint8 images [n, H, W, C], or float32 points [n, 2].

        Args:
            seeds: int64 [n].
            labels: int32 [n], where the model is conditional; None for class `seed mod K`.
        """
        seeds = np.asarray(seeds, np.int64)
        return self._run(self._generate, {"seed": seeds}, self._labels(seeds, labels))

    def interpolate(self, seeds_a, seeds_b, positions, labels=None) -> np.ndarray:
        """Returns what lies between two seeds: position 0 is a, 1 is b. Shapes as in `generate`."""
        inputs = {
            "seed_a": np.asarray(seeds_a, np.int64),
            "seed_b": np.asarray(seeds_b, np.int64),
            "position": np.asarray(positions, np.float32),
        }
        return self._run(self._signatures["interpolate"], inputs, self._labels(inputs["seed_a"], labels))

    def _labels(self, seeds: np.ndarray, labels) -> np.ndarray:
        """Returns the labels, or for a seed the class of its turn, so that the image stays a function of the seed."""
        return seeds % max(1, self.num_classes) if labels is None else labels

    def _describe(self) -> dict:
        description = self.path / "assets.extra" / "description.json"
        return json.loads(description.read_text()) if description.exists() else {}

    def _run(self, signature, inputs: dict, labels) -> np.ndarray:
        import tensorflow as tf

        count = len(next(iter(inputs.values())))
        if self.num_classes:
            inputs["labels"] = np.asarray(labels, np.int32)
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
