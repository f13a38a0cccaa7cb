"""The help on one model's arguments."""

import pytest

from tfgan_zoo.common import model_help as module
from tfgan_zoo.common.arguments import Argument
from tfgan_zoo.common.model_help import model_help

ARGUMENTS = [
    Argument("width", "64", "feature maps next to the image; each halving of the sides doubles them."),
    Argument("latent_dim", "None", "length of z."),
    Argument("loss", '"hinge"', "as `GAN.compile` takes it."),
    Argument("depth", "3", "feature maps next to the image; each halving of the sides doubles them."),
    Argument("num_classes", None, "K."),
]


@pytest.fixture(autouse=True)
def model(monkeypatch):
    monkeypatch.setattr(module, "arguments_of", {"models.tiny:build": ARGUMENTS}.__getitem__)
    monkeypatch.setattr(module, "summary_of", lambda target: "Tiny: a model.")


def test_arguments_and_those_that_have_a_flag(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    flags = {"loss": ("loss", "One of minimax, hinge."), "ema": ("ema", "A decay.")}
    expected = """\
usage: train.py --model=tiny [--NAME=VALUE ...]
       [--set=KEY=VALUE ...]

Tiny: a model.

Arguments of tiny, given by --set=KEY=VALUE:

  width (default: 64)
  depth (default: 3)
      feature maps next to the image; each halving of the
      sides doubles them.

  latent_dim
      length of z.

Arguments that have a flag of their own:

  --loss=… (default: hinge)
      One of minimax, hinge.

All other flags: train.py --help"""
    assert model_help("train.py", "tiny", "models.tiny:build", flags, ["num_classes"]) == expected


@pytest.mark.parametrize("columns", [50, 90, 200])
def test_it_is_as_wide_as_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = model_help("train", "tiny", "models.tiny:build", {}, []).splitlines()
    assert max(map(len, lines)) <= columns
    assert sum("feature maps" in line for line in lines) == 1
