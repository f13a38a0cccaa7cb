"""What a request to the explorer asks for: each value checked, each mistake a line."""

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

from tfgan_zoo.common.errors import UserError

SEEDS = range(-(2**63), 2**63)
MASK_SIDE = 512  # the export scales it to its own size


def walk_of(query: Mapping[str, str], num_classes: int) -> dict:
    """Returns seeds `a` and `b`, `position` and `label` of a query.

    Raises:
        UserError: one of them is missing or none.
    """
    try:
        a, b = int(query["a"]), int(query["b"])
        position, label = float(query.get("position", "0")), int(query.get("label", "0"))
    except (KeyError, ValueError):
        raise UserError("accepted: two whole numbers as seeds, a position from 0 to 1, a label.") from None
    if a not in SEEDS or b not in SEEDS:
        raise UserError("a seed lies between −2⁶³ and 2⁶³ − 1.")
    if not 0.0 <= position <= 1.0:
        raise UserError("a position lies between 0 and 1.")
    if num_classes and not 0 <= label < num_classes:
        raise UserError(f"a label lies between 0 and {num_classes - 1}.")
    return {"a": a, "b": b, "position": position, "label": label}


def mask_of(query: Mapping[str, str]) -> bytes:
    """Returns a mask, a square PNG that is white in the rectangle `hole=LEFT,TOP,RIGHT,BOTTOM`.

    Args:
        query: its numbers are parts of the square that the model sees of a picture, from 0 to 1.

    Raises:
        UserError: the rectangle is missing or none.
    """
    try:
        left, top, right, bottom = (float(number) for number in query["hole"].split(","))
    except (KeyError, ValueError):
        raise UserError("accepted: hole=LEFT,TOP,RIGHT,BOTTOM, four numbers from 0 to 1.") from None
    if not (0.0 <= left < right <= 1.0 and 0.0 <= top < bottom <= 1.0):
        raise UserError("a hole has LEFT below RIGHT and TOP below BOTTOM, all from 0 to 1.")
    mask = Image.new("L", (MASK_SIDE, MASK_SIDE))
    left, top, right, bottom = (round(part * (MASK_SIDE - 1)) for part in (left, top, right, bottom))
    ImageDraw.Draw(mask).rectangle([left, top, right, bottom], fill=255)
    content = io.BytesIO()
    mask.save(content, "PNG")
    return content.getvalue()
