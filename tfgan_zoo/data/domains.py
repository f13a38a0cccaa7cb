"""Two domains of one's own pictures, in the folders of CycleGAN's files: `trainA`, `trainB`, `testA`, `testB`."""

import collections
import os
import sys
import warnings

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data import images
from tfgan_zoo.data.held_out import TEST_PART
from tfgan_zoo.data.picture_files import FileSource, decode_files, report_skipped, usable_files
from tfgan_zoo.data.source import PARTS_SEED, UNLABELLED, ArraySource, PartOfSource, Source
from tfgan_zoo.data.two_domains import Pairs, TwoDomains

SPLITS = ("train", "test")
ACCEPTED = "accepted is a folder with trainA and trainB in it, and testA and testB if there is a test set."


def domains(
    path: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
) -> TwoDomains:
    """Opens two folders of pictures, each as `tfgan_zoo.data.folder.folder` does, without classes.

    Pictures of equal names are pairs, endings apart, such as `trainA/7.jpg` and `trainB/7.png`, or `trainA/7_A.jpg` and
    `trainB/7_B.jpg`. A line on stderr says how many pictures and pairs there are. Without `testA` and `testB` a fifth
    of each training folder is held out, pairs together.

    Args:
        path: the folder that has the others in it.
        split: `"train"` or `"test"`.
        image_size: height and width to scale and crop to; None for 64.
        data_dir: not used; the path says where the files are.
        in_memory: whether the pixels are; None for in memory up to 512 MiB of them.

    Returns:
        Two domains of images of shape (image_size, image_size, 3).

    Raises:
        UserError: there is no such folder or split, or too few pictures in it.
    """
    name = f"domains:{path}"
    size = images.check_size(image_size) or images.DEFAULT_SIZE
    roots, is_cut = _roots(name, path, split)
    at_least = 2 if split == "train" else 1
    skipped = [collections.defaultdict(list) for _ in roots]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on oddities of files that it reads nevertheless
        files = [usable_files(root, name, reasons) for root, reasons in zip(roots, skipped, strict=True)]
        if is_cut:
            files = _cut(name, files, roots, split)
        in_memory = images.fit_in_memory(sum(map(len, files)), (size, size, 3), in_memory)
        opened = []
        for letter, root, part, reasons in zip("AB", roots, files, skipped, strict=True):
            source, names = _open(f"{name}, {letter}", part, root, size, in_memory, reasons)
            report_skipped(name, root, source.num_examples, reasons, at_least)
            opened.append((source, names))
    (a, a_names), (b, b_names) = opened
    pairs = _pairs(name, a, a_names, b, b_names)
    _report(name, roots, a, b, pairs, is_cut)
    return TwoDomains(name, a, b, pairs=pairs)


def _roots(name: str, path: str, split: str) -> tuple[list[str], bool]:
    """Returns the folders of A and B, and whether the split is a part of them."""
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    path = os.path.expanduser(path)
    folders = {part: [os.path.join(path, part + letter) for letter in "AB"] for part in SPLITS}
    for folder in (path, *folders["train"]):
        if not os.path.isdir(folder):
            problem = "is a file" if os.path.exists(folder) else "does not exist"
            raise UserError(f"--dataset={name}: '{folder}' {problem}; {ACCEPTED}")
    found = [folder for folder in folders["test"] if os.path.isdir(folder)]
    if len(found) == 1:
        raise UserError(f"--dataset={name}: of testA and testB there is only '{found[0]}'; {ACCEPTED}")
    return folders[split] if found else folders["train"], not found


def _name_of(file: str, root: str) -> str:
    """Returns what partners have in common: the path below the folder, without `.jpg`, `_A.jpg` and the like."""
    stem, _ = os.path.splitext(os.path.relpath(file, root))
    return stem.removesuffix(f"_{root[-1]}")


def _cut(name: str, files: list[list[str]], roots: list[str], split: str) -> list[list[str]]:
    """Returns the files of a split: the same fifth of the pairs, and a fifth of the other files of each domain."""
    names = [[_name_of(file, root) for file in part] for part, root in zip(files, roots, strict=True)]
    a, b = map(set, names)
    held_out = set()
    for group in map(sorted, (a & b, a - b, b - a)):
        order = np.random.Generator(np.random.Philox(PARTS_SEED)).permutation(len(group))
        held_out |= {group[index] for index in order[: int(len(group) * TEST_PART)]}
    wanted = [
        [file for file, its_name in zip(part, its_names, strict=True) if (its_name in held_out) == (split == "test")]
        for part, its_names in zip(files, names, strict=True)
    ]
    if split == "test" and not all(wanted):
        raise UserError(
            f"--dataset={name}: there are no testA and testB, and too few images to hold a fifth out; accepted: at "
            "least 5 images in each of trainA and trainB."
        )
    return wanted


def _open(name, files, root, size, in_memory, skipped) -> tuple[Source, list[str]]:
    """Opens the files of one domain; returns them and their names."""
    pixels = None
    if in_memory:
        files, pixels = decode_files(files, size, name, skipped)
    labels = np.full(len(files), UNLABELLED, np.int32)
    source = FileSource(name, files, labels, [], size) if pixels is None else ArraySource(name, pixels, labels)
    return source, [_name_of(file, root) for file in files]


def _pairs(name: str, a: Source, a_names: list[str], b: Source, b_names: list[str]) -> Pairs | None:
    places = [{its_name: place for place, its_name in enumerate(names)} for names in (a_names, b_names)]
    both = sorted(set(a_names) & set(b_names))
    if not both:
        return None
    indices = [np.array([place[its_name] for its_name in both]) for place in places]
    return Pairs(name, *(PartOfSource(domain, part) for domain, part in zip((a, b), indices, strict=True)))


def _report(name: str, roots: list[str], a: Source, b: Source, pairs: Pairs | None, is_cut: bool) -> None:
    where = "of" if is_cut else "in"
    sizes = ", ".join(
        f"{domain.num_examples:,} images {where} {os.path.basename(root)}"
        for domain, root in zip((a, b), roots, strict=True)
    )
    told = f"{pairs.num_examples:,} pairs by name" if pairs else "no pairs, since no names are equal"
    held = "; a fifth is held out for tests" if is_cut else ""
    print(f"{name}: {sizes}, {told}{held}.", file=sys.stderr, flush=True)
