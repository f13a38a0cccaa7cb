"""Files of pictures for a model: found, checked, and paired with their masks before any work is done."""

import pathlib
from collections.abc import Sequence

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import check_length, check_picture

SUFFIXES = (".png", ".jpg", ".jpeg")


def find_pictures(given: Sequence[str], flag: str = "--images") -> list[pathlib.Path]:
    """Returns the files that are given, and the PNG and JPEG files in given folders by name.

    Raises:
        UserError: a file or folder is missing, or a folder holds no pictures.
    """
    return [path for text in given for path in _in_folder(pathlib.Path(text), flag)]


def check_pictures(paths: Sequence[pathlib.Path], flag: str = "--images") -> None:
    """Checks each file by itself, before a model is asked.

    Raises:
        UserError: `check_picture` refuses one.
    """
    for path in paths:
        check_length(path.stat().st_size, f"{flag}={path}")
        check_picture(path.read_bytes(), f"{flag}={path}")


def masks_of(pictures: Sequence[pathlib.Path], masks: Sequence[pathlib.Path]) -> list[pathlib.Path]:
    """Returns each picture's mask: the only one there is, or else the one of the same name.

    Raises:
        UserError: a picture has none.
    """
    if len(masks) == 1:
        return [masks[0]] * len(pictures)
    by_name = {mask.stem: mask for mask in masks}
    for picture in pictures:
        if picture.stem not in by_name:
            raise UserError(f"--masks: none is named as {picture}; accepted: one for each image, or one for all.")
    return [by_name[picture.stem] for picture in pictures]


def check_folder(folder: pathlib.Path, pictures: Sequence[pathlib.Path]) -> None:
    """Refuses a folder in which results would overwrite each other, or the pictures themselves.

    Raises:
        UserError: it is such a one.
    """
    by_name: dict[str, pathlib.Path] = {}
    for picture in pictures:
        if picture.stem in by_name:
            raise UserError(f"--images: {by_name[picture.stem]} and {picture} would both become {picture.stem}.png.")
        by_name[picture.stem] = picture
        if picture.parent.resolve() == folder.resolve():
            raise UserError(f"--out={folder}: holds the images themselves; accepted: another folder.")


def _in_folder(path: pathlib.Path, flag: str) -> list[pathlib.Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(f"{flag}={path}: there is no such file or folder.")
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise UserError(f"{flag}={path}: holds no pictures; accepted: {', '.join(SUFFIXES)}.")
    return found
