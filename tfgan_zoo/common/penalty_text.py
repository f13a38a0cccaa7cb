"""One penalty as the command line writes it: `NAME[:WEIGHT][,every=K]`."""

import dataclasses
import math
import re

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import PENALTIES

FORM = "NAME[:WEIGHT][,every=K]"


@dataclasses.dataclass(frozen=True)
class PenaltyText:
    """What the text of a penalty says.

    Attributes:
        name: of `PENALTIES`.
        weight: its factor; None for the penalty's own.
        every: it is computed on each `every`-th update.
    """

    name: str
    weight: float | None = None
    every: int = 1


def parse_penalty(text: str) -> PenaltyText:
    """Returns what a text such as `"r1:0.1,every=16"` says.

    Raises:
        UserError: an unknown name, a weight that is no number of at least 0, or an `every` below 1.
    """
    match = re.fullmatch(r"(?P<name>[^:,]+)(:(?P<weight>[^,]*))?(,every=(?P<every>.*))?", text)
    if match is None:
        raise UserError(f"--penalty={text}: write {FORM}, such as r1:0.1,every=16.")
    name = PENALTIES.check(match["name"])
    every = "1" if match["every"] is None else match["every"]
    if not (every.isascii() and every.isdecimal() and len(every) < 10 and int(every) >= 1):
        raise UserError(f"--penalty={text}: every={every} is no whole number from 1 on.")
    if name == "weight_clipping" and int(every) != 1:
        raise UserError(f"--penalty={text}: weights are clipped after every update; leave every= out.")
    return PenaltyText(name, _weight(text, name, match["weight"]), int(every))


def _weight(text: str, name: str, weight: str | None) -> float | None:
    if weight is None:
        return None
    try:
        value = float(weight)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or (value == 0 and name == "weight_clipping"):
        least = "above 0" if name == "weight_clipping" else "of at least 0"
        raise UserError(f"--penalty={text}: {weight!r} is no number {least}.")
    return value
