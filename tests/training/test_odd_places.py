"""Whole runs of the real command in folders and on pictures of odd names: they save, go on and export."""

import json
import os
import pathlib

import numpy as np
import pytest
from PIL import Image

from models import ZOO
from tfgan_zoo import evaluate, report, sample, train
from tfgan_zoo.serving.exported import ExportedModel

SMALL = ["--batch_size=4", "--set=width=4", "--log_every=1", "--checkpoint_every=1", "--sample_every=1", "--noxla"]


def run(*arguments):
    return train.main(ZOO, [*SMALL, *map(str, arguments)])


@pytest.fixture
def in_the_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache[1]"))


@pytest.mark.parametrize("name", ["a[1]", "b*?\\c"])
def test_a_run_in_a_folder_with_brackets_goes_on_and_its_export_is_read(tmp_path, in_the_home, capsys, name):
    flags = ["--model=vanilla", "--image_size=8", f"--workdir={tmp_path / name}"]
    assert run(*flags, "--steps=2", "--profile=1") == 0
    assert run(*flags, "--steps=3") == 0
    assert "goes on from step 2" in capsys.readouterr().out
    assert run(*flags, "--steps=3") == 0
    out = tmp_path / name / "grid[1].png"
    for command, arguments in [(sample, [f"--export={tmp_path / name}", "--num=4", f"--out={out}"])]:
        assert _main(command, arguments) == 0
    assert out.is_file()
    assert ExportedModel(tmp_path / name).images([0]).shape[0] == 1
    assert len(list((tmp_path / name / "samples").glob("step-*.png"))) == 4


def _main(command, arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["command", *map(str, arguments)])
        return command.main()


def pictures(root, names):
    for number, name in enumerate(names):
        os.makedirs(os.path.join(root, name))
        for index in range(4):
            grey = Image.fromarray(np.full((8, 8), 60 * number + index, np.uint8))
            with open(os.path.join(root, name, f"{index}".encode() + b"\xff.png"), "wb") as file:
                grey.save(file, "PNG")


def test_class_folders_whose_names_are_not_utf_8_end_in_an_export_and_a_report(tmp_path, in_the_home, capsys):
    root = os.fsencode(tmp_path) + b"/p\xe4ts"
    pictures(root, [b"caf\xe9", "猫".encode()])
    flags = [
        "--model=cdcgan",
        f"--dataset=folder:{os.fsdecode(root)}",
        "--image_size=8",
        f"--workdir={tmp_path / 'run'}",
    ]
    assert run(*flags, "--steps=1") == 0
    description = tmp_path / "run" / "export" / "1" / "assets.extra" / "description.json"
    assert json.loads(description.read_text())["class_names"] == ["caf\\xe9", "猫"]
    assert ExportedModel(tmp_path / "run").class_names == ["caf\\xe9", "猫"]
    assert run(*flags, "--steps=2") == 0
    assert _main(report, [tmp_path / "run", f"--out={tmp_path / 'report.html'}"]) == 0
    assert "caf\\xe9" in pathlib.Path(tmp_path, "report.html").read_text()
    assert _main(evaluate, [f"--export={tmp_path / 'run'}", "--metrics=ms_ssim", "--num=8"]) == 0
    capsys.readouterr().out.encode()
