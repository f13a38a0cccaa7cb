"""What can be asked of an export, wherever it runs: in this process, or behind a server."""

import functools
import io

import numpy as np
from PIL import Image

from tfgan_zoo.common.errors import UserError


class ServedModel:
    """Images and points by their seeds. A way to reach an export overrides `predict` and `signatures`.

    Attributes:
        rows_at_once: the most rows of one request; longer ones are sent in parts.
    """

    rows_at_once = 16

    def predict(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs a signature; strings come back as an object array of bytes."""
        raise NotImplementedError

    def signatures(self) -> dict[str, tuple[list[str], list[str]]]:
        """Returns the names of inputs and outputs: signature → (inputs, outputs)."""
        raise NotImplementedError

    @functools.cached_property
    def num_classes(self) -> int:
        """How many classes the model is conditioned on; 0 for none."""
        if "labels" not in self._signatures["generate"][0]:
            return 0
        return int(self.predict("class_names", {"labels": np.zeros(1, np.int32)})["num_classes"][0])

    @functools.cached_property
    def class_names(self) -> list[str]:
        """The names of those classes."""
        if not self.num_classes:
            return []
        labels = np.arange(self.num_classes, dtype=np.int32)
        return [name.decode() for name in self._in_parts("class_names", {"labels": labels}, "class_names")]

    @functools.cached_property
    def _signatures(self) -> dict:
        found = self.signatures()
        if not {"generate", "interpolate"} <= found.keys():
            raise UserError(f"{self}: is no export of this package; its signatures: {', '.join(found) or 'none'}.")
        return found

    @property
    def makes_points(self) -> bool:
        """The model is of points instead of images."""
        return "points" in self._signatures["generate"][1]

    def generate(self, seeds: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Returns uint8 images [n, H, W, C], or float32 points [n, 2].

        Args:
            seeds: int64 [n].
            labels: int32 [n], where the model is conditional; None for class `seed mod K`.
        """
        return _decoded(self.ask("generate", {"seed": np.asarray(seeds, np.int64)}, labels))

    def interpolate(self, seeds_a, seeds_b, positions, labels=None) -> np.ndarray:
        """Returns what lies between two seeds: position 0 is a, 1 is b. Shapes as in `generate`."""
        inputs = {
            "seed_a": np.asarray(seeds_a, np.int64),
            "seed_b": np.asarray(seeds_b, np.int64),
            "position": np.asarray(positions, np.float32),
        }
        return _decoded(self.ask("interpolate", inputs, labels))

    def ask(self, signature: str, inputs: dict[str, np.ndarray], labels: np.ndarray | None = None) -> np.ndarray:
        """Returns the one output of `generate` or `interpolate` as it is: PNG strings [n], or points [n, 2]."""
        seeds = next(iter(inputs.values()))
        (output,) = self._signatures[signature][1]
        if self.num_classes:
            # For a seed the class of its turn, so that the image stays a function of the seed.
            labels = seeds % self.num_classes if labels is None else labels
            inputs = inputs | {"labels": np.asarray(labels, np.int32)}
        return self._in_parts(signature, inputs, output)

    def _in_parts(self, signature: str, inputs: dict[str, np.ndarray], output: str) -> np.ndarray:
        parts = []
        for start in range(0, len(next(iter(inputs.values()))), self.rows_at_once):
            part = {name: value[start : start + self.rows_at_once] for name, value in inputs.items()}
            parts.append(self.predict(signature, part)[output])
        return np.concatenate(parts)

    def label(self, text: str) -> int:
        """Returns the label that a class's number or name stands for.

        Raises:
            UserError: there is no such class.
        """
        if not self.num_classes:
            raise UserError(f"--labels={text}: {self} is not conditioned on classes.")
        if text in self.class_names:
            return self.class_names.index(text)
        if text.isdecimal() and int(text) < self.num_classes:
            return int(text)
        names = ", ".join(self.class_names)
        raise UserError(f"--labels={text}: accepted are 0 to {self.num_classes - 1}, or the names {names}.")


def _decoded(answers: np.ndarray) -> np.ndarray:
    return decode(answers) if answers.dtype == object else answers


def decode(encoded: np.ndarray) -> np.ndarray:
    """Returns uint8 [n, H, W, C] of n PNG strings of one size."""
    images = [np.atleast_3d(np.asarray(Image.open(io.BytesIO(png)))) for png in encoded]
    return np.stack(images)
