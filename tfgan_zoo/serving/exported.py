"""Using an export: nothing but TensorFlow and the SavedModel is needed."""

import json
import pathlib
import re

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.patterns import no_pattern
from tfgan_zoo.serving.kind import Kind
from tfgan_zoo.serving.served_model import ServedModel

ROWS_AT_ONCE = 256


class ExportedModel(ServedModel):
    """An export in this process.

    Args:
        folder: `export/<version>/`, or a folder of versions, of which the highest is taken.
        flag: that names it in messages.

    Attributes:
        path: of the version that was found.
        classifies: `classify` can be asked.
        rows_at_once: 256, or the export's limit where that is lower.

    Raises:
        UserError: the folder holds no export.
    """

    def __init__(self, folder: str | pathlib.Path, flag: str = "--export"):
        import tensorflow as tf

        path = find_export(pathlib.Path(folder), flag)
        try:
            with no_pattern(path) as readable:
                self._model = tf.saved_model.load(str(readable))
            if Kind.of(self._model.signatures) is None:
                raise LookupError(f"its signatures: {', '.join(self._model.signatures) or 'none'}")
        except (OSError, LookupError, ValueError, tf.errors.OpError) as error:
            raise UserError(f"{flag}={path}: cannot be read as an export ({str(error).splitlines()[0]}).") from None
        self.path = path
        self._given_as = f"{flag}={path}"
        self.description = read_description(path)
        self.num_classes = self.description.get("num_classes", 0)
        self.class_names = self.description["class_names"] if self.num_classes else []
        self.classifies = "classify" in self._model.signatures
        self.rows_at_once = min(ROWS_AT_ONCE, self.description.get("max_batch", ROWS_AT_ONCE))

    def __str__(self) -> str:
        return str(self.path)

    def predict(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        import tensorflow as tf

        try:
            outputs = self._model.signatures[signature](**{name: tf.constant(value) for name, value in inputs.items()})
        except tf.errors.InvalidArgumentError as error:  # what the graph says of its inputs and its samples
            raise UserError(f"{self._given_as}: {signature}: {_what_it_says(error)}.") from error
        return {name: value.numpy() for name, value in outputs.items()}

    def signatures(self) -> dict[str, tuple[list[str], list[str]]]:
        return {
            name: (list(function.structured_input_signature[1]), list(function.structured_outputs))
            for name, function in self._model.signatures.items()
        }

    def input_types(self, signature: str) -> dict[str, np.dtype] | None:
        """Returns name → type of a signature's inputs, object for strings; None where there is no such signature."""
        if signature not in self._model.signatures:
            return None
        specs = self._model.signatures[signature].structured_input_signature[1]
        return {name: np.dtype(spec.dtype.as_numpy_dtype) for name, spec in specs.items()}

    def signature_definitions(self) -> dict:
        """Returns what TensorFlow Serving tells of the signatures, as JSON values."""
        from google.protobuf import json_format
        from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

        saved = SavedModel.FromString((self.path / "saved_model.pb").read_bytes())
        return {
            name: json_format.MessageToDict(definition, preserving_proto_field_name=True)
            for name, definition in saved.meta_graphs[0].signature_def.items()
            if definition.method_name
        }

    def check_classifies(self) -> None:
        """Refuses a model that does not classify.

        Raises:
            UserError: the model does not classify.
        """
        if not self.classifies:
            raise UserError(f"{self._given_as}: does not classify; accepted: an export of semi_supervised.")

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Returns class probabilities float32 [n, K] of images float32 [n, H, W, C] in [−1, 1].

        Raises:
            UserError: the model does not classify, or the images have another size.
        """
        self.check_classifies()
        signature = self._model.signatures["classify"]
        shape = tuple(signature.structured_input_signature[1]["images"].shape[1:])
        if tuple(images.shape[1:]) != shape:
            raise UserError(f"{self._given_as}: takes images of shape {shape}, the dataset has {images.shape[1:]}.")
        starts = range(0, len(images), self.rows_at_once)
        parts = (np.asarray(images[start : start + self.rows_at_once]) for start in starts)
        return np.concatenate([self.predict("classify", {"images": (x + 1.0) / 2.0})["probabilities"] for x in parts])


def _what_it_says(error) -> str:
    """Returns the message of a check within the graph without the names of its nodes."""
    check = re.search(r"assertion failed: (.*)", error.message)
    if check:
        return check[1].translate({ord("["): None, ord("]"): None})
    lines = [line.strip() for line in error.message.splitlines()]
    told = (line for line in reversed(lines) if line and not line.startswith("[[{{node"))
    return next(told, error.message).rstrip(".")


def read_description(path: pathlib.Path) -> dict:
    """Returns what an export says of itself, without TensorFlow; {} where it says nothing."""
    description = path / "assets.extra" / "description.json"
    return json.loads(description.read_text()) if description.exists() else {}


def find_export(path: pathlib.Path, flag: str = "--export") -> pathlib.Path:
    """Returns the SavedModel that a path means: itself, the highest version in it, or that of a run's folder.

    Raises:
        UserError: there is none.
    """
    for folder in (path, path / "export"):
        if (folder / "saved_model.pb").is_file():
            return folder
        versions = [p for p in folder.glob("*") if p.name.isdecimal() and (p / "saved_model.pb").is_file()]
        if versions:
            return max(versions, key=lambda p: int(p.name))
    raise UserError(f"{flag}={path}: {_why_no_export(path)}")


def _why_no_export(path: pathlib.Path) -> str:
    """Returns what is there in the place of an export, and the command that makes one of a run's checkpoint."""
    if not path.exists():
        return "there is no such folder; accepted: RUN, RUN/export or RUN/export/VERSION."
    for run in (path, path.parent):
        if (run / "config.json").is_file() and (run / "checkpoints").is_dir():
            if not list((run / "checkpoints").glob("step-*")):
                return f"{run} has neither an export nor a checkpoint yet: let the run go on for a while."
            return f"{run} has checkpoints but no export. Run: python -m tfgan_zoo.export {run}"
    return "holds no SavedModel; accepted: RUN, RUN/export or RUN/export/VERSION."
