"""What is chosen at the start: the user's choice wins over a variable, and that over the automatic choice."""

import dataclasses
import os
import re

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine import cores, fast_path
from tfgan_zoo.machine.fast_path import INTER_OP, INTRA_OP, ONEDNN, XLA_FLAGS, Choices, FastPath, StartChoices


@pytest.fixture(name="cores")
def pretend_cores(monkeypatch, tmp_path):
    """Sets how many cores this process may run on, and what a container's `cpu.max` says."""

    def pretend(visible, cpu_max=None):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(visible))
        monkeypatch.setattr(cores, "CGROUPS", tmp_path)
        if cpu_max is not None:
            (tmp_path / "cpu.max").write_text(f"{cpu_max}\n")

    pretend(8)
    return pretend


@pytest.fixture
def gpus(monkeypatch):
    """Pretends that the machine has some number of GPUs."""
    import tensorflow as tf

    def pretend(count):
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(range(count)))

    pretend(0)
    return pretend


def prepared(choices, **environment):
    fast_path.prepare(choices, environment, of_points=False)
    return environment


def chosen(replicas=1, environment=None, streamed=False, **choices):
    environment = dict(environment or {})
    fast_path.prepare(Choices(**choices), environment, of_points=False)
    return fast_path.choose(Choices(**choices), environment, replicas, in_memory=not streamed)


# Before TensorFlow starts.


@pytest.mark.parametrize(
    ("choice", "variable", "value"),
    [
        (None, None, "1"),
        (None, "0", "0"),
        (None, "false", "false"),
        (True, "0", "1"),
        (False, "1", "0"),
        (False, None, "0"),
    ],
)
def test_onednn(cores, choice, variable, value):
    environment = {} if variable is None else {ONEDNN: variable}
    assert prepared(StartChoices(onednn=choice), **environment) == {ONEDNN: value}


@pytest.mark.parametrize(
    ("choice", "cpu_max", "variable", "threads"),
    [
        (None, None, None, None),  # left to TensorFlow, which counts the cores as well
        (None, "max 100000", None, None),
        (None, "900000 100000", None, None),
        (None, "250000 100000", None, "3"),  # two and a half cores' worth of time
        (None, "1000 100000", None, "1"),
        (None, "damaged", None, None),
        (None, "250000 100000", "5", "5"),
        (2, "250000 100000", "5", "2"),
        (16, None, None, "16"),
    ],
)
def test_threads(cores, choice, cpu_max, variable, threads):
    cores(8, cpu_max)
    environment = prepared(StartChoices(threads=choice), **({} if variable is None else {INTRA_OP: variable}))
    assert environment.get(INTRA_OP) == threads
    if variable is None or choice:
        assert environment.get(INTER_OP) == threads


@pytest.mark.parametrize(
    ("threads", "intra_op_threads", "cpu_max", "environment", "an_operation", "between"),
    [
        (None, None, None, {}, "4", None),
        (None, None, "250000 100000", {}, "1", "3"),
        (None, None, "100000 100000", {}, "1", "1"),
        (None, None, None, {INTER_OP: "2"}, "1", "2"),
        (8, None, None, {INTRA_OP: "1"}, "4", "8"),
        (None, None, None, {INTRA_OP: "5"}, "5", None),
        (2, None, None, {}, "1", "2"),
        (2, None, None, {INTRA_OP: "5", INTER_OP: "5"}, "1", "2"),
        (None, 2, None, {INTRA_OP: "5"}, "2", None),
        (4, 2, None, {}, "2", "4"),
    ],
)
def test_an_operation_on_points_is_shared_by_half_of_the_threads(
    cores, threads, intra_op_threads, cpu_max, environment, an_operation, between
):
    cores(8, cpu_max)
    choices = StartChoices(threads=threads, intra_op_threads=intra_op_threads)
    environment = dict(environment)
    fast_path.prepare(choices, environment, of_points=True)
    assert (environment.get(INTRA_OP), environment.get(INTER_OP)) == (an_operation, between)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({ONEDNN: "maybe"}, "TF_ENABLE_ONEDNN_OPTS=maybe: expected 0 or 1"),
        ({INTRA_OP: "many"}, "TF_NUM_INTRAOP_THREADS=many: expected a whole number"),
        ({INTER_OP: "-1"}, "TF_NUM_INTEROP_THREADS=-1: expected a whole number"),
    ],
)
def test_what_cannot_be_read(cores, environment, message):
    with pytest.raises(UserError, match=message):
        prepared(StartChoices(), **environment)


def test_a_precision_is_checked_before_tensorflow_starts(run_python):
    result = run_python("-X", "importtime", "train.py", "--mixed_precision=float61")
    assert result.returncode == 2
    assert "unknown precision 'float61'. Did you mean 'float32'?" in result.stderr
    assert not re.search(r"\| +tensorflow$", result.stderr, re.MULTILINE)


THREAD_NAMES = """
import os, pathlib, sys
from tfgan_zoo.machine import cores, fast_path
fast_path.prepare(fast_path.StartChoices(threads=int(sys.argv[1])), os.environ, of_points=False)
assert "tensorflow" not in sys.modules
import tensorflow as tf
tf.linalg.matmul(tf.ones((300, 300)), tf.ones((300, 300))).numpy()
names = [(task / "comm").read_text().strip() for task in pathlib.Path("/proc/self/task").iterdir()]
print(names.count("tf_Compute"), len(names))
"""


def test_tensorflow_has_as_many_threads_as_were_asked_for(run_python):
    """Both its pools: the one that runs operations, by name, and the one that shares them out, among all threads."""
    three, five = (map(int, run_python("-c", THREAD_NAMES, n).stdout.split()) for n in (3, 5))
    (compute, every), (compute_of_five, every_of_five) = three, five
    assert (compute, compute_of_five) == (3, 5)
    assert every_of_five - every == 2 * (5 - 3)


# Once it has been started.


@pytest.mark.parametrize("count", [0, 1, 4])
def test_without_choices_every_machine_takes_the_measured_way(cores, gpus, count):
    """On GPUs neither XLA nor half precision has been measured."""
    gpus(count)
    path = chosen(replicas=max(1, count))
    assert path == FastPath(True, 8, 8, False, "float32", None, True, {})
    assert str(path) == "fast path: oneDNN on, 8 threads, XLA off, float32, data in memory, up to 0.5 s per execution"


def test_a_precision_is_taken_as_it_is_given(cores):
    assert chosen(mixed_precision="mixed_bfloat16").mixed_precision == "mixed_bfloat16"
    assert chosen(mixed_precision="float32").reasons["mixed_precision"] == "--mixed_precision"
    with pytest.raises(UserError, match=r"unknown precision 'float17'\. Did you mean 'float32'"):
        Choices(mixed_precision="float17")


def test_float16_needs_a_gpu(gpus):
    with pytest.raises(UserError, match=r"^--mixed_precision=mixed_float16: needs a GPU.* 3 images a second .* 620"):
        fast_path.check_device("mixed_float16")
    for precision in (None, "auto", "float32", "mixed_bfloat16"):
        fast_path.check_device(precision)
    gpus(1)
    fast_path.check_device("mixed_float16")


@pytest.mark.parametrize(
    ("choice", "variable", "xla", "reason"),
    [
        (None, "", False, None),
        (None, "--tf_xla_auto_jit=2", False, "left to TF_XLA_FLAGS"),
        (None, "--tf_xla_cpu_global_jit", False, None),
        (True, "--tf_xla_auto_jit=2", True, "--xla"),
        (True, "", True, "--xla"),
        (False, "", False, "--noxla"),
    ],
)
def test_xla(cores, choice, variable, xla, reason):
    path = chosen(xla=choice, environment={XLA_FLAGS: variable})
    assert (path.xla, path.reasons.get("xla")) == (xla, reason)


def test_xla_is_for_one_device(cores):
    with pytest.raises(UserError, match="--xla: compiles the step of one device; this run has 2 replicas"):
        chosen(xla=True, replicas=2)


def test_xla_is_refused_where_a_layer_does_not_compile(cores):
    import keras

    from tfgan_zoo.layers import MinibatchDiscrimination

    plain = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    similar = keras.Sequential([keras.Input((2,)), MinibatchDiscrimination(), keras.layers.Dense(1)])
    chosen(xla=True).check_networks([plain, plain])
    with pytest.raises(UserError, match="--xla: the model's layer MinibatchDiscrimination does not compile"):
        chosen(xla=True).check_networks([plain, similar])
    chosen().check_networks([similar])


def test_the_line_names_what_was_overridden(cores):
    overridden = {"onednn": False, "threads": 1, "xla": False, "mixed_precision": "float32", "steps_per_execution": 20}
    assert str(chosen(**overridden, in_memory=False, streamed=True)) == (
        "fast path: oneDNN off (--noonednn), 1 thread (--threads), XLA off (--noxla), float32 (--mixed_precision), "
        "data streamed (--noin_memory), 20 steps (--steps_per_execution) per execution"
    )
    assert str(chosen(environment={ONEDNN: "0", INTRA_OP: "4"}, streamed=True)) == (
        "fast path: oneDNN off, 8 threads, 4 per operation, XLA off, float32, data streamed, up to 0.5 s per execution"
    )


def test_settings_are_what_changes_numbers(cores):
    path = chosen(onednn=False, threads=3, mixed_precision="mixed_bfloat16", steps_per_execution=2)
    assert path.settings == {"onednn": False, "xla": False, "mixed_precision": "mixed_bfloat16"}
    assert set(path.settings) < {field.name for field in dataclasses.fields(FastPath)}


def test_each_choice_is_a_flag(run_python):
    out = run_python("train.py", "--help").stdout
    for field in dataclasses.fields(Choices):
        assert re.search(rf"^  --{field.name}(=…)? ", out, re.MULTILINE)
