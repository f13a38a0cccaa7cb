"""How a folder of pictures is understood: what it is split into, and what is left out of account."""

import dataclasses
import os

NAMES = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "val": ("val", "valid", "validation", "dev", "eval"),
}
ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic", ".gif", ".bmp", ".tif", ".tiff", ".jp2", ".ppm", ".pgm"}
# Systems, archivers and network drives put these beside pictures, some with small copies of the pictures in them.
NOT_OF_THE_SET = {
    "__macosx",
    "thumbs.db",
    "desktop.ini",
    "icon\r",
    "@eadir",
    "#recycle",
    "@recycle",
    "$recycle.bin",
    "system volume information",
    "lost+found",
}


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where the splits of a folder lie.

    Attributes:
        train: the folder of training pictures: the whole, if it is not split.
        test: that of the test pictures; None where there is none.
        unused: names of folders beside the splits, none of whose pictures is used.
    """

    train: str
    test: str | None = None
    unused: tuple[str, ...] = ()


def layout(path: str) -> Layout:
    """Finds the splits of a folder. Case does not matter.

    `train` beside `test` or a validation set is a split; the test set is `test`, or else the validation set. `train`
    alone is one if all pictures are in it. Otherwise sub-folders are classes, whatever they are called.

    Args:
        path: of the folder, which is there.
    """
    folders = sub_folders(path)
    splits = {split: [name for name in folders if name.lower() in names] for split, names in NAMES.items()}
    if len(splits["train"]) != 1 or any(len(names) > 1 for names in splits.values()):
        return Layout(path)
    (train,) = splits["train"]
    test = next((name for split in ("test", "val") for name in splits[split]), None)
    if test is None and _holds_pictures(path, besides=train):
        return Layout(path)
    unused = tuple(name for name in folders if name not in (train, test))
    return Layout(os.path.join(path, train), test and os.path.join(path, test), unused)


def _holds_pictures(path: str, besides: str) -> bool:
    """Tells, by the endings of names, whether there are pictures in a folder apart from one sub-folder's."""
    for parent, subfolders, names in os.walk(path):
        subfolders[:] = [name for name in subfolders if belongs(name) and not (parent == path and name == besides)]
        if any(os.path.splitext(name)[1].lower() in ENDINGS for name in names if belongs(name)):
            return True
    return False


def sub_folders(path: str) -> list[str]:
    """Returns the names of a folder's sub-folders that belong to it, in order."""
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if belongs(entry.name) and entry.is_dir())
    except OSError:  # which is told when its files are listed
        return []


def belongs(name: str) -> bool:
    """Tells whether a file or folder is part of a set of pictures, by its name."""
    return not name.startswith(".") and name.lower() not in NOT_OF_THE_SET
