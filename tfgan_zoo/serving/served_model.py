"""What can be asked of an export, wherever it runs: in this process, or behind a server."""

import functools
import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import ExifTags, Image, ImageOps

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import JPEG_START, MOST_BYTES, check_picture
from tfgan_zoo.serving.kind import Kind

PICTURES_AT_ONCE = 16  # the largest that are accepted are as many pixels as one request may have


class ServedModel:
    """Images and points, from seeds or from images. A way to reach an export overrides `predict` and `signatures`.

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
        if self.kind.takes == "images" or "labels" not in self._signatures["generate"][0]:
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
        if Kind.of(found) is None:
            raise UserError(f"{self}: is no export of this package; its signatures: {', '.join(found) or 'none'}.")
        return found

    @functools.cached_property
    def kind(self) -> Kind:
        """What can be asked of the model."""
        return Kind.of(self._signatures)

    @property
    def makes_points(self) -> bool:
        """The model is of points instead of images."""
        return "points" in self._signatures[self.kind.main_signature][1]

    @property
    def takes_masks(self) -> bool:
        """Beside each image a mask says what is to be filled."""
        return "mask_bytes" in self._signatures[self.kind.main_signature][0]

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

    def translate(self, examples, direction: str | None = None, masks: Sequence[bytes] | None = None) -> np.ndarray:
        """Returns uint8 images [n, H, W, C], or float32 points [n, 2]; reconstructions, if the model has an encoder.

        Args:
            examples: n strings, PNG or JPEG of any size; or points [n, 2].
            direction: `"a_to_b"` or `"b_to_a"`, where there are two; None for the first or only one.
            masks: n strings, PNG or JPEG, white where a picture is to be filled; where the model takes them.

        Raises:
            UserError: another direction, masks too many or too few, or pictures that are refused.
        """
        return _decoded(self.ask(self.kind.signature(direction, self), self.inputs_of(examples, masks)))

    def inputs_of(self, examples, masks: Sequence[bytes] | None = None) -> dict[str, np.ndarray]:
        """Returns what `ask` is given for a signature that maps examples to examples. Arguments as for `translate`."""
        if self.takes_masks != (masks is not None):
            accepted = "a mask beside each image: --masks=FOLDER or FILE" if self.takes_masks else "no masks"
            raise UserError(f"{self}: takes {accepted}.")
        if self.makes_points:
            return {"points": np.asarray(examples, np.float32)}
        inputs = {"image_bytes": _as_strings([upright(example) for example in examples])}
        return inputs if masks is None else inputs | {"mask_bytes": _as_strings(masks)}

    def encode(self, examples: np.ndarray) -> np.ndarray:
        """Returns latents float32 [n, latent_dim] of images float32 [n, H, W, C] in [0, 1], or of points [n, 2].

        Raises:
            UserError: the model has no encoder.
        """
        if not self.kind.encodes:
            raise UserError(f"{self}: has no encoder.")
        (name,) = self._signatures["encode"][0]
        return self._in_parts("encode", {name: np.asarray(examples, np.float32)}, "latents")

    def ask(self, signature: str, inputs: dict[str, np.ndarray], labels: np.ndarray | None = None) -> np.ndarray:
        """Returns the one output of a signature as it is: PNG strings [n], or points [n, 2]."""
        seeds = next(iter(inputs.values()))
        (output,) = self._signatures[signature][1]
        if "labels" in self._signatures[signature][0]:
            # For a seed the class of its turn, so that the image stays a function of the seed.
            labels = seeds % self.num_classes if labels is None else labels
            inputs = inputs | {"labels": np.asarray(labels, np.int32)}
        return self._in_parts(signature, inputs, output)

    def _in_parts(self, signature: str, inputs: dict[str, np.ndarray], output: str) -> np.ndarray:
        parts = []
        for start, end in self._bounds_of_parts(inputs):
            part = {name: value[start:end] for name, value in inputs.items()}
            parts.append(self.predict(signature, part)[output])
        return np.concatenate(parts)

    def _bounds_of_parts(self, inputs: dict[str, np.ndarray]) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of the parts: a part ends where it has enough rows, or enough bytes of pictures."""
        strings = [value for value in inputs.values() if value.dtype == object]
        rows_at_once = min(self.rows_at_once, PICTURES_AT_ONCE) if strings else self.rows_at_once
        count, start, size = len(next(iter(inputs.values()))), 0, 0
        for row in range(count):
            length = sum(len(value[row]) for value in strings)
            if row - start == rows_at_once or (row > start and size + length > MOST_BYTES):
                yield start, row
                start, size = row, 0
            size += length
        if start < count:
            yield start, count

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
        raise UserError(f"--labels={text}: expected 0 to {self.num_classes - 1}, or the names {names}.")


def _as_strings(values: Sequence[bytes]) -> np.ndarray:
    """Returns an object array [n]: NumPy's own strings lose zeros at their ends."""
    strings = np.empty(len(values), object)
    strings[:] = list(values)
    return strings


def _decoded(answers: np.ndarray) -> np.ndarray:
    return decode(answers) if answers.dtype == object else answers


def upright(picture: bytes) -> bytes:
    """Returns a JPEG, which a camera held sideways has marked so, turned upright; anything else unchanged.

    An export does not read that mark (EXIF). What is damaged or too large is the export's to refuse.
    """
    if not picture.startswith(JPEG_START):
        return picture
    try:
        check_picture(picture, "the picture")
        with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
            if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
                return picture
            turned = io.BytesIO()
            ImageOps.exif_transpose(image).convert("RGB").save(turned, "JPEG", quality=95, subsampling=0)
            return turned.getvalue()
    except Exception:  # Pillow's readers let through what their parsing runs into
        return picture


def decode(encoded: np.ndarray) -> np.ndarray:
    """Returns uint8 [n, H, W, C] of n PNG strings of one size."""
    images = [np.atleast_3d(np.asarray(Image.open(io.BytesIO(png)))) for png in encoded]
    return np.stack(images)
