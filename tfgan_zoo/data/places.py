"""What can be known of a folder of one's own pictures by its names alone: before TensorFlow, before any picture."""

import os

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DERIVED
from tfgan_zoo.common.text import shown
from tfgan_zoo.data.layout import belongs, layout, sub_folders

ONE_DOMAIN = "expected a folder of images."
TWO_DOMAINS = "expected a folder with trainA and trainB in it, and testA and testB if there is a test set."


def check_place(name: str) -> None:
    """Refuses a dataset whose folder is not there; other datasets are not looked at.

    Raises:
        UserError: there is no such folder.
    """
    scheme, _, what = _base(name).partition(":")
    if scheme == "folder":
        check_folder(name, what)
    elif scheme == "domains":
        check_domains(name, what)


def check_folder(name: str, path: str) -> str:
    """Returns the path of a folder of pictures if it is there.

    Args:
        name: of the dataset, for messages.
        path: as given.

    Raises:
        UserError: it is not.
    """
    path = os.path.expanduser(path)
    _check_is_folder(name, path, ONE_DOMAIN)
    return path


def check_domains(name: str, path: str) -> str:
    """Returns the path of a folder of two domains if it is there. Arguments and errors as for `check_folder`."""
    path = os.path.expanduser(path)
    for folder in (path, *(os.path.join(path, part) for part in ("trainA", "trainB"))):
        _check_is_folder(name, folder, TWO_DOMAINS)
    tests = [folder for folder in (os.path.join(path, part) for part in ("testA", "testB")) if os.path.isdir(folder)]
    if len(tests) == 1:
        raise UserError(f"--dataset={shown(name)}: of testA and testB there is only '{shown(tests[0])}'; {TWO_DOMAINS}")
    return path


def _check_is_folder(name: str, path: str, accepted: str) -> None:
    if not os.path.isdir(path):
        problem = "is a file" if os.path.exists(path) else "does not exist"
        raise UserError(f"--dataset={shown(name)}: '{shown(path)}' {problem}; {accepted}")


def most_examples(name: str) -> int | None:
    """Returns how many training examples there are at most: the files of a folder; None of any other dataset."""
    scheme, _, what = _base(name).partition(":")
    path = os.path.expanduser(what)
    if scheme == "folder":
        return _count(layout(path).train)
    if scheme == "domains":
        return max(_count(os.path.join(path, part)) for part in ("trainA", "trainB"))
    return None


def has_no_classes(name: str) -> bool:
    """Tells whether a dataset is a folder without sub-folders, whose pictures have no labels."""
    scheme, _, what = name.partition(":")
    return scheme == "folder" and not sub_folders(layout(os.path.expanduser(what)).train)


def _count(root: str) -> int:
    seen, count = set(), 0
    for parent, subfolders, names in os.walk(root, followlinks=True):
        if os.path.realpath(parent) in seen:
            subfolders.clear()
            continue
        seen.add(os.path.realpath(parent))
        subfolders[:] = filter(belongs, subfolders)
        count += sum(map(belongs, names))
    return count


def _base(name: str) -> str:
    scheme, _, what = name.partition(":")
    return what if scheme in DERIVED else name
