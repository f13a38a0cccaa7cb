"""Several devices or processes train as one with the joined batch; a worker that dies ends all, and they go on."""

import contextlib
import csv
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.replicas import SCHEDULES, train
from tests.training.outcome import assert_same_outcome
from tfgan_zoo.training.workers import Workers

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
LONGEST = 1200  # seconds until a process counts as hanging


@pytest.fixture(scope="module")
def alone():
    """What one device ends with."""
    return train(Workers())


def assert_close(path, expected):
    found = np.load(path)
    assert set(found) == set(expected)
    for name in found:
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-5, err_msg=name)


def test_the_comparison_can_fail(alone):
    """Under each schedule the weights end elsewhere, by a hundred times what is tolerated."""
    weights = [
        np.concatenate([np.ravel(alone[f"{schedule}/loop/variable {index}"]) for index in range(8)])
        for schedule in SCHEDULES
    ]
    for index, found in enumerate(weights):
        for other in weights[:index]:
            assert np.abs(found - other).max() > 1e-3


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in sockets]


@pytest.fixture
def start():
    """Starts Python in a process of its own; ends what is left of it at the end."""
    started = []

    def start(arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def start_pair(start):
    """Starts a command in two processes that know of each other."""

    def start_pair(arguments_of):
        workers = [f"127.0.0.1:{port}" for port in free_ports(2)]
        tasks = [{"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}} for index in range(2)]
        return [start(arguments_of(index), TF_CONFIG=json.dumps(task)) for index, task in enumerate(tasks)]

    return start_pair


def outputs_of(pair):
    """Waits for processes; returns their statuses and what they printed."""
    printed = [process.communicate(timeout=LONGEST)[0] for process in pair]
    return [process.returncode for process in pair], printed


def test_two_devices_equal_one(alone, start, tmp_path):
    statuses, printed = outputs_of([start(["tests/replicas.py", tmp_path / "mirrored.npz", "mirrored"])])
    assert statuses == [0], printed
    assert_close(tmp_path / "mirrored.npz", alone)


def test_two_processes_equal_one(alone, start_pair, tmp_path):
    pair = start_pair(lambda index: ["tests/replicas.py", tmp_path / f"{index}.npz", "multi_worker"])
    statuses, printed = outputs_of(pair)
    assert statuses == [0, 0], printed
    for index in range(2):
        assert_close(tmp_path / f"{index}.npz", alone)


def test_two_devices_are_measured_by_the_classifier_and_exported(start, tmp_path):
    code = """
import sys
import tensorflow as tf
from models import ZOO
from tfgan_zoo import train

(device,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(device, [tf.config.LogicalDeviceConfiguration()] * 2)
sys.exit(train.main(ZOO))
"""
    flags = ["--model=vanilla", "--dataset=digits", "--image_size=8", "--set=width=4", "--batch_size=8", "--steps=2"]
    flags += ["--log_every=1", "--evaluate_every=2", "--distribute=mirrored", f"--workdir={tmp_path}/run"]
    statuses, printed = outputs_of([start(["-c", code, *flags], XDG_CACHE_HOME=str(tmp_path / "cache"))])
    assert statuses == [0], printed
    with open(tmp_path / "run" / "metrics.csv", newline="") as file:
        first, last = csv.DictReader(file)
    assert first["classifier/frechet_distance"] == ""
    assert float(last["classifier/frechet_distance"]) > 0
    description = tmp_path / "run" / "export" / "1" / "assets.extra" / "description.json"
    assert json.loads(description.read_text())["step"] == 2


TRAIN = ["train.py", "--model=vanilla", "--image_size=8", "--set=width=8", "--batch_size=16", "--steps=400"]
TRAIN += ["--log_every=10", "--checkpoint_every=20", "--sample_every=100", "--distribute=multi_worker", "--noexport"]


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_all_and_the_job_goes_on(start_pair, tmp_path):
    undisturbed = start_pair(lambda index: [*TRAIN, f"--workdir={tmp_path / 'undisturbed'}"])
    pair = start_pair(lambda index: [*TRAIN, f"--workdir={tmp_path / 'killed'}"])
    checkpoints = tmp_path / "killed" / "checkpoints"
    deadline = time.monotonic() + LONGEST
    while not (checkpoints.is_dir() and any(checkpoints.glob("step-*"))):
        assert pair[1].poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pair[1].send_signal(signal.SIGKILL)
    statuses, printed = outputs_of(pair)
    assert statuses[1] == -signal.SIGKILL
    assert statuses[0] == 1, printed[0]
    assert "another worker" in printed[0].splitlines()[-1], printed[0]

    statuses, printed = outputs_of(start_pair(lambda index: [*TRAIN, f"--workdir={tmp_path / 'killed'}"]))
    assert statuses == [0, 0], printed
    assert "resumes from step" in printed[0]
    assert "goes on" not in printed[1]  # the chief alone says what there is to say
    statuses, printed = outputs_of(undisturbed)
    assert statuses == [0, 0], printed
    assert_same_outcome(tmp_path / "killed", tmp_path / "undisturbed")


def test_preemption_of_one_stops_both_at_the_same_step(start_pair, tmp_path):
    arguments = [*TRAIN, "--steps=1000000", "--checkpoint_every=1000000", f"--workdir={tmp_path / 'run'}"]
    pair = start_pair(lambda index: arguments)
    deadline = time.monotonic() + LONGEST
    while not (tmp_path / "run" / "metrics.csv").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pair[1].send_signal(signal.SIGTERM)
    statuses, printed = outputs_of(pair)
    # The one that was preempted has ended as it was asked to; the other has to be started again.
    assert statuses == [1, 0], printed
    (checkpoint,) = (tmp_path / "run" / "checkpoints").iterdir()
    step = int(checkpoint.name.removeprefix("step-"))
    assert f"another worker was stopped; step {step} is saved" in printed[0].splitlines()[-1]
