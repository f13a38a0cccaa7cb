"""The keyword arguments of a model's `build` that flags give, checked without the model."""

import ast
from collections.abc import Mapping, Sequence

from tfgan_zoo.common.arguments import arguments_of
from tfgan_zoo.common.augmentation_text import parse_augmentation
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.penalty_text import parse_penalties, parse_penalty
from tfgan_zoo.common.registries import LOSSES, SCHEDULES

# Argument → the flag that gives it.
FLAGS = {
    "seed": "seed",
    "loss": "loss",
    "schedule": "schedule",
    "penalties": "penalty",
    "ema": "ema",
    "augmentation": "augment",
    "flip": "flip",
}
OF_THE_DATASET = ("image_shape", "shapes", "num_classes")
NONE = "none"

# What `build` declares → the types that fit, and how a person says it.
KINDS = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "Rate": ((int, float), "a number"),
    "str": (str, "a name"),
}


def model_arguments(
    seed: int,
    loss: str | None = None,
    schedule: str | None = None,
    penalties: Sequence[str] = (),
    ema: str | None = None,
    augmentation: str | None = None,
    flip: bool | None = None,
    assignments: Sequence[str] = (),
) -> dict:
    """Returns the arguments that differ from the model's own.

    Args:
        seed: of the run.
        loss, schedule: names; None for the model's.
        penalties: as `parse_penalty` reads them; `"none"` clears the model's and those before; empty for the model's.
        ema: decay of the averaged weights, or `"none"`; None for the model's.
        augmentation: as `parse_augmentation` reads it, or `"none"`; None for the model's.
        flip: whether training images are mirrored; None for the model's.
        assignments: KEY=VALUE, where VALUE is a Python literal, or else stands for itself.

    Raises:
        UserError: an unknown name, a text that cannot be read, or a KEY for which there is a flag.
    """
    arguments = {"seed": seed}
    if loss is not None:
        arguments["loss"] = LOSSES.check(loss)
    if schedule is not None:
        arguments["schedule"] = check_schedule(schedule)
    if penalties:
        arguments["penalties"] = check_penalties(penalties)
    if ema is not None:
        arguments["ema"] = read_ema(ema)
    if augmentation is not None:
        arguments["augmentation"] = check_augmentation(augmentation)
    if flip is not None:
        arguments["flip"] = flip
    return arguments | dict(map(_assignment, assignments))


def check_kinds(target: str, arguments: Mapping) -> None:
    """Refuses what `--set` gives of another type than the model's `build` declares; the model is not imported.

    Args:
        target: of the model's `build`.
        arguments: as `model_arguments` returns them.

    Raises:
        UserError: a text for a number, a fraction for a whole number, or a number for a name.
    """
    for argument in arguments_of(target):
        kind, _, optional = argument.kind.partition(" | ")
        if argument.name in FLAGS or argument.name not in arguments or kind not in KINDS:
            continue
        value = arguments[argument.name]
        types, accepted = KINDS[kind]
        if isinstance(value, bool) or not (isinstance(value, types) or (value is None and optional == "None")):
            raise UserError(f"--set={argument.name}={value}: accepted is {accepted}.")


def check_schedule(text: str) -> str:
    """Returns the text of --schedule if it is a schedule's name, or `n_critic:K` with a positive K."""
    name, colon, k = text.partition(":")
    SCHEDULES.check(name)
    if colon and (name != "n_critic" or not k.isdecimal() or int(k) < 1):
        raise UserError(f"--schedule={text}: only n_critic takes a number, at least 1, such as n_critic:5.")
    return text


def check_penalties(texts: Sequence[str]) -> list[str]:
    """Returns the texts of --penalty from the last `none` on, if all can be read."""
    kept = []
    for text in texts:
        if text != NONE:
            parse_penalty(text)
        kept = [NONE] if text == NONE else [*kept, text]
    parse_penalties([text for text in kept if text != NONE])
    return kept


def check_augmentation(text: str) -> str:
    """Returns the text of --augment if it can be read."""
    if text != NONE:
        parse_augmentation(text)
    return text


def read_ema(text: str) -> float | str:
    """Returns the decay that --ema says, or `"none"`."""
    if text == "none":
        return text
    try:
        decay = float(text)
    except ValueError:
        decay = 0.0
    if not 0.0 < decay < 1.0:
        raise UserError(f"--ema={text}: expected a decay between 0 and 1, such as 0.999, or none.")
    return decay


def _assignment(assignment: str) -> tuple:
    name, equals, text = assignment.partition("=")
    if not equals or not name.isidentifier():
        raise UserError(f"--set={assignment}: expected KEY=VALUE, such as --set=width=32.")
    if name in FLAGS:
        example = "none" if name in ("penalties", "ema", "augmentation") else text
        raise UserError(f"--set={assignment}: there is a flag for it, such as --{FLAGS[name]}={example}.")
    if name in OF_THE_DATASET:
        raise UserError(f"--set={assignment}: {name} is the dataset's.")
    return name, _literal(text)


def _literal(text: str):
    """Reads a Python literal; what is none stands for itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
