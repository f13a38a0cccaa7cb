"""Files in, files out: what a model makes of pictures, a PNG for each, or a grid of inputs beside their outputs."""

import io
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from tfgan_zoo.common.files import write_whole
from tfgan_zoo.data import images
from tfgan_zoo.pictures import grids
from tfgan_zoo.serving.served_model import PICTURES_AT_ONCE, ServedModel

PAIRS_IN_A_ROW = 4


def translate_files(
    model: ServedModel,
    pictures: Sequence[pathlib.Path],
    direction: str | None = None,
    masks: Sequence[pathlib.Path] | None = None,
) -> Iterator[tuple[pathlib.Path, bytes]]:
    """Yields each file and the PNG that the model makes of it; only a few are in memory at a time.

    Args:
        model: translates, or has an encoder.
        pictures: PNG and JPEG files.
        direction: `"a_to_b"`, `"b_to_a"`; None for the first or only one.
        masks: one file for each picture, where the model takes masks.
    """
    signature = model.kind.signature(direction, model)
    for start in range(0, len(pictures), PICTURES_AT_ONCE):
        some = slice(start, start + PICTURES_AT_ONCE)
        contents = [path.read_bytes() for path in pictures[some]]
        mask_contents = None if masks is None else [path.read_bytes() for path in masks[some]]
        answers = model.ask(signature, model.inputs_of(contents, mask_contents))
        yield from zip(pictures[some], answers, strict=True)


def write_folder(results: Iterator[tuple[pathlib.Path, bytes]], folder: pathlib.Path) -> int:
    """Writes each result as `folder/NAME.png`, NAME the picture's; returns how many."""
    folder.mkdir(exist_ok=True)
    count = 0
    for path, png in results:
        write_whole(folder / f"{path.stem}.png", png)
        count += 1
    return count


def write_pairs(results: Iterator[tuple[pathlib.Path, bytes]], out: pathlib.Path) -> int:
    """Writes a grid in which each input, as the model sees it, stands left of its output; returns how many."""
    pairs = []
    for path, png in results:
        side = Image.open(io.BytesIO(png)).height
        pairs += [images.read(path, side), images.read(io.BytesIO(png), side)]
    grids.save(grids.grid(np.stack(pairs), min(2 * PAIRS_IN_A_ROW, len(pairs))), out)
    return len(pairs) // 2
