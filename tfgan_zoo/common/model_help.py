"""What `--model=NAME --help` prints."""

from collections.abc import Container, Iterable, Mapping

from tfgan_zoo.common.arguments import Argument, arguments_of, summary_of
from tfgan_zoo.common.command import wrapped


def model_help(
    command: str, model: str, target: str, own_flags: Mapping[str, tuple[str, str]], left_out: Container[str]
) -> str:
    """Returns the help on one model's arguments, within the terminal's width.

    Args:
        command: the name of the training command.
        model: the model's name.
        target: `"package.module:build"`, which need not be imported.
        own_flags: argument → the flag that gives it, and the flag's meaning.
        left_out: names of arguments that the user does not give.
    """
    arguments = [argument for argument in arguments_of(target) if argument.name not in left_out]
    by_set = [argument for argument in arguments if argument.name not in own_flags]
    by_flag = [argument for argument in arguments if argument.name in own_flags]
    usage = wrapped("usage: ", f"{command} --model={model} [--NAME=VALUE ...] [--set=KEY=VALUE ...]")
    lines = [*usage, "", *wrapped("", summary_of(target))]
    if by_set:
        lines += ["", f"Arguments of {model}, given by --set=KEY=VALUE:", *_described(by_set)]
    if by_flag:
        lines += ["", "Arguments that have a flag of their own:"]
    for argument in by_flag:
        flag, meaning = own_flags[argument.name]
        lines += ["", f"  --{flag}=…{_default(argument)}", *wrapped("      ", meaning)]
    return "\n".join([*lines, "", f"All other flags: {command} --help"])


def _described(arguments: Iterable[Argument]) -> list[str]:
    """Returns the lines of arguments; those that share a meaning come under one text."""
    groups = {}
    for argument in arguments:
        groups.setdefault(argument.meaning, []).append(f"  {argument.name}{_default(argument)}")
    return [line for meaning, names in groups.items() for line in ["", *names, *wrapped("      ", meaning)]]


def _default(argument: Argument) -> str:
    return "" if argument.default in (None, "None") else f" (default: {argument.default.strip(chr(34))})"
