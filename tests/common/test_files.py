"""Files and folders appear whole or not at all."""

import errno
import os
import re
import stat
import subprocess

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import (
    DamagedError,
    check_checksums,
    check_out,
    check_writable,
    whole_folder,
    write_checksums,
    write_whole,
)


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


def test_two_processes_write_the_same_file(tmp_path, monkeypatch, run_python):
    fsync, other = (
        os.fsync,
        "import pathlib, tfgan_zoo.common.files as f; f.write_whole(pathlib.Path('{}'), 'the other, longer')",
    )

    def slow_disk(descriptor):
        monkeypatch.setattr(os, "fsync", fsync)
        assert run_python("-c", other.format(tmp_path / "a.txt")).returncode == 0
        assert (tmp_path / "a.txt").read_text() == "the other, longer"
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow_disk)
    write_whole(tmp_path / "a.txt", "this one")
    assert (tmp_path / "a.txt").read_text() == "this one"
    assert names(tmp_path) == ["a.txt"]


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


@pytest.fixture
def summed(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.txt").write_text("abc")
    (tmp_path / "inner" / "b  c.txt").write_text("")
    write_checksums(tmp_path)
    return tmp_path


def test_checksums_are_those_of_the_standard_and_of_coreutils(summed):
    # FIPS 180-2, appendix B.1, and the digest of nothing.
    assert (summed / "SHA256SUMS").read_text() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  inner/b  c.txt\n"
    )
    check_checksums(summed)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=summed, check=True)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "a.txt").write_text("abd"), "'a.txt' is not as it was written"),
        (lambda folder: (folder / "a.txt").unlink(), "'a.txt' is missing"),
        (lambda folder: (folder / "inner" / "d.txt").touch(), "'inner/d.txt' is not as it was written"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "SHA256SUMS is missing"),
        (lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff"), "SHA256SUMS is missing or damaged"),
        (lambda folder: (folder / "SHA256SUMS").write_bytes(b""), "'a.txt' is not as it was written"),
    ],
)
def test_damage_is_told_by_the_file(summed, damage, message):
    damage(summed)
    with pytest.raises(DamagedError, match=message):
        check_checksums(summed)


# File systems that cannot do everything.


def failing(real, number, when, times=100):
    """Returns a function of the system that fails some times where `when` holds of its first argument."""
    left = [times]

    def fail(first, *others):
        if when(first) and left[0] > 0:
            left[0] -= 1
            raise OSError(number, os.strerror(number))
        return real(first, *others)

    return fail


def is_folder(what):
    return stat.S_ISDIR(os.stat(what).st_mode)


NOT_OFFERED = [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM]


@pytest.mark.parametrize("number", NOT_OFFERED, ids=errno.errorcode.get)
@pytest.mark.parametrize("function", ["fsync", "open"])
def test_a_share_that_cannot_force_folders_to_disk_is_written_to(tmp_path, monkeypatch, number, function):
    monkeypatch.setattr(os, function, failing(getattr(os, function), number, is_folder_there))
    write_whole(tmp_path / "a.txt", "text")
    with whole_folder(tmp_path / "model") as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "b.txt").write_text("b")
    assert (tmp_path / "a.txt").read_text() == "text"
    assert (tmp_path / "model" / "inner" / "b.txt").read_text() == "b"


def is_folder_there(what):
    return (isinstance(what, int) or os.path.exists(what)) and is_folder(what)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_fails_is_told_of_folders_too(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", failing(os.fsync, number, is_folder))
    with pytest.raises(OSError, match=re.escape(os.strerror(number))):
        write_whole(tmp_path / "a.txt", "text")


@pytest.mark.parametrize("number", [*NOT_OFFERED, errno.EIO], ids=errno.errorcode.get)
def test_a_files_own_sync_counts(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", failing(os.fsync, number, lambda descriptor: not is_folder(descriptor)))
    with pytest.raises(OSError, match=re.escape(os.strerror(number))):
        write_whole(tmp_path / "a.txt", "text")
    with pytest.raises(OSError, match=re.escape(os.strerror(number))), whole_folder(tmp_path / "model") as folder:
        (folder / "b.txt").write_text("b")
    assert names(tmp_path) == []


def test_a_system_that_forces_only_what_is_open_for_writing(tmp_path, monkeypatch):
    def read_only(descriptor):
        return not is_folder(descriptor) and fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY

    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(os, "fsync", failing(os.fsync, errno.EBADF, read_only))
    with whole_folder(tmp_path / "model") as folder:
        (folder / "b.txt").write_text("b")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY, errno.ETXTBSY], ids=errno.errorcode.get)
def test_a_file_that_a_viewer_has_open_is_waited_for(tmp_path, monkeypatch, number):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    write_whole(tmp_path / "a.txt", "before")
    monkeypatch.setattr(os, "replace", failing(os.replace, number, lambda path: True, times=3))
    write_whole(tmp_path / "a.txt", "after")
    assert (tmp_path / "a.txt").read_text() == "after"
    monkeypatch.setattr(os, "replace", failing(os.replace, number, lambda path: True))
    with pytest.raises(OSError, match=re.escape(os.strerror(number))):
        write_whole(tmp_path / "a.txt", "never")
    assert (tmp_path / "a.txt").read_text() == "after"
    assert names(tmp_path) == ["a.txt"]


def test_text_with_a_name_that_is_not_utf_8_is_written(tmp_path):
    write_whole(tmp_path / "page.html", os.fsdecode(b"caf\xe9 \xcf\x83"))
    assert (tmp_path / "page.html").read_text() == "caf\\udce9 σ"


def test_whether_a_folder_can_be_written_to_is_found_without_writing(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert names(tmp_path) == []
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        check_writable(tmp_path / "file" / "b")


def test_a_place_for_results_is_checked_before_the_work(tmp_path, monkeypatch):
    check_out("--out", tmp_path / "a.json")
    with pytest.raises(
        UserError, match=r"--out=.*: cannot be written \(Is a directory\); accepted: a file in a folder"
    ):
        check_out("--out", tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match=r"a\.json: cannot be written \(Permission denied\)"):
        check_out("--out", tmp_path / "a.json")
    assert names(tmp_path) == []
