"""`metrics.csv`: rows are added, read and cut."""

import csv

import pytest

from tfgan_zoo.training.metrics_file import MetricsFile

ROWS = [
    {"step": 10, "d_loss": 1.25, "g_loss": None},
    {"step": 20, "d_loss": 1e-9, "g_loss": 0.1},
    {"step": 30, "d_loss": -3.0, "g_loss": 2.0},
]


@pytest.fixture
def metrics(tmp_path):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    for row in ROWS:
        metrics.append(row)
    return metrics


def test_the_file_is_plain_csv(metrics):
    assert metrics.path.read_text() == "step,d_loss,g_loss\n10,1.25,\n20,1e-09,0.1\n30,-3.0,2.0\n"
    with open(metrics.path, newline="") as file:
        assert [row["d_loss"] for row in csv.DictReader(file)] == ["1.25", "1e-09", "-3.0"]


def test_rows_are_read_as_numbers_and_empty_ones_left_out(metrics):
    assert metrics.read() == [{"step": 10, "d_loss": 1.25}, *ROWS[1:]]
    assert isinstance(metrics.read()[0]["step"], int)


def test_a_value_is_read_as_it_was_written(tmp_path):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    metrics.append({"step": 1, "value": 1 / 3})
    assert metrics.read() == [{"step": 1, "value": 1 / 3}]


def test_without_a_file_there_are_no_rows(tmp_path):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    assert metrics.read() == []
    metrics.cut(5)
    assert not metrics.path.exists()


@pytest.mark.parametrize(("step", "kept"), [(100, 3), (30, 3), (29, 2), (20, 2), (10, 1)])
def test_rows_after_a_step_are_cut(metrics, step, kept):
    metrics.cut(step)
    assert [row["step"] for row in metrics.read()] == [10, 20, 30][:kept]


def test_cut_to_nothing_the_next_row_writes_the_header_again(metrics):
    metrics.cut(9)
    metrics.append({"step": 5, "other": 1.0})
    assert metrics.path.read_text() == "step,other\n5,1.0\n"


@pytest.mark.parametrize("rest", ["4", "40", "40,1.0", "40,1.0,2."])
def test_a_row_that_a_crash_left_unfinished_is_cut(metrics, rest):
    with open(metrics.path, "a") as file:
        file.write(rest)
    metrics.cut(100)
    assert [row["step"] for row in metrics.read()] == [10, 20, 30]


@pytest.mark.parametrize("rest", ["", "st", "step,d_loss"])
def test_a_header_that_a_crash_left_unfinished_is_cut(tmp_path, rest):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    metrics.path.write_text(rest)
    metrics.cut(0)
    metrics.append(ROWS[1])
    assert metrics.read() == [ROWS[1]]


def test_a_resumed_run_may_have_new_columns(tmp_path):
    file = MetricsFile(tmp_path / "metrics.csv")
    file.append({"step": 10, "d_loss": 1.5})
    file.append({"step": 20, "d_loss": 1.25, "modes": 8})
    file.append({"step": 30, "modes": 7})
    assert (tmp_path / "metrics.csv").read_text() == "step,d_loss,modes\n10,1.5,\n20,1.25,8\n30,,7\n"
