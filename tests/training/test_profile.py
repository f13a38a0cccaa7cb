"""A profile is of the steps that were asked for, opens anywhere, and is told to a run that is too short for it."""

import gzip
import json

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.profile import WARM_UP, Profile, check_profile, write_trace


@pytest.fixture
def profiler(monkeypatch):
    """Stands for TensorFlow's profiler, and notes what it is asked to do."""
    import tensorflow as tf

    calls = []
    monkeypatch.setattr(tf.profiler.experimental, "start", lambda folder: calls.append("start"))
    monkeypatch.setattr(tf.profiler.experimental, "stop", lambda: calls.append("stop"))
    monkeypatch.setattr("tfgan_zoo.training.profile.write_trace", lambda profile, target: calls.append("trace"))
    return calls


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.claim({})
    written = folder.events / "plugins" / "profile" / "now"
    written.mkdir(parents=True)
    (written / "host.xplane.pb").touch()
    return folder


@pytest.mark.parametrize(("steps", "most"), [(20, 3), (1, 1000), (7, 1)])
@pytest.mark.parametrize("start", [0, 500])
def test_the_steps_that_were_asked_for_are_profiled_and_no_others(folder, profiler, steps, most, start):
    said = []
    profiled = 0
    with Profile(folder, steps, start, said.append) as profile:
        step = start
        while step < start + 100:
            count = min(most, profile.limit(step), start + 100 - step)
            assert count == int(count) > 0
            profiled += count if profiler == ["start"] else 0
            step += count
            profile.look(step)
    assert profiled == steps
    assert profiler == ["start", "stop", "trace"]
    (line,) = said
    assert line.startswith(f"profile of steps {start + WARM_UP + 1} to {start + WARM_UP + steps}: ")


def test_without_a_profile_nothing_happens(folder, profiler):
    with Profile(folder, 0, 0) as profile:
        for step in range(1, 30):
            assert profile.limit(step - 1) == float("inf")
            profile.look(step)
    assert profiler == []


def test_a_run_that_ends_early_keeps_what_was_profiled(folder, profiler):
    said = []
    with Profile(folder, 20, 0, said.append) as profile:
        for step in range(1, WARM_UP + 4):
            profile.look(step)
    assert profiler == ["start", "stop", "trace"]
    assert said[0].startswith(f"profile of steps {WARM_UP + 1} to {WARM_UP + 3}: ")


@pytest.mark.parametrize(("profile", "steps"), [(0, 1), (5, WARM_UP + 5), (1, 1500)])
def test_runs_that_are_long_enough(profile, steps):
    check_profile(profile, steps)


def test_a_run_that_is_too_short():
    with pytest.raises(UserError, match=r"--profile=5: begins after 10 steps, .* --steps=14; accepted: --steps=15 or"):
        check_profile(5, 14)


def test_a_trace_by_hand(tmp_path):
    from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace

    space = XSpace()
    plane = space.planes.add(name="/host:CPU")
    plane.event_metadata[7].name = "MatMul"
    plane.event_metadata[8].name = "a long name"
    plane.event_metadata[8].display_name = "Conv2D"
    line = plane.lines.add(id=99, name="pool", timestamp_ns=5_000)
    line.events.add(metadata_id=7, offset_ps=2_000_000, duration_ps=3_500_000)
    line.events.add(metadata_id=8, offset_ps=6_000_000, duration_ps=500_000)
    (tmp_path / "host.xplane.pb").write_bytes(space.SerializeToString())
    write_trace(tmp_path / "host.xplane.pb", tmp_path / "trace.json.gz")
    trace = json.loads(gzip.decompress((tmp_path / "trace.json.gz").read_bytes()))
    assert trace["traceEvents"] == [
        {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "/host:CPU"}},
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "pool"}},
        {"ph": "X", "name": "MatMul", "pid": 1, "tid": 1, "ts": 7.0, "dur": 3.5},
        {"ph": "X", "name": "Conv2D", "pid": 1, "tid": 1, "ts": 11.0, "dur": 0.5},
    ]
