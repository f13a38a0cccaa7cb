"""The form and the values of the data that a model accepts; for what it does not, one line that says what to do."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError

TOLERANCE = 1e-3  # by which floats may leave [−1, 1]


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a model is trained on.

    Attributes:
        model: its name, for messages.
        shape: of one example: (H, W, C), (2,), or a dict of such where there are two domains.
        classes: K, the labels are 0 … K − 1; 0 where the model knows no classes.
        needs_labels: the model is conditioned on labels, so that each example has one; else −1 is an unknown one.
        verb: what the model does with the data, for messages.
        names: of the examples and of the labels, for messages.
    """

    model: str
    shape: tuple | dict
    classes: int = 0
    needs_labels: bool = False
    verb: str = "trains on"
    names: tuple[str, str] = ("x", "y")

    def check_form(self, x, y) -> None:
        """Checks structures, shapes and dtypes of arrays, or of `tf.TensorSpec`s whose number of rows may be unknown.

        Raises:
            UserError: what is wrong.
        """
        parts = self.examples(x)
        for name, part in parts.items():
            self._check_example_form(name, part, self.shape_of(name))
        if y is None and self.needs_labels:
            raise UserError(
                f"{self.names[1]} is missing: {self.model} is conditioned on labels 0 … {self.classes - 1}."
            )
        for name, labels in self.labels(y).items():
            self._check_label_form(name, labels)
            part = parts[self.names[0] + name.removeprefix(self.names[1])]
            if _is_unknown(labels) or _is_unknown(part):
                continue
            rows, count = part.shape[:1], labels.shape[:1]
            if None not in (*rows, *count) and tuple(rows) != tuple(count):
                raise UserError(f"{name} has {count[0]} labels for {rows[0]} examples.")

    def check_values(self, x, y, *, wholly: bool = True) -> None:
        """Checks the values of arrays whose form is right.

        Args:
            x, y: as `fit` is given them.
            wholly: the arrays are large enough to tell the range of all data by.

        Raises:
            UserError: what is wrong.
        """
        for name, part in self.examples(x).items():
            _check_example_values(name, part, len(self.shape_of(name)) == 3, wholly)
        for name, labels in self.labels(y).items():
            self._check_label_values(name, labels)

    def examples(self, x) -> dict:
        """Returns the parts of `x` by the names that messages have for them."""
        return self._parts(self.names[0], x)

    def labels(self, y) -> dict:
        """Returns the parts of `y` likewise; none where there are no labels."""
        if y is None:
            return {}
        return {name: labels for name, labels in self._parts(self.names[1], y).items() if labels is not None}

    def shape_of(self, name: str) -> tuple:
        """Returns the shape of one example of a part."""
        return self.shape if isinstance(self.shape, tuple) else self.shape[name[len(self.names[0]) + 2 : -2]]

    def _parts(self, name: str, given) -> dict:
        if isinstance(self.shape, tuple):
            if isinstance(given, (Mapping, list, tuple)):
                kind = type(given).__name__
                raise UserError(f"{name} is a {kind}; {self.model} {self.verb} one array{_hint(kind)}.")
            return {name: given}
        if not isinstance(given, Mapping) or set(given) != set(self.shape):
            keys = ", ".join(f"'{key}': …" for key in self.shape)
            found = f"keys {', '.join(map(str, given))}" if isinstance(given, Mapping) else type(given).__name__
            raise UserError(f"{name} has to be a dict {{{keys}}} of two domains for {self.model}. Received: {found}.")
        return {f'{name}["{key}"]': given[key] for key in self.shape}

    def _check_example_form(self, name: str, part, shape: tuple) -> None:
        _check_is_array(name, part)
        if _is_unknown(part):
            return
        found, wanted = tuple(part.shape), _text((None, *shape))
        if len(found) == len(shape):
            same = all(a in (None, b) for a, b in zip(found, shape, strict=True))
            hint = "; it looks like one example: batch it" if same else ""
            raise UserError(f"{name}: {self.model} {self.verb} data of shape {wanted}. Received: {_text(found)}{hint}.")
        if len(found) != len(shape) + 1 or any(a not in (None, b) for a, b in zip(found[1:], shape, strict=True)):
            hint = _transposed(found, shape)
            raise UserError(f"{name}: {self.model} {self.verb} data of shape {wanted}. Received: {_text(found)}{hint}.")
        if found[0] == 0:
            raise UserError(f"{name} has no examples.")
        dtype = _dtype(name, part)
        if not (dtype.is_integer or dtype.is_floating):
            raise UserError(f"{name} is of dtype {dtype.name}; accepted: integers and floats.")

    def _check_label_form(self, name: str, labels) -> None:
        _check_is_array(name, labels)
        if _is_unknown(labels):
            return
        found = tuple(labels.shape)
        if len(found) != 1:
            hint = (
                f"take {name}[:, 0]" if found[1:] == (1,) else f"take {name}.argmax(axis=1)" if len(found) == 2 else ""
            )
            raise UserError(
                f"{name} has to have one integer label an example, shape (n,). Received: {_text(found)}; {hint}."
            )
        dtype = _dtype(name, labels)
        if not (dtype.is_integer or dtype.is_floating or dtype.is_bool):
            raise UserError(f"{name} is of dtype {dtype.name}; accepted: integer labels.")

    def _check_label_values(self, name: str, labels) -> None:
        values = np.asarray(labels).astype(float)
        wrong = values[values != np.round(values)]
        if wrong.size:
            raise UserError(f"{name} has a label {wrong[0]:g}; accepted: whole numbers.")
        lowest = 0 if self.needs_labels else -1
        highest = self.classes - 1 if self.classes else np.inf
        wrong = values[(values < lowest) | (values > highest)]
        if wrong.size:
            accepted = f"{lowest} … {highest}" if self.classes else "0 and more, −1 where unknown"
            raise UserError(f"{name} has a label {wrong[0]:g}; {self.model} accepts {accepted}.")


def _check_is_array(name: str, part) -> None:
    if part is None:
        raise UserError(f"{name} is missing: give arrays, tensors, a tf.data.Dataset, a generator or a PyDataset.")
    if not hasattr(part, "shape") or not hasattr(part, "dtype"):
        raise UserError(
            f"{name} is a {type(part).__name__}; accepted: an array or a tensor{_hint(type(part).__name__)}."
        )
    if isinstance(part, (tf.RaggedTensor, tf.SparseTensor, tf.RaggedTensorSpec, tf.SparseTensorSpec)):
        raise UserError(f"{name} is a {type(part).__name__}; accepted: a dense array or tensor.")


def _check_example_values(name: str, part, is_image: bool, wholly: bool) -> None:
    values = np.asarray(part)
    dtype = tf.as_dtype(values.dtype)
    values = values if dtype.is_integer else values.astype(np.float32, copy=False)
    lowest, highest = values.min(), values.max()
    found = f"Received: {dtype.name} in [{lowest:.4g}, {highest:.4g}]"
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise UserError(f"{name} has values that are NaN or infinite. {found}.")
    if not is_image:
        return
    least, most = (0, 255) if dtype.is_integer else (-1.0 - TOLERANCE, 1.0 + TOLERANCE)
    if not least <= lowest <= highest <= most:
        hint = ""
        if dtype.is_floating and lowest >= 0 and highest <= 255:
            hint = ": take x.astype('uint8'), or x / 127.5 - 1"
        raise UserError(f"{name}: images are floats in [−1, 1] or integers in 0 … 255. {found}{hint}.")
    if wholly and dtype.is_floating and lowest >= 0 and highest > lowest:
        raise UserError(
            f"{name}: images are floats in [−1, 1], and these seem to be in [0, 1]. {found}: take 2 * x - 1."
        )
    if wholly and dtype.is_integer and highest == 1:
        raise UserError(f"{name}: images are integers in 0 … 255, and these are 0 and 1, all but black: take 255 * x.")


def _is_unknown(part) -> bool:
    """Tells whether it is a spec that only the arrays will complete."""
    return isinstance(part.shape, tf.TensorShape) and part.shape.rank is None


def _dtype(name: str, part) -> tf.DType:
    try:
        return tf.as_dtype(part.dtype)
    except TypeError:
        raise UserError(f"{name} is of dtype {part.dtype}; accepted: integers and floats.") from None


def _text(shape: tuple) -> str:
    sizes = ["n" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _transposed(found: tuple, shape: tuple) -> str:
    is_channels_first = len(shape) == 3 and found[1:] == (shape[2], *shape[:2])
    return "; channels come last: take x.transpose(0, 2, 3, 1)" if is_channels_first else ""


def _hint(kind: str) -> str:
    return {"list": ": take np.asarray(x)", "str": "; tfgan_zoo.load_data(name) reads a dataset"}.get(kind, "")
