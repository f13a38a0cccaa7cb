import html
import html.parser
import json
import re

import numpy as np
import pytest
from PIL import Image

from models import ZOO
from tfgan_zoo import report
from tfgan_zoo.serving.export import export
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.metrics_file import MetricsFile


@pytest.fixture
def make_run(tmp_path):
    """Makes the folder of a run as training leaves it."""

    def make(name, **settings):
        folder = RunFolder(tmp_path / name)
        folder.claim({"model": "vanilla", "dataset": "digits", "data_shape": [8, 8, 1], **settings})
        for step in (5, 10):
            MetricsFile(folder.metrics).append({"step": step, "d_loss": 1.0 / step, "g_loss": 2.0, "modes": step})
            Image.fromarray(np.full((4, 4), step, np.uint8)).save(folder.samples / f"step-{step:06d}.png")
        Image.new("RGB", (4, 4)).save(folder.animation)
        return folder

    return make


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the command in a folder of its own; returns its status and the page."""

    def run(*arguments):
        out = tmp_path / "page.html"
        monkeypatch.setattr("sys.argv", ["report", *map(str, arguments), f"--out={out}"])
        status = report.main()
        return status, out.read_text() if out.exists() else None

    return run


class Balance(html.parser.HTMLParser):
    """Checks that every element is closed, and collects what the page refers to."""

    EMPTY = ("meta", "img", "link", "br")

    def __init__(self):
        super().__init__()
        self.open, self.references, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        self.references += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text.append(text.strip())


def parse(page):
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    return parser


EVALUATION = {
    "metrics": {
        "frechet_distance": {
            "figures": {"frechet_distance": 12.345},
            "reference": {"frechet_distance": 0.5},
            "extractor": "classifier of digits",
            "samples": 360,
            "reference_samples": 360,
        },
        "memorisation": {
            "figures": {"copies": 0.25},
            "reference": {"copies": 0.01},
            "extractor": "pixels",
            "samples": 360,
            "reference_samples": 360,
            "picture": "evaluation-memorisation.png",
        },
    }
}


def measured(folder):
    """Adds an export and its evaluation to a run."""
    export(ZOO["vanilla"]((8, 8, 1), width=4), folder.exports)
    (folder.exports / "evaluation.json").write_text(json.dumps(EVALUATION))
    Image.new("L", (3, 3)).save(folder.exports / "evaluation-memorisation.png")
    return folder


def test_one_page_shows_all_of_a_run(run, make_run):
    folder = measured(make_run("one", arguments={"seed": 3}))
    status, page = run(folder)
    assert status == 0
    parsed = parse(page)
    # The last grid, the animation, walks, neighbours, and the panels of losses and modes; all within the page.
    assert len(parsed.references) == 6
    assert all(re.match(r"data:image/(png|webp|svg\+xml);base64,", reference) for reference in parsed.references)
    assert "http" not in re.sub(r"base64,[^\"]*", "", page)
    for text in ("12.35", "real\xa00.5; of\xa0360", "classifier of digits", "step 10", "0.25", "seed", "3"):
        assert text in parsed.text, text
    assert "Not measured" not in page


def test_a_model_that_is_given_images_has_samples_and_no_walks(run, make_run):
    from tests.serving.translators import Translator

    folder = make_run("one", data_shape={"a": [8, 8, 1], "b": [8, 8, 3]})
    export(Translator(both=True), folder.exports)
    (folder.exports / "evaluation.json").write_text(json.dumps(EVALUATION))
    status, page = run(folder)
    assert status == 0
    parsed = parse(page)
    assert len(parsed.references) == 4  # the samples, the animation, and the panels of losses and modes
    for text in ("the same images throughout", "8 × 8 × 1 and 8 × 8 × 3"):
        assert any(text in found for found in parsed.text), text
    assert "The model is given images: its samples above show inputs beside outputs." in parsed.text


def test_several_runs_stand_side_by_side(run, make_run):
    status, page = run(make_run("a", width=4), make_run("b", width=8))
    assert status == 0
    parsed = parse(page)
    assert "Runs a, b" in parsed.text
    differing = re.findall(r'<tr class="differs"><td>(.*?)</td>', page)
    assert differing == ["width"]
    assert page.count("python -m tfgan_zoo.evaluate --export=") == 4  # of each, under metrics and neighbours
    assert page.count("There is no export.") == 2


def test_the_page_may_be_named_with_a_space(monkeypatch, make_run, tmp_path):
    monkeypatch.setattr("sys.argv", ["report", str(make_run("a")), "--out", str(tmp_path / "b.html")])
    before = {path.name for path in tmp_path.iterdir()}
    assert report.main() == 0
    assert {path.name for path in tmp_path.iterdir()} - before == {"b.html"}


def test_names_are_escaped_and_told_apart(run, make_run):
    _, page = run(make_run("x/<b>run"), make_run("y/<b>run"))
    parse(page)
    assert "<b>" not in page
    assert "x/&lt;b&gt;run" in page


def test_figures_of_two_extractors_are_never_in_one_row(run, make_run):
    folders = [make_run("a"), make_run("b")]
    for folder, extractor in zip(folders, ("classifier of digits", "inception"), strict=True):
        folder.exports.mkdir()
        result = {**EVALUATION["metrics"]["frechet_distance"], "extractor": extractor}
        (folder.exports / "evaluation.json").write_text(json.dumps({"metrics": {"frechet_distance": result}}))
    _, page = run(*folders)
    rows = re.findall(r"<tr><td>frechet_distance</td>(.*?)</tr>", page)
    assert [row.count("12.35") for row in rows] == [1, 1]
    assert [row.count("<td>–</td>") for row in rows] == [1, 1]


@pytest.mark.parametrize(("dataset", "shape"), [("tfds:mnist", [8, 8, 1]), ("digits", [16, 16, 1])])
def test_nor_are_those_of_two_datasets_or_sizes(run, make_run, dataset, shape):
    folders = [make_run("a"), make_run("b", dataset=dataset, data_shape=shape)]
    for folder, measured in zip(folders, ("digits", dataset), strict=True):
        folder.exports.mkdir()
        (folder.exports / "evaluation.json").write_text(json.dumps({"dataset": measured, **EVALUATION}))
    _, page = run(*folders)
    rows = re.findall(r"<tr><td>frechet_distance</td>(.*?)</tr>", page)
    assert [row.count("12.35") for row in rows] == [1, 1]
    assert f"<small>{dataset}, {' × '.join(map(str, shape))}</small>" in page


def test_a_run_of_points_and_one_that_has_just_begun(run, tmp_path):
    folder = RunFolder(tmp_path / "new")
    folder.claim({"data_shape": [2]})
    status, page = run(folder)
    assert status == 0
    parse(page)
    for text in (
        "No picture was drawn yet.",
        "The run has not ended yet.",
        "Nothing was logged yet.",
        "Points have none.",
    ):
        assert text in page


# Puts what a browser made of the page in the page's place.
PROBE = """
<script>
addEventListener("load", () => {
  const found = {
    window_width: innerWidth,
    page_width: document.documentElement.scrollWidth,
    images: Array.from(document.images, (image) => image.complete && image.naturalWidth > 0),
    requests: performance.getEntriesByType("resource").map((request) => request.name),
  };
  document.body.textContent = JSON.stringify(found);
});
</script>
"""


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_in_a_browser(browse, run, make_run, tmp_path, width):
    _, page = run(measured(make_run("a")), make_run("wgan_gp_fashion_mnist_batch_size_64_learning_rate_0.0002_seed_3"))
    opened = tmp_path / "opened.html"
    opened.write_text(page + PROBE)
    dom, console = browse(opened.as_uri(), width)
    found = json.loads(html.unescape(re.search("<body>(.*)</body>", dom)[1]))
    assert found["window_width"] == width
    assert found["page_width"] <= width
    assert '<meta name="viewport" content="width=device-width' in page  # which none but a phone's browser asks for
    # Samples and animation of both, walks and neighbours of the first, and the panels of losses and modes.
    assert found["images"] == [True] * 8
    assert found["requests"] == []  # data: and file: are not listed
    assert console == []


def test_mistakes_get_one_line(run, capsys, make_run, tmp_path):
    damaged = make_run("damaged")
    damaged.exports.mkdir()
    (damaged.exports / "evaluation.json").write_text('{"metrics": {"modes": 3}}')
    for arguments, message in (
        ([], "RUN is missing"),
        ([tmp_path / "nowhere"], "nowhere: there is no such folder; accepted: a run's."),
        ([damaged], "evaluation.json: is no evaluation"),
    ):
        status, page = run(*arguments)
        error = capsys.readouterr().err
        assert (status, page) == (2, None)
        assert message in error
        assert error.count("\n") == 1
