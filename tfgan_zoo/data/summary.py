"""One line that tells how a folder of pictures was understood."""

import collections
from collections.abc import Sequence

import numpy as np

from tfgan_zoo.common.text import listed, shown
from tfgan_zoo.data.listing import Picture


def summary(
    pictures: list[Picture],
    labels: np.ndarray,
    class_names: list[str],
    test: list[Picture] | None,
    unused: Sequence[str] = (),
) -> str:
    """Returns how many pictures there are of which split, their classes, channels and sides.

    Args:
        pictures: of the training split.
        labels: theirs, int [n], −1 where unknown.
        class_names: names of the classes.
        test: pictures of the test split; None where there is none.
        unused: names of folders beside the splits.
    """
    count = f"{len(pictures):,} pictures"
    if test is not None:
        count = f"{len(pictures):,} training and {len(test):,} test pictures"
    parts = [f"{count} {_classes(labels, class_names)}", _kinds(pictures), _sides(pictures)]
    if unused:
        parts.append(f"without {listed([shown(name) for name in unused])}")
    return ", ".join(parts)


def _classes(labels: np.ndarray, names: list[str]) -> str:
    if not names:
        return "without classes"
    unlabelled = int((labels < 0).sum())
    noun = "class" if len(names) == 1 else "classes"
    return f"in {len(names):,} {noun} ({listed(names)}){f' and {unlabelled:,} in none' if unlabelled else ''}"


def _kinds(pictures: list[Picture]) -> str:
    counts = collections.Counter(picture.header.kind for picture in pictures)
    if len(counts) > 1:
        return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
    (kind,) = counts
    return "all grey" if kind == "grey" else kind


def _sides(pictures: list[Picture]) -> str:
    sides = [side for picture in pictures for side in (picture.header.width, picture.header.height)]
    low, high = min(sides), max(sides)
    return f"sides of {low:,} pixels" if low == high else f"sides {low:,} to {high:,} pixels"
