"""Pictures of a folder decoded at once, and what is said of those that cannot be."""

import os
import sys

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.text import shown
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data import formats, images
from tfgan_zoo.data.images import Form, ImageError
from tfgan_zoo.data.listing import Picture

CHUNK = 256  # pictures decoded between two looks at the clock; an interrupt waits for no more than these


def decode_all(
    pictures: list[Picture], form: Form, name: str, skipped: dict[str, list[str]]
) -> tuple[list[Picture], np.ndarray]:
    """Decodes all pictures; leaves those out that cannot be, and adds them to `skipped` by reason."""
    pixels = np.empty((len(pictures), *form.shape), np.uint8)
    decoded = []
    chunks = [pictures[start : start + CHUNK] for start in range(0, len(pictures), CHUNK)]
    results = (result for chunk in chunks for result in images.threads().map(lambda one: _try(one, form), chunk))
    for picture, result in zip(pictures, watch(results, len(pictures), f"{name}: reading images"), strict=True):
        if isinstance(result, ImageError):
            skipped[result.reason].append(picture.path)
        else:
            pixels[len(decoded)] = result
            decoded.append(picture)
    return decoded, pixels[: len(decoded)]


def _try(picture: Picture, form: Form) -> np.ndarray | ImageError:
    try:
        return images.read(picture.path, *form)
    except ImageError as error:
        return error


def report_skipped(name: str, root: str, num_images: int, skipped: dict[str, list[str]], at_least: int = 2) -> None:
    """Prints in one line on stderr how many files were left out and why.

    Raises:
        UserError: fewer than `at_least` are left, one or two.
    """
    num_skipped = sum(len(files) for files in skipped.values())
    reasons = ", ".join(
        f"{len(files)} {reason} (such as '{shown(os.path.relpath(files[0], root))}')"
        for reason, files in sorted(skipped.items(), key=lambda item: -len(item[1]))
    )
    if num_images < at_least:
        found = "no readable image" if num_images == 0 else "one image only"
        raise UserError(
            f"--dataset={name}: {found} in '{shown(root)}'{f'; skipped {reasons}' if reasons else ''}. "
            f"Expected {('one', 'two')[at_least - 1]} or more {formats.NAMES} files."
        )
    if num_skipped:
        line = f"{name}: skipped {num_skipped} of {num_images + num_skipped} files: {reasons}."
        print(line, file=sys.stderr, flush=True)
