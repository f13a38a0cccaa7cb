"""The command that times the zoo beside its peers, and the page that it writes."""

import importlib.util

import pytest

from benchmarks import peers, peers_page
from tfgan_zoo.common.command import run_command

ROW = {
    "milliseconds_a_step": 100.0,
    "images_a_second": 1280.0,
    "times_as_long": 1.0,
    "peak_bytes": 2**30,
    "seconds_to_first_step": 9.5,
    "onednn": True,
}
RESULT = {
    "model": "dcgan",
    "schedule": "simultaneous",
    "batch_size": 128,
    "rounds": 12,
    "steps": 4,
    "date": "2026-11-24",
    "machine": "2 CPU cores, a processor",
    "contenders": {"zoo": ROW, "pytorch": {**ROW, "times_as_long": 1.5, "onednn": None}},
}


def run(*arguments):
    return run_command("peers.py", "", peers.define, peers.main, list(arguments))


def test_the_table_has_a_line_for_each_contender_and_its_command():
    text = peers_page.table(RESULT)
    assert "| `train.py` | on | 100 | 1,280 | 1.00 × | 1.00 GiB | 9.5 s |" in text
    assert "| PyTorch's loop, channels last |  | 100 | 1,280 | 1.50 × | 1.00 GiB | 9.5 s |" in text
    assert (
        "--model=dcgan --schedule=simultaneous --batch_size=128 --rounds=12 --steps=4`: medians of 12 turns of 4 steps"
        in text
    )


def test_the_page_gets_the_table_between_its_markers(tmp_path, monkeypatch):
    page = tmp_path / "performance.md"
    page.write_text(
        "<!-- table: chart -->\n<!-- end: chart -->\n<!-- table: dcgan -->\nold\n<!-- end: dcgan -->\nafter\n"
    )
    monkeypatch.setattr(peers_page, "PAGE", page)
    monkeypatch.setattr(peers_page, "CHART", tmp_path / "chart.png")
    monkeypatch.setattr(peers_page, "RESULTS", tmp_path)
    (tmp_path / "dcgan.json").write_text(peers.json.dumps(RESULT))
    peers_page.update("dcgan", RESULT)
    text = page.read_text()
    chart = "![Images a second of every contender](chart.png)"
    assert text.startswith(f"<!-- table: chart -->\n{chart}\n<!-- end: chart -->\n<!-- table: dcgan -->\n| ")
    assert text.endswith("\n<!-- end: dcgan -->\nafter\n")
    assert "old" not in text
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--contenders=zoo,pytorhc"], "unknown contender 'pytorhc'. Did you mean 'pytorch'?"),
        (["--contenders=zoo,floor"], "--contenders=zoo,floor: needs --out; the page shows all contenders"),
        (["--out=/no/such/folder/x.json"], "--out=/no/such/folder/x.json: its folder does not exist"),
        (["--rounds=0"], "rounds"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, said, capsys):
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_pytorch_the_others_are_measured_and_the_reason_is_told(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    names = peers.chosen(None, "vanilla")
    assert "pytorch" not in names
    assert {"zoo", "zoo_sequential", "keras", "tutorial", "floor"} <= set(names)
    assert "PyTorch is not installed" in capsys.readouterr().err
    assert run("--contenders=zoo,pytorch") == 2
