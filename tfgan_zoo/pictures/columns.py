"""Images of the same examples in columns beside each other, each column with its title."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tfgan_zoo.pictures.grids import GRID_SIDE, over_white

MARGIN, GAP, TITLE = 2, 14, 18  # pixels: between images, between groups of columns, height of the titles
TEXT = 12


def table(views: dict[str, np.ndarray]) -> Image.Image:
    """Lays out one row for each example, in as many groups of columns as make the picture nearly square.

    Small images are enlarged, so that the titles have room.

    Args:
        views: title of a column → images uint8 [n, H, W, C], C 1, 3 or 4, all of one n; the sizes may differ.
    """
    font = ImageFont.load_default(TEXT)
    factor = _factor(views, max(font.getlength(title) for title in views))
    images = [[_enlarged(image, factor) for image in column] for column in views.values()]
    width, height = (max(image.size[axis] for column in images for image in column) for axis in (0, 1))
    count, group = len(images[0]), len(views) * (width + MARGIN) + GAP
    groups = max(1, min(count, round(math.sqrt(count * (height + MARGIN) / group))))
    rows = math.ceil(count / groups)
    picture = Image.new("RGB", (groups * group - GAP + MARGIN, rows * (height + MARGIN) + MARGIN + TITLE), "white")
    draw = ImageDraw.Draw(picture)
    for number in range(groups):
        for place, title in enumerate(views):
            left = MARGIN + number * group + place * (width + MARGIN)
            draw.text((left + width // 2, TITLE // 2), title, "black", font, anchor="mm")
            for row, image in enumerate(images[place][number * rows : (number + 1) * rows]):
                picture.paste(image, (left, TITLE + MARGIN + row * (height + MARGIN)))
    return picture


def _factor(views: dict[str, np.ndarray], longest_title: float) -> int:
    """Returns by what whole factor the images are enlarged."""
    side = max(images.shape[2] for images in views.values())
    count = next(iter(views.values())).shape[0] * len(views)
    return max(1, round(GRID_SIDE / (side * math.sqrt(count))), math.ceil(longest_title / side))


def _enlarged(pixels: np.ndarray, factor: int) -> Image.Image:
    image = over_white(Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
