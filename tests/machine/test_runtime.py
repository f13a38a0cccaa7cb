"""Starting TensorFlow: fast kernels on, its start-up chatter held back, everything else passed on."""

import os
import tempfile

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.runtime import CHATTER, _without_chatter, start_tensorflow

CHATTERING = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795445039.430763    8922 port.cc:153] oneDNN custom operations are on. You may see slightly",
    "I0000 00:00:1795445039.431240    8922 cudart_stub.cc:31] Could not find cuda drivers on your machine",
    "E0000 00:00:1795445050.516647    8922 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error",
]


@pytest.mark.parametrize("line", CHATTERING)
def test_chatter_is_known(line):
    assert CHATTER.search(line)


def test_chatter_is_held_back_and_all_else_passed_on(capfd):
    with _without_chatter():
        for line in [*CHATTERING, "a real warning: σ", "another"]:
            os.write(2, f"{line}\n".encode())
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "a real warning: σ\nanother\nafter\n"


def test_a_machine_without_a_temporary_folder_is_told_before_tensorflow_starts(monkeypatch):
    """TensorFlow would fail when it traces the first function."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    with pytest.raises(UserError, match=r"no temporary folder can be written to .*'/nowhere'.*; set TMPDIR to one"):
        start_tensorflow()


def fail_while_starting():
    with _without_chatter():
        os.write(2, b"the reason\n")
        raise ImportError


def test_a_failure_to_start_keeps_its_reason(capfd):
    with pytest.raises(ImportError):
        fail_while_starting()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "the reason\nafter\n"


@pytest.mark.parametrize(("decided", "found"), [(None, "1"), ("0", "0"), ("1", "1")])
def test_fast_kernels_are_on_unless_the_user_has_decided(monkeypatch, decided, found):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    if decided is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", decided)
    start_tensorflow()
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == found
    assert os.environ["KERAS_BACKEND"] == "tensorflow"
