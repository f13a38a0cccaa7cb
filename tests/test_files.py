"""Files and folders appear whole or not at all."""

import os

import pytest

from tfgan_zoo.files import whole_folder, write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("content", "expected"), [("σ\n", b"\xcf\x83\n"), (b"\x00\x01", b"\x00\x01"), ("", b"")])
def test_a_file_is_written(tmp_path, content, expected):
    write_whole(tmp_path / "a.txt", content)
    assert (tmp_path / "a.txt").read_bytes() == expected
    assert names(tmp_path) == ["a.txt"]


def test_a_file_takes_the_place_of_an_earlier_one(tmp_path):
    write_whole(tmp_path / "a.txt", "a long first text")
    write_whole(tmp_path / "a.txt", "short")
    assert (tmp_path / "a.txt").read_text() == "short"


def test_a_failure_leaves_the_earlier_file(tmp_path, monkeypatch):
    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    write_whole(tmp_path / "a.txt", "before")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a.txt", "after")
    assert (tmp_path / "a.txt").read_text() == "before"


def test_the_content_is_on_disk_before_the_name(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: order.append("fsync") or fsync(descriptor))
    monkeypatch.setattr(os, "replace", lambda a, b: order.append("replace") or replace(a, b))
    write_whole(tmp_path / "a.txt", "text")
    assert order == ["fsync", "replace", "fsync"]


def test_a_folder_appears_at_the_end(tmp_path):
    with whole_folder(tmp_path / "model") as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "a.txt").write_text("a")
        assert not (tmp_path / "model").exists()
    assert (tmp_path / "model" / "inner" / "a.txt").read_text() == "a"
    assert names(tmp_path) == ["model"]


def fill_and_fail(path, exception):
    with whole_folder(path) as folder:
        (folder / "a.txt").write_text("a")
        raise exception


@pytest.mark.parametrize("exception", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_folder_that_was_not_finished_goes(tmp_path, exception):
    with pytest.raises(exception):
        fill_and_fail(tmp_path / "model", exception)
    assert names(tmp_path) == []


def test_what_a_killed_process_left_is_no_obstacle(tmp_path):
    left = tmp_path / ".model.partial"
    left.mkdir()
    (left / "old.txt").write_text("old")
    with whole_folder(tmp_path / "model") as folder:
        (folder / "new.txt").write_text("new")
    assert names(tmp_path / "model") == ["new.txt"]


def test_parents_are_made(tmp_path):
    with whole_folder(tmp_path / "a" / "b" / "c"):
        pass
    assert (tmp_path / "a" / "b" / "c").is_dir()
