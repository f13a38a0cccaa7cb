"""What a person sees of a run."""

import io
import types

import pytest

from tfgan_zoo.training import progress as module
from tfgan_zoo.training.progress import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "time", types.SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_lines_appear_now_and_then_and_at_the_end(clock, capsys):
    losses = {}
    with progress(10, 100, 32, losses) as show:
        for step in range(11, 101):
            clock.now += 1.0
            losses["d_loss"] = step / 100
            show(step)
    lines = capsys.readouterr().err.splitlines()
    # Every 20 seconds, at a step a second of 32 images: at steps 30, 50, 70, 90, and at the end.
    assert [line.split(":")[0] for line in lines] == [f"step {step}/100" for step in (30, 50, 70, 90, 100)]
    assert lines[0] == "step 30/100: 32 images/s, 01:10 left, d_loss 0.300"
    assert lines[-1] == "step 100/100: 32 images/s, 00:00 left, d_loss 1.000"


def test_a_resumed_run_reckons_with_its_own_steps(clock, capsys):
    with progress(900, 1000, 10, {}) as show:
        clock.now += 30.0
        show(960)
    # 60 steps of 10 images in 30 seconds; 40 steps are left, two a second.
    assert "step 960/1000: 20 images/s, 00:20 left" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_has_a_bar(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    losses = {"d_loss": 0.25, "g_loss": 1.5}
    with progress(0, 10, 32, losses) as show:
        for step in (1, 5, 10):
            show(step)
    last = terminal.getvalue().strip().split("\r")[-1]
    assert last.startswith("step 10/10")
    assert "100%" in last
    assert "images/s" in last
    assert "left" in last
    assert "d_loss=0.250, g_loss=1.500" in last
