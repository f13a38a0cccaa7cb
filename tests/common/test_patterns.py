"""Brackets, stars and question marks in a path are letters like others."""

import tempfile

import pytest
import tensorflow as tf

from tfgan_zoo.common.patterns import no_pattern, no_pattern_for_good

ODD = ["a[1]", "a[1-2]", "b*", "c?", "d\\e", "f]"]


@pytest.mark.parametrize("name", [*ODD, "plain", "e{f}", "g h", "%s", "ü"])
def test_a_checkpoint_in_a_folder_of_any_name_is_read(tmp_path, name):
    folder = tmp_path / name / "deeper"
    folder.mkdir(parents=True)
    (tmp_path / "bb" / "deeper").mkdir(parents=True)  # b* would mean this one as well
    for place, value in [(folder, 2.0), (tmp_path / "bb" / "deeper", 3.0)]:
        tf.train.Checkpoint(v=tf.Variable(value)).write(str(place / "state"))
    restored = tf.Variable(0.0)
    with no_pattern(folder) as path:
        tf.train.Checkpoint(v=restored).read(str(path / "state")).assert_consumed()
        assert (path == folder) == (name not in ODD)
    assert float(restored) == 2.0
    assert folder.is_dir()
    assert path == folder or not path.parent.exists()


def test_a_path_for_good_lasts(tmp_path):
    (tmp_path / "a[1]").mkdir()
    (tmp_path / "a[1]" / "x").write_text("x")
    assert (no_pattern_for_good(tmp_path / "a[1]") / "x").read_text() == "x"
    assert no_pattern_for_good(tmp_path) == tmp_path


def test_a_folder_given_relatively_is_found(tmp_path, monkeypatch):
    (tmp_path / "a[1]").mkdir()
    (tmp_path / "a[1]" / "x").write_text("x")
    monkeypatch.chdir(tmp_path / "a[1]")
    with no_pattern(tmp_path.__class__(".")) as path:
        assert (path / "x").read_text() == "x"


def test_a_temporary_folder_that_is_a_pattern_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "a[1]").mkdir()
    tempfile.tempdir = str(tmp_path / "a[1]")
    with no_pattern(tmp_path / "a[1]") as path:
        assert "[" not in str(path)
