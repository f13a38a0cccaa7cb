"""Pictures of samples side by side, each under its name."""

import pathlib

from PIL import Image, ImageDraw, ImageFont

from tfgan_zoo.pictures import grids

SIDE, MARGIN, HEAD = 240, 12, 24
COLUMNS = 4


def draw(named: dict[str, pathlib.Path], path: pathlib.Path) -> None:
    """Writes a PNG of several, scaled to one size.

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
            canvas.paste(picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top + HEAD))
    path.parent.mkdir(parents=True, exist_ok=True)
    grids.save(canvas, path)
