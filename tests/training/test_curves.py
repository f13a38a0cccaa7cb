"""The curves of a run."""

import matplotlib.axes
import pytest
from PIL import Image

from tfgan_zoo.training.curves import draw_curves

ROWS = [
    {"step": 1, "d_loss": 1.0, "real_probability": 0.5, "d_gradient_norm": 2.0, "images_per_second": 9.0},
    {"step": 2, "d_loss": 0.5, "g_loss": 0.7, "real_probability": 0.6, "d_gradient_norm": 1.0, "g_gradient_norm": 3.0},
]


@pytest.fixture
def plotted(monkeypatch):
    """What is drawn: label → list of (step, value)."""
    lines = {}
    plot = matplotlib.axes.Axes.plot

    def record(axes, steps, values, **options):
        lines[options["label"]] = list(zip(steps, values, strict=True))
        return plot(axes, steps, values, **options)

    monkeypatch.setattr(matplotlib.axes.Axes, "plot", record)
    return lines


def test_every_curve_has_its_values(plotted, tmp_path):
    draw_curves(ROWS, tmp_path / "curves.png")
    assert plotted == {
        "d_loss": [(1, 1.0), (2, 0.5)],
        "g_loss": [(2, 0.7)],
        "real_probability": [(1, 0.5), (2, 0.6)],
        "d_gradient_norm": [(1, 2.0), (2, 1.0)],
        "g_gradient_norm": [(2, 3.0)],
    }
    with Image.open(tmp_path / "curves.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (800, 800))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rows", [[], ROWS[:1]], ids=["no rows", "one row"])
def test_few_rows_make_a_picture_too(tmp_path, rows):
    draw_curves(rows, tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.size == (800, 800)
