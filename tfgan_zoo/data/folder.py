"""One's own pictures: a folder of images, in which sub-folders are classes."""

import collections
import functools
import os
import sys
import warnings

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.common.text import shown
from tfgan_zoo.data import images
from tfgan_zoo.data.decoding import decode_all, report_skipped
from tfgan_zoo.data.file_source import FileSource
from tfgan_zoo.data.images import Form
from tfgan_zoo.data.inventory import inventory
from tfgan_zoo.data.layout import Layout, layout
from tfgan_zoo.data.listing import Picture, channels_of, pictures_in
from tfgan_zoo.data.places import check_folder
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source
from tfgan_zoo.data.summary import summary

SPLITS = ("train", "test")


def folder(
    path: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
    channels: int | None = None,
    fit: str = "crop",
) -> Source:
    """Opens a folder of pictures, in sub-folders of any depth: of the formats of `tfgan_zoo.data.formats`.

    The first level of sub-folders are the classes, in the order of their names, unless they are splits: see `layout`.
    Files beside them, and all files of a folder without sub-folders, are unlabelled. Names that begin with a dot are
    ignored. How the folder was understood is told in one line on stderr, and in another what was skipped.

    In memory, the set is decoded once. Streamed, the headers are checked now and the pixels are decoded whenever they
    are needed: see `FileSource` for files that then turn out to be damaged. Of files that are all whole the batches
    are the same.

    Args:
        path: the folder.
        split: `"train"` or `"test"`.
        image_size: height and width of the pictures; None for 64.
        data_dir: not used; the path says where the files are.
        in_memory: whether the pixels are; None for in memory up to 512 MiB of them.
        channels: 1, 3 or 4; None for 1 if all training pictures are grey, else 3.
        fit: what becomes of pictures that are not square: a name of `tfgan_zoo.data.images.FITS`.

    Returns:
        A source of images of shape (image_size, image_size, channels).

    Raises:
        UserError: there is no such folder or split, or fewer than two pictures in it.
    """
    name = f"folder:{shown(path)}"
    size = images.check_size(image_size) or images.DEFAULT_SIZE
    found = _layout(name, path, split)
    root = found.train if split == "train" else found.test
    skipped = collections.defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on oddities of files that it reads nevertheless
        pictures = pictures_in(root, name, skipped)
        training = pictures if split == "train" else _others(found.train, name)
        classes = _classes(training, found.train)
        form = Form(size, channels or channels_of(training), fit)
        test = _others(found.test, name) if split == "train" and found.test else None
        pixels = None
        if images.fit_in_memory(len(pictures), form.shape, in_memory):
            pictures, pixels = decode_all(pictures, form, name, skipped)
    report_skipped(name, root, len(pictures), skipped)
    labels = _labels(pictures, root, classes)
    class_names = [shown(name) for name in classes]
    if split == "train":
        _tell(f"{name}: {summary(pictures, labels, class_names, test, found.unused)}")
    if pixels is None:
        source = FileSource(name, [picture.path for picture in pictures], labels, class_names, form)
    else:
        source = ArraySource(name, pixels, labels, class_names)
    source.inventory = inventory(pictures, root)
    return source


def has_splits(path: str) -> bool:
    """Tells whether a folder has a test set of its own."""
    return layout(os.path.expanduser(path)).test is not None


def _layout(name: str, path: str, split: str) -> Layout:
    """Returns where the splits lie, if there is the one that is asked for."""
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    path = check_folder(name, path)
    found = layout(path)
    if split == "test" and found.test is None:
        train, test = (shown(os.path.join(path, part)) for part in SPLITS)
        raise UserError(
            f"--dataset={name}: there is no test split, since nothing is held out of a plain folder. "
            f"To have one, put the images into two folders '{train}' and '{test}'."
        )
    return found


def _others(root: str, name: str) -> list[Picture]:
    """Lists the pictures of another split, whose skipped files are told when that one is opened."""
    return pictures_in(root, name, collections.defaultdict(list))


@functools.cache
def _tell(line: str) -> None:
    """Prints a line on stderr, once in a process: some commands open a folder again."""
    print(line, file=sys.stderr, flush=True)


def _class_of(file: str, root: str) -> str | None:
    first, *rest = os.path.relpath(file, root).split(os.sep)
    return first if rest else None


def _classes(pictures: list[Picture], root: str) -> list[str]:
    return sorted({_class_of(picture.path, root) for picture in pictures} - {None})


def _labels(pictures: list[Picture], root: str, classes: list[str]) -> np.ndarray:
    numbers = {name: number for number, name in enumerate(classes)}
    return np.array([numbers.get(_class_of(picture.path, root), UNLABELLED) for picture in pictures], np.int32)
