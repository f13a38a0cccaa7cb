import sys

from tfgan_zoo.common import watch as module
from tfgan_zoo.common.watch import watch


def test_off_a_terminal_a_line_now_and_then(capsys, monkeypatch):
    clock = iter([0.0, 4.0, 11.0, 11.0, 15.0, 22.0, 22.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    assert list(watch("abcd", 4000, "letters")) == list("abcd")
    assert capsys.readouterr().err == "letters: 1 of 4,000\nletters: 3 of 4,000\n"


def test_on_a_terminal_a_bar(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(watch("abcd", 4, "letters")) == list("abcd")
    assert "letters" in capsys.readouterr().err
