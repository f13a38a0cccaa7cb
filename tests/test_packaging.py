"""The wheel holds the zoo and leaks nothing, works outside of the checkout, and a checkout works beside it."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUN = ["--model=vanilla", "--steps=2", "--image_size=8", "--set=width=4", "--batch_size=8", "--noexport"]


def python(*arguments, cwd, path=None):
    """Runs Python with nothing of this process's paths but `path`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment if path is None else {**environment, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout, so that building leaves nothing behind in it."""
    copy = tmp_path_factory.mktemp("checkout") / "tfgan_zoo"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "runs", "build", "dist", "*.egg-info", "docs")
    return shutil.copytree(ROOT, copy, ignore=left_out)


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory):
    for package in ("build", "setuptools"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: pip install '.[test]'")
    target = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", f"--outdir={target}", cwd=checkout)
    (wheel,) = target.glob("tfgan_zoo-*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder with nothing but the installed wheel."""
    target = tmp_path_factory.mktemp("installed")
    pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", f"--target={target}", wheel]
    python(*pip, cwd=target)
    return target


def test_the_wheel_holds_the_zoo_and_no_other_top_level_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tfgan_zoo"}
    files = {name for name in names if name.endswith(".py")}
    library = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tfgan_zoo").rglob("*.py")}
    zoo = {f"tfgan_zoo/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "models").rglob("*.py")}
    assert files == library | zoo
    assert "tfgan_zoo/serving/explorer.html" in names


def test_the_wheel_brings_the_commands(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        text = archive.read(name).decode()
    expected = ["train = tfgan_zoo.models.__main__:main", "model-config = tfgan_zoo.serving.model_config:main"]
    expected += [
        f"{name} = tfgan_zoo.{name}:main" for name in ("sample", "evaluate", "export", "client", "explorer", "serve")
    ]
    for command in expected:
        assert f"tfgan-zoo-{command}" in text


def test_the_wheel_trains_from_outside_of_the_checkout(installed, tmp_path):
    out = python("-m", "tfgan_zoo.models", "--workdir=run", *RUN, cwd=tmp_path, path=installed)
    assert "vanilla on digits" in out
    assert (tmp_path / "run" / "checkpoints" / "step-000002").is_dir()
    settings = json.loads((tmp_path / "run" / "config.json").read_text())["settings"]
    assert settings["build"] == "models.vanilla:build"  # as in a checkout, where the run may go on


def test_the_wheel_exports_a_run_again(installed, tmp_path):
    arguments = [argument for argument in RUN if argument != "--noexport"]
    python("-m", "tfgan_zoo.models", "--workdir=run", *arguments, cwd=tmp_path, path=installed)
    assert python("-m", "tfgan_zoo.export", "run", cwd=tmp_path, path=installed) == "step 2: run/export/2\n"


def test_train_py_of_a_plain_checkout_takes_its_own_models_beside_a_wheel(checkout, installed, tmp_path):
    vanilla = checkout / "models" / "vanilla.py"
    text = vanilla.read_text()
    vanilla.write_text(text + "\n\nprint('the models of the checkout')\n")
    try:
        out = python(checkout / "train.py", "--workdir=run", *RUN, cwd=tmp_path, path=installed)
    finally:
        vanilla.write_text(text)
    assert "the models of the checkout" in out
    assert (tmp_path / "run" / "checkpoints" / "step-000002").is_dir()


LOAD = """
import sys
import tfgan_zoo.models.vanilla
import keras

assert tfgan_zoo.__file__.startswith(sys.argv[2])
gan = keras.models.load_model(sys.argv[1])
assert type(gan) is tfgan_zoo.models.vanilla.Vanilla
print(int(gan.step), gan.generator.get_weights()[0].sum())
"""


def test_a_keras_file_made_in_a_checkout_loads_beside_a_wheel(installed, tmp_path):
    from models import ZOO

    gan = ZOO["vanilla"]((4, 4, 1), width=3, seed=8)
    gan.step.assign(5)
    gan.save(tmp_path / "gan.keras")
    step, total = python("-c", LOAD, tmp_path / "gan.keras", installed, cwd=tmp_path, path=installed).split()
    assert int(step) == 5
    assert float(total) == pytest.approx(float(gan.generator.get_weights()[0].sum()), rel=1e-6)
