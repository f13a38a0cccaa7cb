"""Images in the range of the data as pixels, and grids of them."""

import io
import math
import pathlib

import numpy as np
from PIL import Image

from tfgan_zoo.common.files import write_whole

GRID_SIDE = 640
GAP = 16  # pixels between pictures


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Maps float images in [−1, 1] to uint8."""
    return np.clip(np.round((np.asarray(images) + 1.0) * 127.5), 0, 255).astype(np.uint8)


def grid(images: np.ndarray, columns: int | None = None) -> Image.Image:
    """Lays images out in rows, with a margin of two pixels, small ones enlarged by a whole factor.

    Args:
        images: uint8 [n, H, W, C] with 1, 3 or 4 channels.
        columns: images in a row; None for a square.
    """
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    margin = 2
    canvas = np.full((rows * (height + margin) + margin, columns * (width + margin) + margin, channels), 255, np.uint8)
    for index, image in enumerate(images):
        top = margin + index // columns * (height + margin)
        left = margin + index % columns * (width + margin)
        canvas[top : top + height, left : left + width] = image
    picture = Image.fromarray(canvas[:, :, 0] if channels == 1 else canvas)
    factor = max(1, round(GRID_SIDE / max(picture.size)))
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)


def over_white(picture: Image.Image) -> Image.Image:
    """Returns a picture in RGB, white where it is transparent."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Joins pictures from left to right, at the top of a white ground."""
    width, height = sum(p.width for p in pictures), max(p.height for p in pictures)
    joined = Image.new("RGB", (width + GAP * (len(pictures) - 1), height), "white")
    left = 0
    for picture in pictures:
        joined.paste(over_white(picture), (left, 0))
        left += picture.width + GAP
    return joined


def save(picture: Image.Image, path: pathlib.Path) -> None:
    """Writes a PNG whole or not at all."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    write_whole(path, content.getvalue())
