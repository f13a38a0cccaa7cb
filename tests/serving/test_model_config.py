"""The model configuration by the official message, and the command that writes it."""

import pathlib

import pytest
from google.protobuf import text_format

from tests.serving.conftest import need_serving_api
from tfgan_zoo.serving import model_config as module
from tfgan_zoo.serving.model_config import Model, model_config

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


def parse(text):
    need_serving_api()
    from tensorflow_serving.config.model_server_config_pb2 import ModelServerConfig

    return text_format.Parse(text, ModelServerConfig()).model_config_list.config


def test_several_models_and_labelled_versions():
    stable = Model("dcgan", "/models/dcgan", {"stable": 3, "canary": 7})
    found, other = parse(model_config([stable, Model("cdcgan", '/odd "name"/ü')]))
    assert (found.name, found.base_path, found.model_platform) == ("dcgan", "/models/dcgan", "tensorflow")
    assert list(found.model_version_policy.specific.versions) == [3, 7]
    assert dict(found.version_labels) == {"stable": 3, "canary": 7}
    assert (other.name, other.base_path) == ("cdcgan", '/odd "name"/ü')
    assert not other.HasField("model_version_policy")


def test_two_labels_of_one_version():
    (found,) = parse(model_config([Model("a", "/a", {"stable": 2, "canary": 2})]))
    assert list(found.model_version_policy.specific.versions) == [2]


def test_the_example_is_what_the_command_writes():
    """As its first lines say, but for where the models lie."""
    text = (CHECKOUT / "deploy" / "serving" / "models.config").read_text()
    labelled = Model("dcgan", "/models/dcgan", {"stable": 1, "canary": 2})
    assert parse(text) == parse(model_config([labelled, Model("cdcgan", "/models/cdcgan")]))


def test_the_configuration_in_the_manifest_parses():
    manifest = (CHECKOUT / "deploy" / "serving" / "kubernetes.yaml").read_text()
    text = manifest.partition("models.config: |\n")[2].partition("---")[0]
    assert parse(text) == parse(model_config([Model("dcgan", "/models/dcgan", {"stable": 1, "canary": 2})]))


@pytest.fixture
def run(monkeypatch, run_main, tmp_path, bright_export):
    """Runs the command in an empty folder; EXPORT stands for that of the small model."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return run_main(module.main, *(argument.replace("EXPORT", str(bright_export)) for argument in arguments))

    return run


def test_the_command(run, tmp_path, bright_export):
    labels = ["--label=bright:stable=1", "--label=bright:canary=2"]
    assert run("--model=bright=EXPORT", *labels) == (0, "models.config: bright\n", "")
    (found,) = parse((tmp_path / "models.config").read_text())
    assert (found.base_path, dict(found.version_labels)) == (str(bright_export), {"stable": 1, "canary": 2})
    run(f"--model=b={bright_export.parent}", "--mounted=/models/", "--out=mounted.config")
    (found,) = parse((tmp_path / "mounted.config").read_text())
    assert found.base_path == "/models/b"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--model is missing"),
        (["--model=EXPORT"], "expected NAME=RUN"),
        (["--model=a/b=EXPORT"], "expected NAME=RUN"),
        (["--model=a=missing"], "missing holds no export"),
        (["--model=a=EXPORT/1"], "expected the folder of a run, or of its versions"),
        (["--model=a=EXPORT", "--label=stable=1"], "--label=stable=1: expected NAME:LABEL=VERSION"),
        (["--model=a=EXPORT", "--label=b:stable=1"], "there is no --model=b=RUN"),
        (["--model=a=EXPORT", "--label=a:stable=3"], "has no version 3"),
        (["--model=a=EXPORT", "--out=no/models.config"], "the folder no does not exist"),
    ],
)
def test_mistakes_are_told_in_one_line(run, tmp_path, arguments, message):
    status, out, error = run(*arguments)
    assert (status, out) == (2, "")
    assert error.startswith("tfgan_zoo.serving.model_config: error: ")
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
