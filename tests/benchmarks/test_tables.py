import json

import pytest
from PIL import Image

from benchmarks import tables
from tfgan_zoo.common.errors import UserError

ROWS = {"a model": ("--model=a",), "another": ("--model=b",)}


def table(**changes):
    options = {"rows": ROWS, "datasets": ("ring8",), "options": (), "budget": "a minute", "seeds": 2}
    return tables.Table(**{**options, "figures": {"modes": 1, "reverse_kl": 2}, **changes})


@pytest.fixture
def cells(tmp_path, monkeypatch):
    """Three finished cells of four."""
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    for row, seed, modes in (("a model", 0, 6), ("a model", 1, 8), ("another", 0, 3)):
        path = tables.path_of("test", row, "ring8", seed)
        path.parent.mkdir(exist_ok=True)
        cell = {
            "figures": {"modes": modes, "reverse_kl": 0.5},
            "reference": {"modes": 8, "reverse_kl": 0.001},
            **{"steps": 100 * modes, "seconds": 60 + modes / 100, "batch_size": 100},
            **{"machine": "2 cores", "date": "2026-11-24"},
        }
        path.write_text(json.dumps(cell))


def test_means_and_deviations_by_hand(cells):
    lines = tables.render("test", table(with_reference=True)).splitlines()
    assert lines[0] == "| | ring8 modes | ring8 reverse KL |"
    assert lines[2:5] == [
        "| a model | 7.0 ± 1.0 | 0.50 ± 0.00 |",
        "| another | 3.0 ± 0.0 | 0.50 ± 0.00 |",
        "| *real test data* | 8.0 ± 0.0 | 0.00 ± 0.00 |",
    ]
    assert "seeds 0 to 1, budget a minute (300–800 steps of batch 100, 60 s); 2 cores; 2026-11-24" in lines[-1]


def test_one_seed_has_no_deviation_and_a_missing_cell_is_empty(cells):
    lines = tables.render("test", table(rows={**ROWS, "third": ()}, seeds=1)).splitlines()
    assert lines[2:5] == ["| a model | 6.0 | 0.50 |", "| another | 3.0 | 0.50 |", "| third |  |  |"]


def test_no_finished_cell(cells):
    with pytest.raises(UserError, match="--table=other: has no finished cell yet"):
        tables.render("other", table())


def test_samples_of_the_first_seed_are_drawn(cells, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", tmp_path / "docs" / "benchmarks.md")
    with pytest.raises(UserError, match=r"a-model-ring8-0\.png: is missing; without its \.json the cell is trained"):
        tables.draw("test", table(pictured=("ring8",)))
    for row in ROWS:
        Image.new("L", (8, 8)).save(tables.path_of("test", row, "ring8", 0).with_suffix(".png"))
    lines = tables.draw("test", table(pictured=("ring8",)))
    assert lines == "\n\n![Samples of ring8, seed 0](plots/test-ring8.png)"
    assert (tmp_path / "docs" / "plots" / "test-ring8.png").exists()
    assert tables.draw("test", table()) == ""
