"""Pictures of samples side by side, each under its name."""

import pathlib

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tfgan_zoo.pictures import grids

SIDE, MARGIN, HEAD = 240, 12, 24
COLUMNS = 4


def draw(named: dict[str, pathlib.Path], path: pathlib.Path) -> None:
    """Writes a PNG of several, scaled to one width; of those that are higher than wide, the top.

    Args:
        named: title → PNG file.
        path: of the result.
    """
    rows = -(-len(named) // COLUMNS)
    width = min(len(named), COLUMNS) * (SIDE + MARGIN) + MARGIN
    canvas = Image.new("RGB", (width, rows * (HEAD + SIDE + MARGIN)), "white")
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(14)
    for index, (title, file) in enumerate(named.items()):
        left = MARGIN + index % COLUMNS * (SIDE + MARGIN)
        top = index // COLUMNS * (HEAD + SIDE + MARGIN)
        pen.text((left, top + HEAD - 4), title, "black", font, anchor="ls")
        with Image.open(file) as picture:
            canvas.paste(_fitted(picture.convert("RGB")), (left, top + HEAD))
    path.parent.mkdir(parents=True, exist_ok=True)
    grids.save(canvas, path)


def _fitted(picture: Image.Image) -> Image.Image:
    """Returns the top of a picture that is higher than wide, in a square."""
    top = picture.crop((0, 0, picture.width, min(picture.width, picture.height)))
    return ImageOps.contain(top, (SIDE, SIDE), Image.Resampling.LANCZOS)
