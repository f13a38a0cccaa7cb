"""Two domains of one's own pictures, in the folders of CycleGAN's files: `trainA`, `trainB`, `testA`, `testB`."""

import collections
import os
import sys
import warnings
from collections.abc import Callable

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.common.text import shown
from tfgan_zoo.data import images
from tfgan_zoo.data.decoding import decode_all, report_skipped
from tfgan_zoo.data.file_source import FileSource
from tfgan_zoo.data.held_out import TEST_PART
from tfgan_zoo.data.images import Form
from tfgan_zoo.data.inventory import inventory
from tfgan_zoo.data.listing import channels_of, pictures_in
from tfgan_zoo.data.places import check_domains
from tfgan_zoo.data.source import PARTS_SEED, UNLABELLED, ArraySource, PartOfSource, Source
from tfgan_zoo.data.two_domains import Pairs, TwoDomains

SPLITS = ("train", "test")


def domains(
    path: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
    channels: int | None = None,
    fit: str = "crop",
) -> TwoDomains:
    """Opens two folders of pictures, each as `tfgan_zoo.data.folder.folder` does, without classes.

    Pictures of equal names are pairs, endings apart, such as `trainA/7.jpg` and `trainB/7.png`, or `trainA/7_A.jpg` and
    `trainB/7_B.jpg`. A line on stderr says how many pictures and pairs there are. Without `testA` and `testB` a fifth
    of each training folder is held out, partners together.

    Args:
        path: the folder that has the others in it.
        split: `"train"` or `"test"`.
        image_size: height and width of the pictures; None for 64.
        data_dir: not used; the path says where the files are.
        in_memory: whether the pixels are; None for in memory up to 512 MiB of them.
        channels: 1, 3 or 4; None for 1 if all training pictures of both domains are grey, else 3.
        fit: what becomes of pictures that are not square: a name of `tfgan_zoo.data.images.FITS`.

    Returns:
        Two domains of images of shape (image_size, image_size, channels).

    Raises:
        UserError: there is no such folder or split, or too few pictures in it.
    """
    name = f"domains:{shown(path)}"
    size = images.check_size(image_size) or images.DEFAULT_SIZE
    roots, is_cut = _roots(name, path, split)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on oddities of files that it reads nevertheless
        files = [DomainFiles(name, root) for root in roots]
        training = files if split == "train" or is_cut else [DomainFiles(name, root) for root in _training(roots)]
        form = Form(size, channels or channels_of(file for domain in training for file in domain.files), fit)
        if is_cut:
            _cut(name, *files, split)
        in_memory = images.fit_in_memory(sum(len(domain.files) for domain in files), form.shape, in_memory)
        a, b = (domain.open(form, in_memory, at_least=2 if split == "train" else 1) for domain in files)
    names, places = _common(*(domain.names for domain in files))
    pairs = Pairs(name, PartOfSource(a, places[0]), PartOfSource(b, places[1])) if names else None
    _report(name, files, len(names), split)
    two = TwoDomains(name, a, b, pairs=pairs)
    two.inventory = {name: size for domain in files for name, size in domain.inventory.items()}
    return two


class DomainFiles:
    """The pictures in the folder of one domain.

    Args:
        name: of the dataset, for messages.
        root: the folder.

    Attributes:
        files: the `Picture` of each.
        num_found: how many there were before some were held out or turned out to be damaged.
    """

    def __init__(self, name: str, root: str):
        self.name = name
        self.root = root
        self._skipped = collections.defaultdict(list)
        self.files = pictures_in(root, name, self._skipped)
        self.num_found = len(self.files)

    @property
    def names(self) -> list[str]:
        """What partners have in common: the paths below the folder, without `.jpg`, `_A.jpg` and the like."""
        stems = (os.path.splitext(os.path.relpath(file.path, self.root))[0] for file in self.files)
        return [stem.removesuffix(f"_{self.root[-1]}") for stem in stems]

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Leaves out the files whose names are not wanted."""
        self.files = [file for file, name in zip(self.files, self.names, strict=True) if wanted(name)]

    @property
    def inventory(self) -> dict[str, str]:
        """Names in the folder of both domains, such as `trainA/7.jpg`, and what is compared of each file."""
        return inventory(self.files, os.path.dirname(self.root))

    def open(self, form: Form, in_memory: bool, at_least: int) -> Source:
        """Decodes the pictures, or opens them to be streamed; leaves damaged ones out and reports them."""
        pixels = None
        if in_memory:
            self.files, pixels = decode_all(self.files, form, self.name, self._skipped)
        report_skipped(self.name, self.root, len(self.files), self._skipped, at_least)
        name, labels = f"{self.name}, {self.root[-1]}", np.full(len(self.files), UNLABELLED, np.int32)
        if pixels is None:
            return FileSource(name, [file.path for file in self.files], labels, [], form)
        return ArraySource(name, pixels, labels)


def _roots(name: str, path: str, split: str) -> tuple[list[str], bool]:
    """Returns the folders of A and B, and whether the split is a part of them."""
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    path = check_domains(name, path)
    folders = {part: [os.path.join(path, part + letter) for letter in "AB"] for part in SPLITS}
    has_test_set = os.path.isdir(folders["test"][0])
    return folders[split] if has_test_set else folders["train"], not has_test_set


def _training(test_roots: list[str]) -> list[str]:
    return [os.path.join(os.path.dirname(root), f"train{root[-1]}") for root in test_roots]


def _cut(name: str, a: DomainFiles, b: DomainFiles, split: str) -> None:
    """Keeps the files of a split: a fifth of the pairs is held out, and a fifth of the other files of each domain."""
    names_a, names_b = set(a.names), set(b.names)
    held_out = set()
    for group in map(sorted, (names_a & names_b, names_a - names_b, names_b - names_a)):
        order = np.random.Generator(np.random.Philox(PARTS_SEED)).permutation(len(group))
        held_out |= {group[index] for index in order[: int(len(group) * TEST_PART)]}
    for domain in (a, b):
        domain.keep(lambda its_name: (its_name in held_out) == (split == "test"))
        if split == "test" and not domain.files:
            raise UserError(
                f"--dataset={name}: there are no testA and testB, and too few images to hold a fifth out; accepted: at "
                "least 5 images in each of trainA and trainB."
            )


def _common(a: list[str], b: list[str]) -> tuple[list[str], list[np.ndarray]]:
    """Returns the names that are in both lists, and their places in each."""
    common = sorted(set(a) & set(b))
    places = ({name: place for place, name in enumerate(names)} for names in (a, b))
    return common, [np.array([place[name] for name in common], np.int64) for place in places]


def _report(name: str, files: list[DomainFiles], num_pairs: int, split: str) -> None:
    """Prints in one line on stderr what was understood."""
    sizes = ", ".join(
        f"{len(domain.files):,} of {domain.num_found:,} images in {os.path.basename(domain.root)}" for domain in files
    )
    pairs = f"{num_pairs:,} pairs by name" if num_pairs else "no pairs, since no names are equal"
    print(f"{name}: the {split} set is {sizes}; {pairs}.", file=sys.stderr, flush=True)
