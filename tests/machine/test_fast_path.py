"""What is chosen at the start: a flag wins over a variable, and that over the automatic choice."""

import dataclasses
import os
import re

import pytest
from absl import flags

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine import cores, fast_path
from tfgan_zoo.machine.fast_path import INTER_OP, INTRA_OP, ONEDNN, XLA_FLAGS, FastPath


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
    """Pretends that the machine has GPUs of some compute capabilities; None is a GPU that tells none."""
    import tensorflow as tf

    def pretend(*capabilities):
        details = [{} if capability is None else {"compute_capability": capability} for capability in capabilities]
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(range(len(details))))
        monkeypatch.setattr(tf.config.experimental, "get_device_details", details.__getitem__)

    pretend()
    return pretend


def parsed(*arguments):
    values = flags.FlagValues()
    fast_path.define(values)
    values(["train.py", *arguments])
    return values


def prepared(*arguments, **environment):
    fast_path.prepare(parsed(*arguments), environment, of_points=False)
    return environment


def chosen(*arguments, replicas=1, in_memory=True, **environment):
    values = parsed(*arguments)
    fast_path.prepare(values, environment, of_points=False)
    return fast_path.choose(values, environment, replicas, in_memory)


# Before TensorFlow starts.


@pytest.mark.parametrize(
    ("arguments", "variable", "value"),
    [
        ([], None, "1"),
        ([], "0", "0"),
        ([], "false", "false"),
        (["--onednn"], "0", "1"),
        (["--noonednn"], "1", "0"),
        (["--noonednn"], None, "0"),
    ],
)
def test_onednn(cores, arguments, variable, value):
    environment = {} if variable is None else {ONEDNN: variable}
    assert prepared(*arguments, **environment) == {ONEDNN: value}


@pytest.mark.parametrize(
    ("arguments", "cpu_max", "variable", "threads"),
    [
        ([], None, None, None),  # left to TensorFlow, which counts the cores as well
        ([], "max 100000", None, None),
        ([], "900000 100000", None, None),
        ([], "250000 100000", None, "3"),  # two and a half cores' worth of time
        ([], "1000 100000", None, "1"),
        ([], "damaged", None, None),
        ([], "250000 100000", "5", "5"),
        (["--threads=2"], "250000 100000", "5", "2"),
        (["--threads=16"], None, None, "16"),
    ],
)
def test_threads(cores, arguments, cpu_max, variable, threads):
    cores(8, cpu_max)
    environment = prepared(*arguments, **({} if variable is None else {INTRA_OP: variable}))
    assert environment.get(INTRA_OP) == threads
    if variable is None or arguments:
        assert environment.get(INTER_OP) == threads


@pytest.mark.parametrize(
    ("arguments", "cpu_max", "environment", "an_operation", "between"),
    [
        ([], None, {}, "4", None),
        ([], "250000 100000", {}, "1", "3"),
        ([], "100000 100000", {}, "1", "1"),
        ([], None, {INTER_OP: "2"}, "1", "2"),
        (["--threads=8"], None, {INTRA_OP: "1"}, "4", "8"),
        ([], None, {INTRA_OP: "5"}, "5", None),
        (["--threads=2"], None, {}, "1", "2"),
        (["--threads=2"], None, {INTRA_OP: "5", INTER_OP: "5"}, "1", "2"),
        (["--intra_op_threads=2"], None, {INTRA_OP: "5"}, "2", None),
        (["--threads=4", "--intra_op_threads=2"], None, {}, "2", "4"),
    ],
)
def test_an_operation_on_points_is_shared_by_half_of_the_threads(
    cores, arguments, cpu_max, environment, an_operation, between
):
    cores(8, cpu_max)
    fast_path.prepare(parsed(*arguments), environment, of_points=True)
    assert (environment.get(INTRA_OP), environment.get(INTER_OP)) == (an_operation, between)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({ONEDNN: "maybe"}, "TF_ENABLE_ONEDNN_OPTS=maybe: accepted are 0 and 1"),
        ({INTRA_OP: "many"}, "TF_NUM_INTRAOP_THREADS=many: accepted are whole numbers"),
        ({INTER_OP: "-1"}, "TF_NUM_INTEROP_THREADS=-1: accepted are whole numbers"),
    ],
)
def test_what_cannot_be_read(cores, environment, message):
    with pytest.raises(UserError, match=message):
        prepared(**environment)


def test_a_precision_is_checked_before_tensorflow_starts(run_python):
    result = run_python("-X", "importtime", "train.py", "--mixed_precision=float61")
    assert result.returncode == 2
    assert "unknown precision 'float61'. Did you mean 'float32'?" in result.stderr
    assert not re.search(r"\| +tensorflow$", result.stderr, re.MULTILINE)


THREAD_NAMES = """
import os, pathlib, sys
from absl import flags
from tfgan_zoo.machine import cores, fast_path
values = flags.FlagValues()
fast_path.define(values)
values(sys.argv)
fast_path.prepare(values, os.environ, of_points=False)
assert "tensorflow" not in sys.modules
import tensorflow as tf
tf.linalg.matmul(tf.ones((300, 300)), tf.ones((300, 300))).numpy()
names = [(task / "comm").read_text().strip() for task in pathlib.Path("/proc/self/task").iterdir()]
print(names.count("tf_Compute"), len(names))
"""


def test_tensorflow_has_as_many_threads_as_were_asked_for(run_python):
    """Both its pools: the one that runs operations, by name, and the one that shares them out, among all threads."""
    three, five = (map(int, run_python("-c", THREAD_NAMES, f"--threads={n}").stdout.split()) for n in (3, 5))
    (compute, every), (compute_of_five, every_of_five) = three, five
    assert (compute, compute_of_five) == (3, 5)
    assert every_of_five - every == 2 * (5 - 3)


# Once it has been started.


def test_a_cpu(cores, gpus):
    path = chosen()
    assert path == FastPath(True, 8, 8, False, "float32", None, True, {"xla": "no GPU"})
    assert str(path) == (
        "fast path: oneDNN on, 8 threads, XLA off (no GPU), float32, data in memory, up to 0.5 s an execution"
    )


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ([(8, 0)], "mixed_float16"),
        ([(7, 0), (9, 0)], "mixed_float16"),
        ([(6, 1)], "float32"),
        ([(8, 0), (6, 1)], "float32"),
        ([None], "float32"),
        ([], "float32"),
    ],
)
def test_half_precision_is_chosen_where_all_gpus_have_tensor_cores(cores, gpus, capabilities, precision):
    gpus(*capabilities)
    assert chosen().mixed_precision == precision
    assert chosen("--mixed_precision=mixed_bfloat16").mixed_precision == "mixed_bfloat16"
    assert chosen("--mixed_precision=float32").mixed_precision == "float32"


@pytest.mark.parametrize(
    ("arguments", "num_gpus", "replicas", "variable", "xla", "reason"),
    [
        ([], 0, 1, "", False, "no GPU"),
        ([], 1, 1, "", True, None),
        ([], 2, 2, "", False, "2 replicas"),
        ([], 1, 1, "--tf_xla_auto_jit=2", False, "left to TF_XLA_FLAGS"),
        ([], 1, 1, "--tf_xla_cpu_global_jit", True, None),
        (["--xla"], 1, 1, "--tf_xla_auto_jit=2", True, "--xla"),
        (["--xla"], 0, 1, "", True, "--xla"),
        (["--noxla"], 1, 1, "", False, "--noxla"),
    ],
)
def test_xla(cores, gpus, arguments, num_gpus, replicas, variable, xla, reason):
    gpus(*[(6, 1)] * num_gpus)
    path = chosen(*arguments, replicas=replicas, **{XLA_FLAGS: variable})
    assert (path.xla, path.reasons.get("xla")) == (xla, reason)


def test_xla_is_for_one_device(cores, gpus):
    with pytest.raises(UserError, match="--xla: compiles the step of one device; this run has 2 replicas"):
        chosen("--xla", replicas=2)


def test_xla_is_off_where_a_layer_does_not_compile(cores, gpus):
    import keras

    from tfgan_zoo.layers import MinibatchDiscrimination

    plain = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    similar = keras.Sequential([keras.Input((2,)), MinibatchDiscrimination(), keras.layers.Dense(1)])
    gpus((6, 1))
    assert chosen().for_networks([plain, plain]).xla
    path = chosen().for_networks([plain, similar])
    assert (path.xla, path.reasons["xla"]) == (False, "MinibatchDiscrimination does not compile")
    with pytest.raises(UserError, match="--xla: the model's layer MinibatchDiscrimination does not compile"):
        chosen("--xla").for_networks([similar])
    assert not chosen("--noxla").for_networks([similar]).xla


def test_the_line_tells_what_was_overridden(cores, gpus):
    gpus((8, 0))
    overridden = ["--noonednn", "--threads=1", "--noxla", "--mixed_precision=float32", "--steps_per_execution=20"]
    assert str(chosen(*overridden, "--noin_memory", in_memory=False)) == (
        "fast path: oneDNN off (--noonednn), 1 thread (--threads), XLA off (--noxla), float32 (--mixed_precision), "
        "data streamed (--noin_memory), 20 steps (--steps_per_execution) an execution"
    )
    assert str(chosen(in_memory=False, **{ONEDNN: "0", INTRA_OP: "4"})) == (
        "fast path: oneDNN off, 8 threads, 4 an operation, XLA on, mixed_float16 (tensor cores), data streamed, "
        "up to 0.5 s an execution"
    )


def test_settings_are_what_changes_numbers(cores, gpus):
    path = chosen("--noonednn", "--threads=3", "--mixed_precision=mixed_float16", "--steps_per_execution=2")
    assert path.settings == {"onednn": False, "xla": False, "mixed_precision": "mixed_float16"}
    assert set(path.settings) < {field.name for field in dataclasses.fields(FastPath)}


def test_each_flag_is_in_the_help(run_python):
    out = run_python("train.py", "--help").stdout
    switches = ("onednn", "xla", "in_memory")
    values = ("threads", "intra_op_threads", "steps_per_execution", "mixed_precision", "profile")
    for name in (*switches, *(f"{name}=…" for name in values)):
        assert re.search(rf"^  --{name} ", out, re.MULTILINE)
