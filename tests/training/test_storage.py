"""Disks that fill up, are read-only or go away: a run ends in one line, and what it has written stays."""

import contextlib
import dataclasses
import errno
import os
import shutil
import subprocess

import numpy as np
import pytest
import tensorflow as tf

from tests.training.outcome import assert_same_outcome, at_step
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.training import lock
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.run import Plan, Run
from tfgan_zoo.training.storage import StorageFailed, writing


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", path], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)  # TensorFlow may hold an event file open


PLAN = Plan(steps=60, log_every=1000, sample_every=1000, checkpoint_every=1000, export=False)


@pytest.fixture
def make_run(tiny_gan):
    def make(folder, **plan):
        folder = RunFolder(folder)
        folder.claim({})
        images = np.random.default_rng(0).integers(0, 256, (64, 4, 4, 1), np.uint8)
        source = ArraySource("images", images, np.zeros(64))
        return Run(tiny_gan((4, 4, 1)), source, folder, 8, dataclasses.replace(PLAN, **plan))

    return make


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fill(path):
    """Writes until nothing more fits, to the last byte."""
    with open(path, "wb", buffering=0) as file:
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass
    assert shutil.disk_usage(path.parent).free == 0


@pytest.mark.parametrize("duty", ["log_every", "sample_every", "checkpoint_every"])
def test_a_disk_that_fills_up(make_run, small_disk, tmp_path, duty):
    plan = {duty: 1}
    expected = make_run(tmp_path / "undisturbed", **plan)
    expected.train()
    before = {}

    def fill_disk():
        before.update(contents(small_disk / "run"))
        fill(small_disk / "ballast")

    run = at_step(make_run(small_disk / "run", **plan), 30, fill_disk)
    with pytest.raises(
        StorageFailed, match=r": No space left on device\. All that was written before is intact"
    ) as raised:
        run.train()
    assert "\n" not in str(raised.value)
    after = contents(small_disk / "run")
    grown = {path for path in before if path.name == "metrics.csv" or path.parent.name == "events"}
    for path in before.keys() - grown:
        # Of the checkpoints the last three are kept: as long as new ones fit, old ones go.
        assert after.get(path, before[path]) == before[path]
    for path in grown & after.keys():
        assert after[path].startswith(before[path])
    assert not [path for path in after if ".partial" in str(path)]

    (small_disk / "ballast").unlink()
    make_run(small_disk / "run", **plan).train()
    assert_same_outcome(small_disk / "run", expected.folder.path)


def test_a_disk_that_is_full_is_told_before_training(small_disk):
    (small_disk / "run").mkdir()
    fill(small_disk / "ballast")
    for use in (RunFolder(small_disk / "run").check, lambda: RunFolder(small_disk / "run").claim({})):
        with pytest.raises(UserError, match=r"--workdir=.*cannot be used .No space left on device") as raised:
            use()
        assert "\n" not in str(raised.value)
    (small_disk / "ballast").unlink()
    RunFolder(small_disk / "run").claim({})


def unlock(disk):
    """A disk on which a file is open for writing does not become read-only."""
    for key in [key for key in lock._held if key[0] == os.stat(disk).st_dev]:
        os.close(lock._held.pop(key))


def test_a_disk_that_is_read_only(make_run, small_disk):
    def remount(way):
        subprocess.run(["mount", "-o", f"remount,{way}", small_disk], check=True)

    RunFolder(small_disk / "run").claim({})
    unlock(small_disk)
    before = contents(small_disk)
    remount("ro")
    for name in ("run", "another"):
        with pytest.raises(UserError, match=r"--workdir=.*cannot be used .Read-only file system") as raised:
            make_run(small_disk / name)
        assert "\n" not in str(raised.value)
        with pytest.raises(UserError, match=r"--workdir=.*cannot be used .Read-only file system"):
            RunFolder(small_disk / name).check()
    remount("rw")
    assert contents(small_disk) == before
    make_run(small_disk / "run").train()


def test_a_folder_that_is_removed(make_run, tmp_path):
    run = at_step(make_run(tmp_path / "run", checkpoint_every=5), 10, lambda: shutil.rmtree(tmp_path / "run"))
    with pytest.raises(StorageFailed, match="run: was removed while the run went on"):
        run.train()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("duty", "number"),
    [("log_every", errno.ENOSPC), ("sample_every", errno.EROFS), ("checkpoint_every", errno.EIO)],
    ids=lambda value: errno.errorcode.get(value, value),
)
def test_where_nothing_can_be_mounted_a_write_that_fails_is_played(make_run, tmp_path, monkeypatch, duty, number):
    def full_disk(descriptor):
        raise OSError(number, os.strerror(number))

    run = make_run(tmp_path / "run", **{duty: 1})
    at_step(run, 10, lambda: monkeypatch.setattr(os, "fsync", full_disk))
    with pytest.raises(StorageFailed, match=os.strerror(number)):
        run.train()
    assert not list(run.folder.path.rglob("*.partial"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EACCES, "Permission denied", "a.txt"), "a.txt: Permission denied. All"),
        (
            tf.errors.ResourceExhaustedError(None, None, "state; No space left on device"),
            ": No space left on device.",
        ),
        (
            tf.errors.FailedPreconditionError(None, None, "state; Read-only file system"),
            ": Read-only file system.",
        ),
    ],
)
def test_errors_of_storage_are_told(tmp_path, error, told):
    with pytest.raises(StorageFailed) as raised, writing(tmp_path):
        raise error
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[8192,8192]"),
        ValueError("another mistake"),
        UserError("--dataset=folder:x: 'x': No such file or directory"),
        KeyboardInterrupt(),
    ],
)
def test_other_errors_pass(tmp_path, error):
    with pytest.raises(type(error)) as raised, writing(tmp_path):
        raise error
    assert raised.value is error
