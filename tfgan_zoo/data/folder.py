"""One's own pictures: a folder of images, in which sub-folders are classes."""

import collections
import os
import stat
import sys
import warnings
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data import images
from tfgan_zoo.data.images import ImageError
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source, to_model_range

SPLITS = ("train", "test")
CHUNK = 256  # pictures decoded between two looks at the clock; an interrupt waits for no more than these


def folder(
    path: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
) -> Source:
    """Opens a folder of PNG, JPEG, WebP, BMP, GIF or TIFF files, in sub-folders of any depth.

    The first level of sub-folders are the classes, in the order of their names. Files beside them, and all files of a
    folder without sub-folders, are unlabelled. Names that begin with a dot are ignored. What cannot be used is skipped
    and reported in one line on stderr.

    In memory, the set is decoded once. Streamed, the headers are checked now and the pixels are decoded whenever they
    are needed; a file whose pixels then turn out to be damaged ends the reading with `tf.errors.InvalidArgumentError`,
    which names it. Of files that are all whole the batches are the same.

    Args:
        path: the folder. If it has both `train` and `test` in it, those are the splits.
        split: `"train"` or `"test"`.
        image_size: height and width to scale and crop to; None for 64.
        data_dir: not used; the path says where the files are.
        in_memory: whether the pixels are; None for in memory up to 512 MiB of them.

    Returns:
        A source of images of shape (image_size, image_size, 3).

    Raises:
        UserError: there is no such folder or split, or fewer than two pictures in it.
    """
    name = f"folder:{path}"
    size = images.check_size(image_size) or images.DEFAULT_SIZE
    root, train_root = _roots(name, path, split)
    skipped = collections.defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on oddities of files that it reads nevertheless
        files = _usable(root, name, skipped)
        classes = _classes(files if root == train_root else _usable(train_root, name), train_root)
        pixels = None
        if images.fit_in_memory(len(files), (size, size, 3), in_memory):
            files, pixels = _decode(files, size, name, skipped)
    _report(name, root, len(files), skipped)
    labels = _labels(files, root, classes)
    if pixels is None:
        return FileSource(name, files, labels, classes, size)
    return ArraySource(name, pixels, labels, classes)


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

    @property
    def all_labelled(self):
        return super().all_labelled and bool((self.labels.numpy() >= 0).all())

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


def has_splits(path: str) -> bool:
    """Tells whether a folder has both `train` and `test` in it; else they are classes like others."""
    return all(os.path.isdir(os.path.join(os.path.expanduser(path), part)) for part in SPLITS)


def _roots(name: str, path: str, split: str) -> tuple[str, str]:
    """Returns the folder of the split and that of the training split, which defines the classes."""
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    path = os.path.expanduser(path)
    if not os.path.isdir(path):
        problem = "is a file" if os.path.exists(path) else "does not exist"
        raise UserError(f"--dataset={name}: '{path}' {problem}; accepted is a folder of images.")
    parts = {part: os.path.join(path, part) for part in SPLITS}
    if has_splits(path):
        return parts[split], parts["train"]
    if split == "test":
        raise UserError(
            f"--dataset={name}: there is no test split, since nothing is held out of a plain folder. "
            f"To have one, put the images into two folders '{parts['train']}' and '{parts['test']}'."
        )
    return path, path


def _usable(root: str, name: str, skipped: dict[str, list[str]] | None = None) -> list[str]:
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


def _class_of(file: str, root: str) -> str | None:
    first, *rest = os.path.relpath(file, root).split(os.sep)
    return first if rest else None


def _classes(files: list[str], root: str) -> list[str]:
    return sorted({_class_of(file, root) for file in files} - {None})


def _labels(files: list[str], root: str, classes: list[str]) -> np.ndarray:
    numbers = {name: number for number, name in enumerate(classes)}
    return np.array([numbers.get(_class_of(file, root), UNLABELLED) for file in files], np.int32)


def _decode(files: list[str], size: int, name: str, skipped: dict[str, list[str]]) -> tuple[list[str], np.ndarray]:
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


def _report(name: str, root: str, num_images: int, skipped: dict[str, list[str]]) -> None:
    """Tells how many files were left out and why.

    Raises:
        UserError: fewer than two are left.
    """
    num_skipped = sum(len(files) for files in skipped.values())
    reasons = ", ".join(
        f"{len(files)} {reason} (such as {os.path.relpath(files[0], root)!r})"
        for reason, files in sorted(skipped.items(), key=lambda item: -len(item[1]))
    )
    if num_images < 2:
        found = "no readable image" if num_images == 0 else "one image only"
        raise UserError(
            f"--dataset={name}: {found} in '{root}'{f'; skipped {reasons}' if reasons else ''}. "
            "Accepted are two or more PNG, JPEG, WebP, BMP, GIF or TIFF files."
        )
    if num_skipped:
        line = f"{name}: skipped {num_skipped} of {num_images + num_skipped} files: {reasons}."
        print(line, file=sys.stderr, flush=True)
