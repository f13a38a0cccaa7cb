"""What every command of the package does alike: flags, `--help`, errors of one line, exit statuses."""

import contextlib
import dataclasses
import os
import shutil
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable, Collection, Iterator

from absl import flags

from tfgan_zoo.common.errors import Advice, UserError
from tfgan_zoo.common.other_names import proposal
from tfgan_zoo.common.registry import unknown


def run_command(
    name: str,
    summary: str,
    define: Callable[[flags.FlagValues], None],
    main: Callable[..., int | None],
    arguments: list[str] | None = None,
    operand: str | None = None,
    special_help: Callable[[flags.FlagValues], str | None] = lambda values: None,
    arguments_of_set: Callable[[list[str]], Collection[str]] = lambda arguments: (),
) -> int:
    """Parses the command line and runs `main` on it.

    Args:
        name: of the command, as the user types it.
        summary: what `--help` says first.
        define: defines the flags on the `FlagValues` that it is given.
        main: does the work on the parsed flags; returns the exit status, None for 0.
        arguments: without the program's name; None for `sys.argv[1:]`.
        operand: the flag that an argument without a name stands for: `RUN` is `--export=RUN`; None where there is none.
        special_help: returns what `--help` prints beside other flags, such as those of one model; None for the list of
            all flags.
        arguments_of_set: returns the names that `--set` gives, where there is such a flag.

    Returns:
        The exit status: 0, 2 for a mistake of the user's, 1 for a failure, 130 after Ctrl-C.
    """
    _print_whatever_the_terminal_knows()
    values = flags.FlagValues()
    define(values)
    flags.DEFINE_boolean("help", False, "Shows this help.", short_name="h", flag_values=values)
    flags.DEFINE_boolean("traceback", False, "Shows where in the code an error arose.", flag_values=values)
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        operands = _parse(values, name, arguments, arguments_of_set)
        if values.help:
            print(special_help(values) or _help(name, summary, values, operand))
            return 0
        with _advice_in_one_line():
            _take_operands(values, operands, operand)
            return main(values) or 0
    except UserError as error:
        return _fail(name, error, 2, values)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has closed it, as `head` does; nothing more can be told, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fail(name, error, 1, values)


@contextlib.contextmanager
def _advice_in_one_line() -> Iterator[None]:
    """Has `Advice` printed without the place in the code that it comes from."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_advice(message, category, *place, **options):
            if issubclass(category, Advice):
                print(f"warning: {message}", file=sys.stderr, flush=True)
            else:
                show(message, category, *place, **options)

        warnings.showwarning = show_advice
        yield


def _print_whatever_the_terminal_knows() -> None:
    """Has letters that the terminal lacks printed escaped, and so the bytes of names that are no UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _parse(values: flags.FlagValues, name: str, arguments: list[str], arguments_of_set: Callable) -> list[str]:
    """Parses the flags and returns the other arguments."""
    try:
        return values([name, *arguments])[1:]
    except flags.UnrecognizedFlagError as error:
        flag, value = error.flagname, _value_of(error.flagname, arguments)
        instead = proposal(flag, value, list(values), arguments_of_set(arguments) if "set" in values else ())
        if instead is not None:
            raise UserError(f"unknown flag '--{flag}'. Instead: {instead}.") from None
        raise unknown("flag", f"--{flag}", [f"--{flag}" for flag in sorted(values)]) from None
    except flags.Error as error:
        raise UserError(" ".join(str(error).split())) from None


def _value_of(flag: str, arguments: list[str]) -> str | None:
    """Returns what a flag was given on the command line: behind `=`, or as the next argument."""
    for argument, following in zip(arguments, [*arguments[1:], "-"], strict=True):
        name, equals, value = argument.lstrip("-").partition("=")
        if name == flag and argument.startswith("-"):
            return value if equals else None if following.startswith("-") else following
    return None


def _take_operands(values: flags.FlagValues, operands: list[str], flag: str | None) -> None:
    """Gives the arguments without a name to the flag that they stand for, before those that it was given by name."""
    takes_several = flag is not None and _takes_several(values, flag)
    most = 0 if flag is None else len(operands) if takes_several else 1 - values[flag].present
    if len(operands) > most:
        raise UserError(f"unexpected argument '{operands[most]}': every setting is written --NAME=VALUE.")
    if operands:
        values[flag].value = [*operands, *values[flag].value] if takes_several else operands[0]
        values[flag].present += 1


def _written(values: flags.FlagValues, operand: str | None) -> str | None:
    """Returns what stands for the operand in the usage: `RUN`, or `RUN …` where there may be several."""
    if operand is None:
        return None
    what = "RUN" if operand == "export" else operand.upper()
    return f"{what} …" if _takes_several(values, operand) else what


def _takes_several(values: flags.FlagValues, flag: str) -> bool:
    return isinstance(values[flag], flags.MultiFlag)


def _fail(name: str, error: Exception, status: int, values: flags.FlagValues) -> int:
    if "--traceback" in sys.argv or (values.is_parsed() and values.traceback):
        traceback.print_exc()
    text = " ".join(str(error).split()) or type(error).__name__
    kind = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
    print(f"{name}: error: {kind}{text}", file=sys.stderr)
    return status


def _help(name: str, summary: str, values: flags.FlagValues, operand: str | None) -> str:
    lines = [" ".join(filter(None, ["usage:", name, _written(values, operand), "[--NAME=VALUE ...]"])), "", summary, ""]
    for flag in sorted(values):
        definition = values[flag]
        if flag != definition.name:
            continue
        has_default = definition.default not in (None, []) and definition.default is not False
        default = f" (default: {definition.default})" if has_default else ""
        written = f"--{flag}" if definition.boolean else f"--{flag}=…"
        lines += wrapped(f"  {written:<24}", f"{meaning_of(definition)}{default}")
    return "\n".join(lines)


def meaning_of(flag: flags.Flag) -> str:
    """Returns a flag's help without the line that absl adds to flags that may be repeated."""
    return flag.help.partition(";\n")[0]


def wrapped(begin: str, text: str) -> list[str]:
    """Returns the lines of a text that begins beside `begin` and goes on below, within the terminal's width."""
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.wrap(text, width, initial_indent=begin, subsequent_indent=" " * len(begin), break_on_hyphens=False)


def read_flags(values: flags.FlagValues, kind: type):
    """Returns the values of parsed flags as a dataclass, whose fields have the flags' names."""
    return kind(**{field.name: values[field.name].value for field in dataclasses.fields(kind)})
