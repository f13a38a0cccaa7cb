"""Runs of the real command that are killed again and again end as one that was not, to the bit."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.training.outcome import assert_same_outcome

COMMON = ["--dataset=digits", "--batch_size=16", "--log_every=5", "--noexport"]
VANILLA = ["--model=vanilla", "--image_size=8", "--set=width=16", "--steps=1000"]
VANILLA += ["--checkpoint_every=10", "--sample_every=50", "--ema=0.9"]
DCGAN = ["--model=dcgan", "--set=width=4", "--steps=100", "--checkpoint_every=10", "--sample_every=20"]
LONGEST_SESSION = 1200  # seconds until a process counts as hanging
LONGEST_STOP = 10  # seconds from SIGTERM to the end of the process


@pytest.fixture
def start(tmp_path):
    """Starts the command in a process of its own."""
    checkout = os.getcwd()

    def start(workdir, arguments, out=subprocess.DEVNULL):
        return subprocess.Popen(
            [sys.executable, "train.py", f"--workdir={tmp_path / workdir}", *COMMON, *arguments],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": checkout},
            stdout=out,
            stderr=subprocess.STDOUT,
        )

    return start


def rows_in(path):
    return path.read_bytes().count(b"\n") - 1 if path.exists() else 0


def wait_until(holds, process):
    deadline = time.monotonic() + LONGEST_SESSION
    while not holds():
        assert process.poll() is None, "the run ended before it was to be killed"
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "rows", "kills"), [(VANILLA, 200, 8), (DCGAN, 20, 4)], ids=["vanilla", "dcgan"])
def test_a_run_that_is_killed_ends_as_one_that_was_not(start, tmp_path, arguments, rows, kills):
    undisturbed = start("undisturbed", arguments)
    rng = np.random.default_rng(0)
    metrics = tmp_path / "killed" / "metrics.csv"
    # A kill comes at a random moment after one of these rows; one lies before the first checkpoint.
    targets = [0, *sorted(rng.integers(1, rows * 9 // 10, size=kills - 1))]
    for target in targets:
        process = start("killed", arguments)
        wait_until(lambda target=target: rows_in(metrics) >= target and (tmp_path / "killed").exists(), process)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert start("killed", arguments).wait(LONGEST_SESSION) == 0
    assert undisturbed.wait(LONGEST_SESSION) == 0
    assert_same_outcome(tmp_path / "killed", tmp_path / "undisturbed")


def test_preemption_saves_and_ends_with_status_0_within_ten_seconds(start, tmp_path):
    with open(tmp_path / "out", "w+b") as out:
        process = start("run", ["--model=vanilla", "--steps=1000000", "--checkpoint_every=1000000"], out)
        wait_until(lambda: rows_in(tmp_path / "run" / "metrics.csv") >= 2, process)
        signalled = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST_SESSION) == 0
        assert time.monotonic() - signalled < LONGEST_STOP
        out.seek(0)
        *_, last = out.read().decode().splitlines()
    (checkpoint,) = (tmp_path / "run" / "checkpoints").iterdir()
    step = int(checkpoint.name.removeprefix("step-"))
    assert last == f"{tmp_path / 'run'}: stopped at step {step} by SIGTERM. To resume, run the same command."
