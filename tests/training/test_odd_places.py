"""Whole runs of the real command in folders and on pictures of odd names: they save, go on and export."""

import json
import os
import pathlib

import numpy as np
import pytest
from PIL import Image

from models import ZOO
from tfgan_zoo import report, sample, train

SMALL = ["--batch_size=4", "--set=width=4", "--log_every=1", "--checkpoint_every=1", "--sample_every=1", "--noxla"]


def run(*arguments):
    return train.main(ZOO, [*SMALL, *map(str, arguments)])


@pytest.fixture
def in_the_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache[1]"))


def test_a_run_in_a_folder_with_brackets_goes_on_and_its_export_is_read(tmp_path, in_the_home, capsys):
    folder = tmp_path / "a[1]*?\\b"
    flags = ["--model=vanilla", "--image_size=8", "--sample_every=1", f"--workdir={folder}"]
    assert run(*flags, "--steps=2", "--noexport") == 0
    assert run(*flags, "--steps=3") == 0
    assert "resumes from step 2" in capsys.readouterr().out
    assert _main(sample, [f"--export={folder}", "--num=4", f"--out={folder / 'grid[1].png'}"]) == 0
    assert (folder / "grid[1].png").is_file()
    assert len(list((folder / "samples").glob("step-*.png"))) == 4


def _main(command, arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["command", *map(str, arguments)])
        return command.main()


@pytest.fixture
def odd_pictures(tmp_path):
    """The name of a dataset whose path, classes and files are no UTF-8."""
    root = os.fsencode(tmp_path) + b"/p\xe4ts"
    for number, name in enumerate([b"caf\xe9", "猫".encode()]):
        os.makedirs(os.path.join(root, name))
        for index in range(4):
            grey = Image.fromarray(np.full((8, 8), 60 * number + index, np.uint8))
            with open(os.path.join(root, name, f"{index}".encode() + b"\xff.png"), "wb") as file:
                grey.save(file, "PNG")
    return f"folder:{os.fsdecode(root)}"


def test_class_folders_whose_names_are_not_utf_8_end_in_an_export(tmp_path, in_the_home, odd_pictures):
    flags = ["--model=cdcgan", f"--dataset={odd_pictures}", "--image_size=16"]
    assert run(*flags, f"--workdir={tmp_path / 'run'}", "--steps=1") == 0
    description = tmp_path / "run" / "export" / "1" / "assets.extra" / "description.json"
    assert json.loads(description.read_text())["class_names"] == ["caf\\xe9", "猫"]


def test_a_run_on_names_that_are_not_utf_8_goes_on_and_is_reported(tmp_path, in_the_home, odd_pictures, capsys):
    flags = ["--model=vanilla", f"--dataset={odd_pictures}", "--image_size=8", f"--workdir={tmp_path / 'run'}"]
    for steps in (1, 2):
        assert run(*flags, f"--steps={steps}", "--noexport") == 0
    assert _main(report, [tmp_path / "run", f"--out={tmp_path / 'report.html'}"]) == 0
    assert "caf\\xe9" in pathlib.Path(tmp_path, "report.html").read_text()
    assert "resumes from step 1" in capsys.readouterr().out
