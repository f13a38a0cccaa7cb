import json

import numpy as np
import pytest

from models import ZOO
from tfgan_zoo import evaluate
from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.export import export
from tfgan_zoo.exported import ExportedModel
from tfgan_zoo.metrics.modes import count_modes


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory):
    """Two exports of untrained classifiers."""
    folder = tmp_path_factory.mktemp("classifiers")
    return [
        export(ZOO["semi_supervised"]((16, 16, 1), num_classes=10, seed=seed), folder / str(seed), list("0123456789"))
        for seed in (0, 1)
    ]


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    return export(ZOO["vanilla"]((2,)), tmp_path_factory.mktemp("points"))


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the command and returns its status and what it wrote."""

    def run(*arguments):
        out = tmp_path / "out.json"
        monkeypatch.setattr("sys.argv", ["evaluate", *arguments, f"--out={out}"])
        status = evaluate.main()
        return status, json.loads(out.read_text()) if out.exists() else None

    return run


def test_errors_of_one_and_of_an_ensemble(run, classifiers):
    source = digits(split="test", image_size=16)
    images, labels = source.fetch(np.arange(source.num_examples))
    probabilities = [ExportedModel(path).classify(images.numpy()) for path in classifiers]
    for paths, voted in ((classifiers[:1], probabilities[0]), (classifiers, np.mean(probabilities, axis=0))):
        status, report = run(*(f"--export={path}" for path in paths), "--dataset=digits", "--metrics=test_error")
        expected = int(np.sum(voted.argmax(axis=1) != labels.numpy()))
        assert (status, report["test_error"]["errors"]) == (0, expected)
        assert report["test_error"]["examples"] == source.num_examples == 360


def test_modes(run, points):
    status, report = run(f"--export={points}", "--dataset=ring8", "--metrics=modes", "--num=100", "--seed=7")
    expected = count_modes(ExportedModel(points).generate(7 + np.arange(100)), RING8.centres, RING8.deviation)
    assert status == 0
    assert report["modes"] == {**vars(expected), "of": 8, "samples": 100, "seed": 7}


def test_inception_score_of_an_untrained_generator_is_low(run, classifiers):
    flags = (f"--export={classifiers[0]}", f"--classifier={classifiers[1]}", "--num=100")
    status, report = run(*flags, "--metrics=inception_score")
    assert status == 0
    assert 1.0 <= report["inception_score"]["inception_score"] < 2.0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--metrics=modes"], "--export is missing"),
        (["--export=nowhere", "--metrics=modes"], "--export=nowhere: holds no SavedModel"),
        (["--export={points}"], "--metrics is missing"),
        (["--export={points}", "--metrics=mode"], "unknown metric 'mode'. Did you mean 'modes'?"),
        (["--export={points}", "--metrics=modes", "--dataset=digits"], "--dataset=digits is none of ring8, grid25"),
        (["--export={points}", "--metrics=test_error"], "does not classify"),
        (["--export={points}", "--export={points}", "--metrics=modes"], "an ensemble has a test_error alone"),
    ],
)
def test_mistakes_get_one_line(run, capsys, points, flags, message):
    status, report = run(*(flag.format(points=points) for flag in flags))
    error = capsys.readouterr().err
    assert (status, report) == (2, None)
    assert message in error
    assert error.count("\n") == 1
