"""A run outlives the terminal, or the program, that reads what it prints."""

import io
import os
import pty
import signal
import subprocess
import sys
import textwrap

import pytest

from tfgan_zoo.training.terminal import outliving_the_terminal

RUNS = """
    import sys, time
    from tfgan_zoo.training.signals import catching_signals, ending_before_first_step
    from tfgan_zoo.training.terminal import outliving_the_terminal
    with outliving_the_terminal(), ending_before_first_step(), catching_signals() as caught:
        print("ready", flush=True)
        sys.stdin.read() if sys.argv[2] == "read" else None
        while sys.argv[2] == "signal" and not caught:
            time.sleep(0.01)
        for _ in range(3):
            time.sleep(0.05)
            print("a row", flush=True)
            print("a bar", file=sys.stderr, flush=True)
        open(sys.argv[1], "w").write(caught[0].name if caught else "went on")
"""


def start(tmp_path, waits_for, **streams):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(RUNS), tmp_path / "saved", waits_for],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        start_new_session=True,
        **streams,
    )


@pytest.mark.parametrize(("number", "saved"), [(signal.SIGHUP, "SIGHUP"), (None, "went on")])
def test_a_terminal_that_is_closed_does_not_keep_a_run_from_saving(tmp_path, number, saved):
    """Whatever is then written to it fails with EIO; a shell's `disown` keeps the signal away."""
    ours, theirs = pty.openpty()
    process = start(
        tmp_path,
        "signal" if number else "read",
        stdin=theirs if number else subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    assert os.read(ours, 100).startswith(b"ready")
    os.close(ours)
    if number:
        process.send_signal(number)
    else:
        process.stdin.close()
    assert process.wait(60) == 0
    assert (tmp_path / "saved").read_text() == saved


def test_a_reader_that_goes_away_does_not_end_a_run(tmp_path):
    """As `head` does, or `tee` at Ctrl-C."""
    process = start(tmp_path, "read", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    process.stdin.close()
    assert process.wait(60) == 0
    assert (tmp_path / "saved").read_text() == "went on"


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


def test_other_failures_of_printing_are_told(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    with outliving_the_terminal(), pytest.raises(OSError, match="No space left"):
        print("text")


def test_streams_are_given_back(monkeypatch):
    before = sys.stdout, sys.stderr
    with outliving_the_terminal():
        assert sys.stdout.encoding == before[0].encoding
        assert sys.stderr.isatty() == before[1].isatty()
    assert (sys.stdout, sys.stderr) == before
