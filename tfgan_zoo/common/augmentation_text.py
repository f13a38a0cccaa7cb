"""An augmentation as a user writes it: `color,translation,cutout`, or `ada:500000`."""

import dataclasses

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import AUGMENTATIONS

ADAPTIVE = "ada"
ACCEPTED = "expected some of color,translation,cutout, or ada[:IMAGES], such as ada:500000"


@dataclasses.dataclass(frozen=True)
class AugmentationText:
    """What the text says.

    Attributes:
        names: of `AUGMENTATIONS`, in the order in which they are applied.
        images: of `ada`: how many images move its probability from 0 to 1; None for the paper's.
    """

    names: tuple[str, ...]
    images: int | None = None


def parse_augmentation(text: str) -> AugmentationText:
    """Reads an augmentation.

    Args:
        text: names of `AUGMENTATIONS` with commas between them, each once; or `ada[:IMAGES]` alone.

    Raises:
        UserError: an unknown name, a name twice, `ada` with others, or IMAGES that is no whole number from 1.
    """
    names, images = [], None
    for part in text.split(","):
        name, colon, number = part.strip().partition(":")
        AUGMENTATIONS.check(name)
        if name in names:
            raise UserError(f"--augment={text}: {name} is given twice; {ACCEPTED}.")
        names.append(name)
        if colon:
            images = _images(text, name, number)
    if ADAPTIVE in names and len(names) > 1:
        raise UserError(f"--augment={text}: ada brings its own operations and stands alone; {ACCEPTED}.")
    return AugmentationText(tuple(names), images)


def _images(text: str, name: str, number: str) -> int:
    if name != ADAPTIVE:
        raise UserError(f"--augment={text}: {name} takes no number; {ACCEPTED}.")
    images = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    if images < 1:
        raise UserError(f"--augment={text}: '{number}' is not a whole number of 1 or more; {ACCEPTED}.")
    return images
