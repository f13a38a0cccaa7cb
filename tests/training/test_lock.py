"""One process writes a run's folder, and one that was killed stops nobody."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training import lock
from tfgan_zoo.training.folder import RunFolder

fcntl = pytest.importorskip("fcntl")

HOLDS = """
import sys
from tfgan_zoo.training.folder import RunFolder
RunFolder(sys.argv[1]).claim({"model": "vanilla"})
print("claimed", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process, which has claimed the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path / "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert process.stdout.readline() == "claimed\n"
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_second_process_does_not_write_the_same_folder(other, folder, overwrite):
    before = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}
    for use in (folder.check, lambda overwrite: folder.claim({"model": "vanilla"}, overwrite=overwrite)):
        with pytest.raises(UserError, match=rf"--workdir=.*another process \({other.pid} on .*\) is writing") as raised:
            use(overwrite=overwrite)
        assert "\n" not in str(raised.value)
    assert {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()} == before


def test_a_second_process_may_read(other, folder):
    assert folder.read_settings() == {"model": "vanilla"}


def test_a_lock_that_a_killed_process_left_stops_nobody(other, folder):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (folder.path / lock.NAME).exists()
    folder.check()
    folder.claim({"model": "vanilla"})


def test_one_process_may_claim_its_folder_again(folder):
    for _ in range(2):
        folder.claim({})
        RunFolder(folder.path).claim({}, overwrite=True)


def test_the_lock_makes_no_folder_of_other_files(folder):
    folder.path.mkdir()
    lock.lock(folder.path)
    folder.check()
    folder.claim({})


def test_a_check_of_a_new_folder_writes_nothing(folder):
    folder.check()
    assert not folder.path.exists()


def test_programs_that_a_run_starts_do_not_keep_its_lock(folder, run_python):
    folder.claim({})
    descriptor = max(lock._held.values())
    assert not os.get_inheritable(descriptor)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF])
def test_a_file_system_without_locks_is_said_to_be_such_and_the_run_goes_on(folder, monkeypatch, capsys, number):
    def no_locks(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    folder.claim({})
    folder.claim({})
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"{folder}: the file system has no locks; nothing keeps a second process from writing this run."


def test_where_python_has_no_locks_the_run_goes_on(folder, monkeypatch, capsys):
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.delattr(os, "pwrite", raising=False)  # nor has it this on Windows
    folder.claim({})
    assert "no locks" in capsys.readouterr().err


def test_another_failure_of_the_lock_is_told(folder, monkeypatch):
    def fails(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", fails)
    with pytest.raises(UserError, match=r"cannot be used \(Input/output error"):
        folder.claim({})
