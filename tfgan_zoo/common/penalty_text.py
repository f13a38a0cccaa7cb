"""A penalty as a user writes it: `r1`, `gradient:10` or `r1:0.1,every=16`."""

import dataclasses
import math

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import PENALTIES

ACCEPTED = "expected NAME[:WEIGHT][,every=K], such as r1:0.1,every=16"


@dataclasses.dataclass(frozen=True)
class PenaltyText:
    """What the text says.

    Attributes:
        name: of `PENALTIES`.
        weight: of the term, at least 0, or the limit of weight clipping, above 0; None for the penalty's own default.
        every: the penalty is computed on each `every`-th update of its player.
    """

    name: str
    weight: float | None = None
    every: int = 1


def parse_penalty(text: str) -> PenaltyText:
    """Reads a penalty.

    Args:
        text: NAME[:WEIGHT][,every=K].

    Raises:
        UserError: an unknown name, or a weight or K that is none.
    """
    penalty, comma, option = text.partition(",")
    name, colon, weight = penalty.partition(":")
    PENALTIES.check(name)
    every = _every(text, option) if comma else PenaltyText.every
    if name == "weight_clipping" and every != 1:
        raise UserError(f"--penalty={text}: weights are clipped after every update; leave every= out.")
    return PenaltyText(name, _weight(text, name, weight) if colon else None, every)


def parse_penalties(texts: list[str]) -> list[PenaltyText]:
    """Reads several penalties.

    Raises:
        UserError: one cannot be read, or two have the same name.
    """
    penalties = [parse_penalty(text) for text in texts]
    names = [penalty.name for penalty in penalties]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise UserError(f"--penalty={texts[index]}: {name} is given twice; expected each name once.")
    return penalties


def _weight(text: str, name: str, weight: str) -> float:
    is_limit = name == "weight_clipping"
    try:
        number = float(weight)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or (is_limit and number == 0):
        least = "a limit above 0" if is_limit else "a weight of 0 or more"
        raise UserError(f"--penalty={text}: '{weight}' is not {least}; {ACCEPTED}.")
    return number


def _every(text: str, option: str) -> int:
    key, _, count = option.partition("=")
    number = int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else 0
    if key != "every" or number < 1:
        raise UserError(f"--penalty={text}: '{option}' is not every=K with a whole number K of 1 or more; {ACCEPTED}.")
    return number
