"""What makes a training fast on the machine at hand: chosen when it starts, told in one line, overridden by flags.

A flag wins over a variable of the environment, and that over the automatic choice. Nothing here is imported from
TensorFlow before the flags have been checked.
"""

import dataclasses
from collections.abc import Iterable, MutableMapping

from absl import flags

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.machine.cores import available_cores, visible_cores

PRECISIONS = ("auto", "float32", "mixed_float16", "mixed_bfloat16")
TENSOR_CORES = (7, 0)  # the compute capability of the first GPUs that have them
SECONDS_AN_EXECUTION = 0.5  # how long a signal has to wait, unless one step takes longer

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
SWITCH = {"1": True, "true": True, "0": False, "false": False}
INTRA_OP, INTER_OP = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"
XLA_FLAGS = "TF_XLA_FLAGS"


@dataclasses.dataclass(frozen=True)
class FastPath:
    """The choices of one run; as text, the line that tells them.

    Attributes:
        onednn: oneDNN's kernels are used on the CPU.
        threads: how many operations may run at once.
        intra_op_threads: that one operation is shared by.
        xla: the step is compiled by XLA.
        mixed_precision: the dtype policy of the networks, of `PRECISIONS` without `"auto"`.
        steps_per_execution: how many steps the graph takes before it comes back to Python; None for as many as fit in
            `SECONDS_AN_EXECUTION`.
        in_memory: the dataset is; else it is streamed from its files.
        reasons: name of a choice → what it was made for, where that needs telling.
    """

    onednn: bool
    threads: int
    intra_op_threads: int
    xla: bool
    mixed_precision: str
    steps_per_execution: int | None
    in_memory: bool
    reasons: dict[str, str]

    @property
    def settings(self) -> dict:
        """The choices that change a run's numbers: their rounding, and under XLA what is drawn from the same keys."""
        return {name: getattr(self, name) for name in ("onednn", "xla", "mixed_precision")}

    def for_networks(self, networks: Iterable) -> "FastPath":
        """Returns the choices as they fit a model's networks: without XLA if a layer does not compile.

        Raises:
            UserError: it was asked for by --xla.
        """
        layers = (layer for network in networks for layer in network._flatten_layers())
        name = next((type(layer).__name__ for layer in layers if not layer.supports_jit), None)
        if not self.xla or name is None:
            return self
        if "xla" in self.reasons:
            raise UserError(f"--xla: the model's layer {name} does not compile; accepted: --noxla.")
        return dataclasses.replace(self, xla=False, reasons={**self.reasons, "xla": f"{name} does not compile"})

    def __str__(self) -> str:
        steps = self.steps_per_execution
        said = {
            "onednn": f"oneDNN {_on(self.onednn)}",
            "threads": _counted(self.threads, "thread"),
            "intra_op_threads": f"{self.intra_op_threads} an operation",
            "xla": f"XLA {_on(self.xla)}",
            "mixed_precision": self.mixed_precision,
            "in_memory": f"data {'in memory' if self.in_memory else 'streamed'}",
            "steps_per_execution": _counted(steps, "step") if steps else f"up to {SECONDS_AN_EXECUTION} s",
        }
        if self.intra_op_threads == self.threads and "intra_op_threads" not in self.reasons:
            del said["intra_op_threads"]
        parts = [f"{text} ({self.reasons[name]})" if name in self.reasons else text for name, text in said.items()]
        return f"fast path: {', '.join(parts)} an execution"


def define(values: flags.FlagValues) -> None:
    """Defines the flags, each of which overrides one choice."""
    define_for_start(values)
    text = "Compiles the step by XLA; unset: on one GPU, where it helps."
    flags.DEFINE_boolean("xla", None, text, flag_values=values)
    text = "Keeps the dataset's pixels in memory, or streams them; unset: up to 512 MiB of them."
    flags.DEFINE_boolean("in_memory", None, text, flag_values=values)
    text = "Steps between two looks at signals and the clock; unset: half a second's."
    flags.DEFINE_integer("steps_per_execution", None, text, 1, flag_values=values)
    text = f"One of {', '.join(PRECISIONS)}; auto: mixed_float16 on GPUs with tensor cores."
    flags.DEFINE_string("mixed_precision", "auto", text, flag_values=values)


def define_for_start(values: flags.FlagValues) -> None:
    """Defines those of the flags that `prepare` reads."""
    text = "oneDNN's kernels on the CPU; unset: on."
    flags.DEFINE_boolean("onednn", None, text, flag_values=values)
    text = "Threads of TensorFlow's; unset: as many as this process has cores."
    flags.DEFINE_integer("threads", None, text, 1, flag_values=values)
    text = "Threads that share an operation; unset: half of all for points, all for images."
    flags.DEFINE_integer("intra_op_threads", None, text, 1, flag_values=values)


def check_precision(precision: str) -> None:
    """Refuses an unknown precision.

    Raises:
        UserError: it is none of `PRECISIONS`.
    """
    if precision not in PRECISIONS:
        raise unknown("precision", precision, PRECISIONS)


def prepare(values: flags.FlagValues, environment: MutableMapping[str, str], of_points: bool) -> None:
    """Sets the variables that TensorFlow reads when it starts.

    Args:
        values: the parsed flags.
        environment: variables of this process.
        of_points: the networks are for points. Two of their operations at once, real data's and fakes', keep the cores
            busier than one that all share.

    Raises:
        UserError: a variable cannot be read.
    """
    if values.onednn is not None:
        environment[ONEDNN] = str(int(values.onednn))
    if environment.setdefault(ONEDNN, "1").lower() not in SWITCH:
        raise UserError(f"{ONEDNN}={environment[ONEDNN]}: accepted are 0 and 1.")
    # TensorFlow sees which cores it may run on, and not what share of their time a container is given.
    given = available_cores() if available_cores() < visible_cores() else None
    _set_threads(environment, INTER_OP, values.threads, given)
    half = max(1, (_threads_of(environment, INTER_OP) or available_cores()) // 2)
    # A number of threads that the user asks for is shared out like the automatic one.
    automatic = half if of_points else values.threads or given
    _set_threads(environment, INTRA_OP, values.intra_op_threads or (values.threads and automatic), automatic)


def choose(
    values: flags.FlagValues, environment: MutableMapping[str, str], num_replicas: int, in_memory: bool
) -> FastPath:
    """Returns what a run does, once TensorFlow has been started with what `prepare` set.

    Args:
        values: the parsed flags.
        environment: variables of this process.
        num_replicas: devices that share a batch.
        in_memory: whether the dataset is, as it was opened.

    Raises:
        UserError: --xla on several replicas.
    """
    reasons = {}
    xla, reasons["xla"] = _choose_xla(values.xla, environment, num_replicas)
    precision, reasons["mixed_precision"] = _choose_precision(values.mixed_precision)
    given = {
        "onednn": values.onednn is not None and ("--onednn" if values.onednn else "--noonednn"),
        "threads": values.threads and "--threads",
        "intra_op_threads": values.intra_op_threads and "--intra_op_threads",
        "in_memory": values.in_memory is not None and ("--in_memory" if in_memory else "--noin_memory"),
        "steps_per_execution": values.steps_per_execution and "--steps_per_execution",
    }
    return FastPath(
        onednn=SWITCH[environment[ONEDNN].lower()],
        threads=_threads_of(environment, INTER_OP) or available_cores(),
        intra_op_threads=_threads_of(environment, INTRA_OP) or available_cores(),
        xla=xla,
        mixed_precision=precision,
        steps_per_execution=values.steps_per_execution,
        in_memory=in_memory,
        reasons={name: reason for name, reason in {**reasons, **given}.items() if reason},
    )


def _set_threads(environment: MutableMapping[str, str], variable: str, flag: int | None, automatic: int | None) -> None:
    """Sets a variable: to what the flag says, else it stays as the user has it, else to the automatic choice."""
    threads = flag or _threads_of(environment, variable) or automatic
    if threads:
        environment[variable] = str(threads)


def _threads_of(environment: MutableMapping[str, str], variable: str) -> int:
    """Returns what a variable says; 0 where it leaves the number to TensorFlow."""
    text = environment.get(variable) or "0"
    if not text.isdecimal():
        raise UserError(f"{variable}={text}: accepted are whole numbers.")
    return int(text)


def _choose_xla(flag: bool | None, environment: MutableMapping[str, str], num_replicas: int) -> tuple[bool, str]:
    import tensorflow as tf

    if flag is not None:
        if flag and num_replicas > 1:
            raise UserError(f"--xla: compiles the step of one device; this run has {num_replicas} replicas.")
        return flag, "--xla" if flag else "--noxla"
    if "auto_jit" in environment.get(XLA_FLAGS, ""):
        return False, f"left to {XLA_FLAGS}"
    if not tf.config.list_physical_devices("GPU"):
        return False, "no GPU"
    return (True, "") if num_replicas == 1 else (False, f"{num_replicas} replicas")


def _choose_precision(flag: str) -> tuple[str, str]:
    import tensorflow as tf

    if flag != "auto":
        return flag, "--mixed_precision"
    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    has_tensor_cores = bool(details) and all(d.get("compute_capability", (0, 0)) >= TENSOR_CORES for d in details)
    return ("mixed_float16", "tensor cores") if has_tensor_cores else ("float32", "")


def _on(switch: bool) -> str:
    return "on" if switch else "off"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
