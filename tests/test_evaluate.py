import json

import numpy as np
import pytest

from models import ZOO
from tests.data.pictures import save
from tfgan_zoo import evaluate
from tfgan_zoo.data.digits import digits
from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.evaluation import of_encoders, of_holes, of_images, of_points, of_translators
from tfgan_zoo.metrics.modes import count_modes
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel


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


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run of an untrained conditional model of 16-pixel digits."""
    folder = tmp_path_factory.mktemp("run")
    gan = ZOO["cdcgan"]((16, 16, 1), width=4, num_classes=10)
    export(gan, folder / "export", list("0123456789"))
    (folder / "config.json").write_text(json.dumps({"settings": {"dataset": "digits", "image_size": 16}}))
    return folder


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
        ensemble = ["--ensemble"] if len(paths) > 1 else []
        exports = [f"--export={path}" for path in paths]
        status, report = run(*exports, *ensemble, "--dataset=digits", "--metrics=test_error")
        expected = int(np.sum(voted.argmax(axis=1) != labels.numpy()))
        result = report["metrics"]["test_error"]
        assert (status, result["figures"]) == (0, {"test_error": expected / 360, "errors": expected})
        assert (result["samples"], result["reference"]) == (360, None)


def test_modes(run, points):
    status, report = run(f"--export={points}", "--dataset=ring8", "--metrics=modes", "--num=100", "--seed=7")
    expected = count_modes(ExportedModel(points).generate(7 + np.arange(100)), RING8.centres, RING8.deviation)
    result = report["metrics"]["modes"]
    assert status == 0
    assert result["figures"] == {**vars(expected), "modes_of_data": 8}
    assert (result["samples"], result["reference_samples"], report["seed"]) == (100, 100, 7)
    assert result["reference"]["modes"] == 8
    assert result["reference"]["high_quality"] == pytest.approx(0.9889, abs=0.04)


def test_inception_score_by_an_export(run, classifiers):
    flags = (f"--export={classifiers[0]}", f"--classifier={classifiers[1]}", "--num=100", "--dataset=digits")
    status, report = run(*flags, "--metrics=inception_score")
    result = report["metrics"]["inception_score"]
    assert status == 0
    assert 1.0 <= result["figures"]["inception_score"] < 2.0
    assert str(classifiers[1]) in result["extractor"]


def test_a_classifier_of_other_classes_is_refused(run, classifiers, capsys, tmp_path):
    gan = ZOO["semi_supervised"]((16, 16, 1), num_classes=10)
    letters = export(gan, tmp_path / "letters", list("abcdefghij"))
    flags = (f"--export={classifiers[0]}", f"--classifier={letters}", "--num=100", "--dataset=digits")
    assert run(*flags, "--metrics=modes") == (2, None)
    (line,) = capsys.readouterr().err.splitlines()
    assert "tells apart the classes a, b, c …, the dataset has 0, 1, 2 …" in line


def test_a_run_alone_is_measured_by_all_that_fits(run, run_folder, classifier_cache, capsys, tmp_path):
    status, report = run(f"--export={run_folder}")
    assert status == 0
    assert (report["dataset"], report["image_size"]) == ("digits", 16)
    assert report["test_set"] == "the dataset's own"
    assert report["extractor"]["test_accuracy"] > 0.9
    assert list(report["metrics"]) == [
        "frechet_distance",
        "kernel_distance",
        "precision_recall",
        "two_sample_accuracy",
        "mind",
        "inception_score",
        "memorisation",
        "modes",
        "ms_ssim",
        "fakes_as_training_set",
    ]
    for result in report["metrics"].values():
        assert result["figures"].keys() == result["reference"].keys()
        assert (result["samples"], result["reference_samples"]) == (360, 360)
        assert result["extractor"].startswith(("classifier of digits (test accuracy 9", "pixels"))
    assert report["metrics"]["frechet_distance"]["figures"]["frechet_distance"] > 10
    assert (tmp_path / report["metrics"]["memorisation"]["picture"]).is_file()
    table = capsys.readouterr().out
    for figure in ("frechet_distance", "coverage", "reverse_kl", "nearest_neighbour_error"):
        assert figure in table


def test_no_more_samples_are_told_apart_than_there_are_training_images(run, run_folder, classifier_cache):
    _, report = run(f"--export={run_folder}", "--metrics=two_sample_accuracy,frechet_distance", "--num=1500")
    samples = {name: result["samples"] for name, result in report["metrics"].items()}
    assert samples == {"two_sample_accuracy": 1437, "frechet_distance": 1500}


def test_one_metrics_minimum_discards_no_figures_and_is_told_before_the_work(run, points, capsys):
    status, report = run(f"--export={points}", "--dataset=ring8", "--num=5")
    assert status == 0
    assert list(report["metrics"]) == ["modes", "two_sample_accuracy"]
    assert report["left_out"] == {"precision_recall": "at least 6 samples are needed. Received: 5 samples"}
    out, error = capsys.readouterr()
    told = "left out: precision_recall (at least 6 samples are needed. Received: 5 samples)"
    assert error.splitlines()[0] == told
    assert told in out.splitlines()


def test_a_metric_that_fails_in_the_middle_discards_no_figures(run, points, monkeypatch):
    def fails(comparison):
        raise ValueError("finite features are needed. Received: NaN or infinite values")

    monkeypatch.setitem(of_points.METRICS, "two_sample_accuracy", fails)
    _, report = run(f"--export={points}", "--dataset=ring8", "--num=20", "--metrics=two_sample_accuracy,modes")
    assert list(report["metrics"]) == ["modes"]
    assert report["left_out"]["two_sample_accuracy"].startswith("finite features are needed")


def test_few_pictures_without_classes_are_measured_as_far_as_they_can_be(run, tmp_path):
    for number in range(6):
        save(tmp_path / "pets" / f"{number}.png", 30 * number)
    export(ZOO["vanilla"]((8, 8, 1)), tmp_path / "export")
    status, report = run(f"{tmp_path}", f"--dataset=folder:{tmp_path / 'pets'}", "--image_size=8")
    assert status == 0
    assert list(report["metrics"]) == ["sliced_wasserstein", "memorisation"]
    assert report["metrics"]["memorisation"]["samples"] == 1


def test_the_json_lies_beside_the_exports(monkeypatch, run_folder, classifier_cache):
    monkeypatch.setattr("sys.argv", ["evaluate", f"--export={run_folder}", "--metrics=modes"])
    assert evaluate.main() == 0
    assert json.loads((run_folder / "export" / "evaluation.json").read_text())["metrics"].keys() == {"modes"}


def test_every_metric_can_be_named():
    known = {*of_images.METRICS, *of_points.METRICS, *of_translators.IMAGE_METRICS, *of_translators.POINT_METRICS}
    assert set(evaluate.METRICS) == known | {*of_holes.METRICS, *of_encoders.METRICS, "test_error"}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--metrics=modes"], "RUN is missing"),
        (["--export=nowhere", "--metrics=modes"], "--export=nowhere: there is no such folder"),
        (["--export={points}"], "--dataset is missing"),
        (["--export={points}", "--metrics=mode"], "unknown metric 'mode'. Did you mean 'modes'?"),
        (["--export={points}", "--metrics=fid"], "--metrics=fid: it is --metrics=frechet_distance --extractor=fid."),
        (["--export={points}", "--extractor=incepton"], "unknown extractor 'incepton'. Did you mean 'inception'?"),
        (["--export={points}", "--inception_weights=x"], "--inception_weights=x: is for --extractor=inception alone"),
        (["--export={points}", "--dataset=digits"], "makes points; accepted: one of ring8, grid25"),
        (["--export={run}", "--dataset=ring8"], "makes images; accepted: a dataset of images"),
        (["--export={run}", "--image_size=8"], "has images of 8 × 8 × 1"),
        (["--export={points}", "--dataset=ring8", "--metrics=ms_ssim"], "makes points; accepted: modes"),
        (["--export={points}", "--dataset=ring8", "--metrics=test_error"], "does not classify"),
        (["--export={run}", "--classifier=x", "--extractor=inception"], "=x: takes the place of --extractor=inception"),
        (["--export={run}", "--classifier=nowhere"], "--classifier=nowhere: there is no such folder"),
        (["--export={run}", "--classifier={run}", "--metrics=modes"], "--classifier={run}/export/1: does not classify"),
        (
            ["--export={points}", "--dataset=ring8", "--classifier={run}"],
            "--classifier={run}: is for images, ring8 has points",
        ),
        (["--export={points}", "--dataset=ring8", "--extractor=inception"], "--extractor=inception: is for images"),
        (["--export={points}", "--dataset=ring8", "--num=3", "--metrics=kernel_distance"], "at least 4 samples are"),
        (
            ["--export={points}", "--export={points}", "--metrics=modes", "--ensemble"],
            "an ensemble has a test_error alone",
        ),
        (["--export={points}", "--ensemble"], "--ensemble: needs two exports or more"),
        (["--export={points}", "--export={run}"], "takes one export; several write evaluation.json beside each"),
    ],
)
def test_mistakes_get_one_line(run, capsys, points, run_folder, flags, message):
    status, report = run(*(flag.format(points=points, run=run_folder) for flag in flags))
    error = capsys.readouterr().err
    assert (status, report) == (2, None)
    assert message.format(points=points, run=run_folder) in error
    assert error.count("\n") == 1


def test_a_folder_without_classes_is_measured_by_its_pixels(run, tmp_path, capsys):
    from PIL import Image

    rng = np.random.default_rng(0)
    (tmp_path / "pictures").mkdir()
    for number in range(40):
        Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)).save(tmp_path / "pictures" / f"{number}.png")
    path = export(ZOO["dcgan"]((16, 16, 3), width=4), tmp_path / "export")
    status, report = run(f"--export={path}", f"--dataset=folder:{tmp_path / 'pictures'}", "--image_size=16")
    assert status == 0
    assert report["extractor"] is None
    assert list(report["metrics"]) == ["sliced_wasserstein", "memorisation"]
    distances = report["metrics"]["sliced_wasserstein"]
    assert distances["figures"]["16 px"] == distances["figures"]["mean"] > distances["reference"]["mean"]
    *_, note, empty, picture, out = capsys.readouterr().out.splitlines()
    assert note == f"note: `real` is {evaluate.CUT_TEST_SET}."
    assert empty == ""
    assert picture.endswith("-memorisation.png")
    assert out.endswith(".json")


def test_several_exports_are_compared_and_each_has_its_report(run_main, points, tmp_path):
    other = export(ZOO["vanilla"]((2,), seed=1), tmp_path / "other")
    flags = [f"--export={points}", f"--export={other}", "--dataset=ring8", "--metrics=modes", "--num=50"]
    status, out, _ = run_main(evaluate.main, *flags)
    assert status == 0
    reports = [
        json.loads((path.parent / "evaluation.json").read_text())["metrics"]["modes"] for path in (points, other)
    ]
    head, *lines = out.split("\n\n")[-1].splitlines()
    assert head.split() == ["metric", "figure", str(points), str(other), "real"]
    high_quality = next(line.split() for line in lines if "high_quality" in line)
    expected = [f"{report['figures']['high_quality']:.4g}" for report in reports]
    assert high_quality == ["modes", "high_quality", *expected, f"{reports[0]['reference']['high_quality']:.4g}"]
