"""What every command does alike: help, errors of one line, exit statuses."""

import dataclasses
import subprocess
import sys
import warnings

import pytest
from absl import flags

from tfgan_zoo.common.command import read_flags, run_command
from tfgan_zoo.common.errors import Advice, UserError


def define(values):
    flags.DEFINE_integer("num", 3, "How many.", 1, 9, flag_values=values)
    flags.DEFINE_string("out", None, "Where to.", flag_values=values)
    flags.DEFINE_boolean("fast", False, "Hurry.", flag_values=values)


@pytest.fixture
def run(capsys):
    """Runs a command; returns its status and the lines that it wrote to stdout and stderr."""

    def run(*arguments, main=lambda values: None):
        status = run_command("greet", "Greets.", define, main, list(arguments))
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err.splitlines()

    return run


def test_flags_reach_the_command(run):
    seen = []
    run("--num=5", "--fast", "--out", "here", main=lambda values: seen.append((values.num, values.fast, values.out)))
    run("--nofast", main=lambda values: seen.append((values.num, values.fast, values.out)))
    assert seen == [(5, True, "here"), (3, False, None)]


@dataclasses.dataclass(frozen=True)
class Greeting:
    out: str | None
    num: int = 1


def test_flags_are_read_into_a_dataclass(run):
    seen = []
    run("--num=5", main=lambda values: seen.append(read_flags(values, Greeting)))
    assert seen == [Greeting(out=None, num=5)]


def test_advice_is_one_line_and_other_warnings_are_as_ever(run):
    def main(values):
        warnings.warn("mind the gap", Advice, stacklevel=1)
        warnings.warn("of another library", UserWarning, stacklevel=1)

    with pytest.warns(UserWarning, match="of another library"):
        status, out, errors = run(main=main)
    assert (status, out, errors) == (0, [], ["warning: mind the gap"])


@pytest.mark.parametrize(("answer", "status"), [(None, 0), (0, 0), (130, 130)])
def test_the_status_is_the_commands(run, answer, status):
    assert run(main=lambda values: answer) == (status, [], [])


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_flag_with_its_default(run, flag):
    status, out, err = run(flag, main=lambda values: pytest.fail("the command ran"))
    assert (status, err) == (0, [])
    assert out[0] == "usage: greet [--NAME=VALUE ...]"
    assert "Greets." in out
    described = {line.split()[0]: line for line in out if line.startswith("  --")}
    assert list(described) == ["--fast", "--help", "--num=…", "--out=…", "--traceback"]
    assert described["--num=…"].endswith("How many. (default: 3)")


def test_help_is_as_wide_as_the_terminal(capsys, monkeypatch):
    def define_long(values):
        flags.DEFINE_integer("num", 0, "How many of them, all in all, at any one time.", flag_values=values)

    def lines(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        run_command("greet", "Greets.", define_long, print, ["--help"])
        return [line for line in capsys.readouterr().out.splitlines() if "num" in line or line.startswith(" " * 20)]

    assert lines(100) == ["  --num=…                 How many of them, all in all, at any one time. (default: 0)"]
    assert lines(50)[:3] == [
        "  --num=…                 How many of them, all in",
        "                          all, at any one time.",
        "                          (default: 0)",
    ]


@pytest.mark.parametrize(("special", "shown"), [("Of flags.", "Of flags.\n"), (None, "usage: greet ")])
def test_help_beside_other_flags_may_be_special(capsys, special, shown):
    seen = []

    def special_help(values):
        seen.append(values.num)
        return special

    assert run_command("greet", "Greets.", define, print, ["--num=4", "--help"], special_help=special_help) == 0
    assert seen == [4]
    assert capsys.readouterr().out.startswith(shown)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nun=4"], "unknown flag '--nun'. Did you mean '--num'?"),
        (["--num=ten"], "flag --num=ten"),
        (["--num=0"], "flag --num=0"),
        (["--num=10"], "flag --num=10"),
        (["--num"], "--num"),
        (["--fast=maybe"], "--fast=maybe"),
        (["extra"], "unexpected argument 'extra': every setting is written --NAME=VALUE."),
    ],
)
def test_mistakes_are_told_in_one_line(run, arguments, message):
    status, out, err = run(*arguments, main=lambda values: pytest.fail("the command ran"))
    assert (status, out) == (2, [])
    (line,) = err
    assert line.startswith("greet: error: ")
    assert message in line


@pytest.fixture
def pack(capsys):
    """Runs a command whose argument without a name is its --box, which may be given once or several times."""

    def run(define_box, *arguments):
        seen = []

        def define_both(values):
            define(values)
            define_box("box", None, "What.", flag_values=values)

        def main(values):
            seen.append(values.box)

        status = run_command("pack", "Packs.", define_both, main, list(arguments), operand="box")
        return status, seen, capsys.readouterr()

    return run


def test_a_run_is_an_argument_without_a_name_or_a_flag_alike(pack):
    for arguments in (["red", "--num=4"], ["--num=4", "red"], ["--box=red"], ["--box", "red"]):
        assert pack(flags.DEFINE_string, *arguments)[:2] == (0, ["red"])
    assert pack(flags.DEFINE_string)[:2] == (0, [None])
    assert "unexpected argument 'blue'" in pack(flags.DEFINE_string, "red", "blue")[2].err
    assert "unexpected argument 'blue'" in pack(flags.DEFINE_string, "--box=red", "blue")[2].err
    assert pack(flags.DEFINE_string, "--help")[2].out.startswith("usage: pack BOX [--NAME=VALUE ...]\n")


def test_several_runs_are_arguments_without_names_or_flags_alike(pack):
    def several(name, default, *rest, **options):
        flags.DEFINE_multi_string(name, [], *rest, **options)

    for arguments in (["a", "b", "c"], ["a", "--box=b", "--num=4", "c"], ["--box=a", "--box=b", "--box=c"]):
        status, (found,), _ = pack(several, *arguments)
        assert (status, sorted(found)) == (0, ["a", "b", "c"])
    assert pack(several, "--help")[2].out.startswith("usage: pack BOX … [--NAME=VALUE ...]\n")


def failing(error):
    def main(values):
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UserError("--out=x: no."), 2, "greet: error: --out=x: no."),
        (OSError("disk\nfull"), 1, "greet: error: OSError: disk full"),
        (ZeroDivisionError(), 1, "greet: error: ZeroDivisionError: ZeroDivisionError"),
    ],
)
def test_a_failure_is_one_line_and_no_traceback(run, error, status, line):
    assert run(main=failing(error)) == (status, [], [line])


def test_a_traceback_is_there_if_asked_for(run):
    status, _, err = run("--traceback", main=failing(UserError("no.")))
    assert status == 2
    assert err[0] == "Traceback (most recent call last):"
    assert err[-1] == "greet: error: no."


def test_ctrl_c_is_no_error(run):
    assert run(main=failing(KeyboardInterrupt())) == (130, [], [])


def test_a_reader_that_stops_reading_is_no_error():
    # As in `train.py --help | head -1`.
    code = "import sys; from tfgan_zoo.common.command import run_command; "
    code += "sys.exit(run_command('greet', 'Greets.', lambda values: None, lambda values: print('x' * 1_000_000)))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


PRINTS = """
import os, sys
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import Advice, UserError
def main(values):
    print("caf" + os.fsdecode(b"\\xe9"), "\\u03c3", flush=True)
    raise UserError("--dataset=" + os.fsdecode(b"\\xe9"))
sys.exit(run_command("greet", "Greets.", lambda values: None, main, []))
"""


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_a_terminal_that_lacks_letters_gets_them_escaped(run_python, encoding):
    result = run_python("-c", PRINTS, PYTHONIOENCODING=encoding)
    sigma = "σ" if encoding == "utf-8" else "\\u03c3"
    assert (result.returncode, result.stdout) == (2, f"caf\\udce9 {sigma}\n")
    assert result.stderr == "greet: error: --dataset=\\udce9\n"
