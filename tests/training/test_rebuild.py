"""Where a run's model is found again: in the checkout, in a wheel, or in a zoo of one's own."""

import importlib.machinery
import json

import pytest

from tfgan_zoo.common import zoo
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training import rebuild as module
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.rebuild import build_target, rebuild


def found_at(origin):
    return lambda name: origin and importlib.machinery.ModuleSpec(name, None, origin=str(origin))


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (zoo.PACKAGE.parent / "models" / "__init__.py", "models.dcgan:build"),
        ("/elsewhere/models/__init__.py", "tfgan_zoo.models.dcgan:build"),  # somebody else's `models`
        (None, "tfgan_zoo.models.dcgan:build"),  # a wheel
    ],
)
def test_the_zoo_is_the_one_beside_the_package(monkeypatch, origin, target):
    monkeypatch.setattr(zoo.importlib.util, "find_spec", found_at(origin))
    assert build_target("models.dcgan:build") == target


def test_a_zoo_of_ones_own():
    assert build_target("my_gans.relativistic:build") == "my_gans.relativistic:build"


def test_a_model_of_two_domains_is_given_both_shapes(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(module, "resolve", lambda target: lambda shape, **arguments: given.append((shape, arguments)))
    monkeypatch.setattr("tfgan_zoo.training.checkpoints.Checkpoints.__init__", lambda self, folder, gan: None)
    monkeypatch.setattr("tfgan_zoo.training.checkpoints.Checkpoints.restore", lambda self, step: None)
    shape = {"a": [16, 16, 1], "b": [16, 16, 3]}
    settings = {"build": "models.cyclegan:build", "data_shape": shape, "arguments": {"width": 4}}
    (tmp_path / "config.json").write_text(json.dumps({"settings": settings}))
    rebuild(RunFolder(tmp_path), 1)
    assert given == [({"a": (16, 16, 1), "b": (16, 16, 3)}, {"width": 4})]


@pytest.mark.parametrize(
    "changed",
    [
        {"build": "models.nothing:build"},
        {"build": "models.vanilla:make"},
        {"build": "os:system", "data_shape": ["false"]},
        {"data_shape": ["4", 4, 1]},
        {"data_shape": {"a": [4, 4, 1], "c": [4, 4, 1]}},
        {"arguments": {"widht": 3}},
        {"mixed_precision": "int8"},
    ],
)
def test_a_model_that_cannot_be_built_again(tmp_path, changed):
    settings = {"build": "models.vanilla:build", "data_shape": [4, 4, 1], "arguments": {}} | changed
    (tmp_path / "config.json").write_text(json.dumps({"settings": settings}))
    with pytest.raises(UserError, match=r"config\.json: the model cannot be built again"):
        rebuild(RunFolder(tmp_path), 1)
