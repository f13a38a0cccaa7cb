"""How far long work is: a bar on a terminal, lines elsewhere."""

import io
import types

import pytest

from tfgan_zoo.common import watch as module
from tfgan_zoo.common.watch import progress, watch


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(module, "time", types.SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


class Terminal(io.StringIO):
    def isatty(self):
        return True


IMAGES = {"unit": "images", "each": 32}


def test_lines_appear_now_and_then_and_at_the_end(clock, capsys):
    losses = {}
    with progress("step", 100, start=10, **IMAGES, notes=losses) as show:
        for step in range(11, 101):
            clock.now += 1.0
            losses["d_loss"] = step / 100
            show(step)
    lines = capsys.readouterr().err.splitlines()
    # Every 20 seconds, at a step a second of 32 images: at steps 30, 50, 70, 90, and at the end.
    assert [line.split(":")[0] for line in lines] == [f"step {step}/100" for step in (30, 50, 70, 90, 100)]
    assert lines[0] == "step 30/100: 32 images/s, 01:10 left, d_loss 0.300"
    assert lines[-1] == "step 100/100: 32 images/s, 00:00 left, d_loss 1.000"


def test_before_the_first_losses_a_line_ends_with_the_time_left(clock, capsys):
    with progress("step", 1000, start=900, unit="images", each=10, notes={}) as show:
        clock.now += 30.0
        show(960)
    # 60 steps of 10 images in 30 seconds; 40 steps are left, two a second.
    assert capsys.readouterr().err == "step 960/1000: 20 images/s, 00:20 left\n"


@pytest.mark.parametrize(
    ("total", "lines"),
    [(4000, ["letters 3/4000: 11:06:10 left", "letters 5/4000: 11:05:50 left"]), (None, ["letters 3", "letters 5"])],
)
def test_items_are_watched_by_lines(clock, capsys, total, lines):
    seen = []
    for letter, seconds in zip(watch("abcdef", total, "letters"), (5, 5, 20, 5, 15, 5), strict=True):
        clock.now += seconds
        seen.append(letter)
    assert seen == list("abcdef")
    # After 30 s 3 are done, and after 50 s 5: each takes 10 s.
    assert capsys.readouterr().err.splitlines() == lines


def test_short_work_is_done_without_a_word(clock, capsys):
    assert list(watch("abcd", 4, "letters")) == list("abcd")
    assert capsys.readouterr().err == ""


def test_a_terminal_has_a_bar(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    losses = {"d_loss": 0.25, "g_loss": 1.5}
    with progress("step", 10, **IMAGES, notes=losses) as show:
        for step in (1, 5, 10):
            show(step)
    last = terminal.getvalue().strip().split("\r")[-1]
    assert last.startswith("step 10/10")
    assert "100%" in last
    assert "images/s" in last
    assert "left" in last
    assert "d_loss=0.250, g_loss=1.500" in last


@pytest.mark.parametrize("total", [4, None])
def test_on_a_terminal_the_bar_of_watched_items_goes_at_the_end(monkeypatch, total):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert list(watch("abcd", total, "letters")) == list("abcd")
    *shown, last = terminal.getvalue().split("\r")
    assert any("letters" in text for text in shown)
    assert last.strip() == ""
