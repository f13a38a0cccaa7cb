"""Folders of pictures: which files can be used, and their pixels, decoded once or whenever they are needed."""

import collections
import os
import stat
import sys
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data import images
from tfgan_zoo.data.images import ImageError
from tfgan_zoo.data.source import Source, to_model_range

CHUNK = 256  # pictures decoded between two looks at the clock; an interrupt waits for no more than these


class FileSource(Source):
    """Pictures that are decoded from their files whenever they are needed.

    Args:
        name: as given on the command line.
        files: their paths.
        labels: int [n], −1 where unknown.
        class_names: names of the classes.
        size: height and width to scale and crop to.
    """

    in_memory = False

    def __init__(self, name: str, files: list[str], labels: np.ndarray, class_names: list[str], size: int):
        super().__init__(name, len(files), (size, size, 3), class_names)
        self.files = files
        with tf.device("CPU"):
            self.labels = tf.convert_to_tensor(labels, tf.int32)

    def fetch(self, indices):
        pixels, problem = tf.numpy_function(self._read, [indices], [tf.uint8, tf.string])
        # An exception of the function itself would bring its whole traceback along.
        with tf.control_dependencies([tf.debugging.Assert(tf.equal(problem, ""), [problem])]):
            pixels = tf.ensure_shape(pixels, (None, *self.element_shape))
        return to_model_range(pixels), tf.gather(self.labels, indices)

    def _read(self, indices: np.ndarray) -> tuple[np.ndarray, bytes]:
        """Returns pixels and what went wrong."""
        try:
            return images.read_all([self.files[index] for index in indices], self.element_shape[0]), b""
        except ImageError as error:
            return np.empty((0, *self.element_shape), np.uint8), str(error).encode(errors="backslashreplace")


def usable_files(root: str, name: str, skipped: dict[str, list[str]] | None = None) -> list[str]:
    """Lists the files below `root` that are pictures by their headers; adds the others to `skipped` by reason."""
    skipped = collections.defaultdict(list) if skipped is None else skipped
    usable = []
    candidates = list(_files(root, skipped))
    for file in watch(candidates, len(candidates), f"{name}: checking files"):
        try:
            _check_is_file(file)
            images.check(file)
            usable.append(file)
        except ImageError as error:
            skipped[error.reason].append(file)
    return usable


def _files(root: str, skipped: dict[str, list[str]]) -> Iterator[str]:
    """Yields all files below `root` by name. A folder to which several links lead, or a circle of them, counts once."""
    seen = set()
    for parent, subfolders, names in os.walk(
        root, followlinks=True, onerror=lambda error: skipped["unreadable"].append(error.filename)
    ):
        identity = os.path.realpath(parent)
        if identity in seen:
            subfolders.clear()
            continue
        seen.add(identity)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield from (os.path.join(parent, name) for name in sorted(names) if not name.startswith("."))


def _check_is_file(path: str) -> None:
    """Keeps the reading from pipes and devices, which may never end."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise ImageError("unreadable", path) from error
    if not stat.S_ISREG(mode):
        raise ImageError("not an image", path)


def decode_files(files: list[str], size: int, name: str, skipped: dict[str, list[str]]) -> tuple[list[str], np.ndarray]:
    """Decodes all files; leaves those out that cannot be, and adds them to `skipped` by reason."""
    pixels = np.empty((len(files), size, size, 3), np.uint8)
    decoded = []
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    results = (result for chunk in chunks for result in images.threads().map(lambda file: _try(file, size), chunk))
    for file, result in zip(files, watch(results, len(files), f"{name}: reading images"), strict=True):
        if isinstance(result, ImageError):
            skipped[result.reason].append(file)
        else:
            pixels[len(decoded)] = result
            decoded.append(file)
    return decoded, pixels[: len(decoded)]


def _try(file: str, size: int) -> np.ndarray | ImageError:
    try:
        return images.read(file, size)
    except ImageError as error:
        return error


def report_skipped(name: str, root: str, num_images: int, skipped: dict[str, list[str]], at_least: int = 2) -> None:
    """Prints in one line on stderr how many files were left out and why.

    Raises:
        UserError: fewer than `at_least` are left, one or two.
    """
    num_skipped = sum(len(files) for files in skipped.values())
    reasons = ", ".join(
        f"{len(files)} {reason} (such as {os.path.relpath(files[0], root)!r})"
        for reason, files in sorted(skipped.items(), key=lambda item: -len(item[1]))
    )
    if num_images < at_least:
        found = "no readable image" if num_images == 0 else "one image only"
        raise UserError(
            f"--dataset={name}: {found} in '{root}'{f'; skipped {reasons}' if reasons else ''}. "
            f"Accepted are {('one', 'two')[at_least - 1]} or more PNG, JPEG, WebP, BMP, GIF or TIFF files."
        )
    if num_skipped:
        line = f"{name}: skipped {num_skipped} of {num_images + num_skipped} files: {reasons}."
        print(line, file=sys.stderr, flush=True)
