"""One's own pictures: a folder of images, in which sub-folders are classes."""

import collections
import os
import warnings

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data import images
from tfgan_zoo.data.picture_files import FileSource, decode_files, report_skipped, usable_files
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source

SPLITS = ("train", "test")


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
        files = usable_files(root, name, skipped)
        classes = _classes(files if root == train_root else usable_files(train_root, name), train_root)
        pixels = None
        if images.fit_in_memory(len(files), (size, size, 3), in_memory):
            files, pixels = decode_files(files, size, name, skipped)
    report_skipped(name, root, len(files), skipped)
    labels = _labels(files, root, classes)
    if pixels is None:
        return FileSource(name, files, labels, classes, size)
    return ArraySource(name, pixels, labels, classes)


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


def _class_of(file: str, root: str) -> str | None:
    first, *rest = os.path.relpath(file, root).split(os.sep)
    return first if rest else None


def _classes(files: list[str], root: str) -> list[str]:
    return sorted({_class_of(file, root) for file in files} - {None})


def _labels(files: list[str], root: str, classes: list[str]) -> np.ndarray:
    numbers = {name: number for number, name in enumerate(classes)}
    return np.array([numbers.get(_class_of(file, root), UNLABELLED) for file in files], np.int32)
