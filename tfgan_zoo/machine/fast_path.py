"""What makes a training fast on the machine at hand: chosen when it starts, and printed in one line.

The user's choice wins over a variable of the environment, and that over the automatic choice. `prepare` comes before
TensorFlow is imported, `choose` after.
"""

import dataclasses
from collections.abc import Iterable, MutableMapping

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.machine.cores import available_cores, visible_cores

PRECISIONS = ("auto", "float32", "mixed_float16", "mixed_bfloat16")
SECONDS_AN_EXECUTION = 0.5  # how long a signal has to wait, unless one step takes longer

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
SWITCH = {"1": True, "true": True, "0": False, "false": False}
INTRA_OP, INTER_OP = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"
XLA_FLAGS = "TF_XLA_FLAGS"


@dataclasses.dataclass(frozen=True)
class StartChoices:
    """What the user chooses before TensorFlow starts; None leaves a choice to the environment or to this module.

    Attributes:
        onednn: oneDNN's kernels on the CPU.
        threads: how many operations may run at once.
        intra_op_threads: that one operation is shared by.
    """

    onednn: bool | None = None
    threads: int | None = None
    intra_op_threads: int | None = None


@dataclasses.dataclass(frozen=True)
class Choices(StartChoices):
    """What the user chooses about a run; None leaves a choice to this module.

    Attributes:
        xla: whether the step is compiled by XLA.
        mixed_precision: of `PRECISIONS`.
        steps_per_execution: how many steps the graph takes at most before it comes back to Python.
        in_memory: whether the dataset is kept in memory, or streamed from its files.

    Raises:
        UserError: an unknown precision.
    """

    xla: bool | None = None
    mixed_precision: str = "auto"
    steps_per_execution: int | None = None
    in_memory: bool | None = None

    def __post_init__(self):
        if self.mixed_precision not in PRECISIONS:
            raise unknown("precision", self.mixed_precision, PRECISIONS)


@dataclasses.dataclass(frozen=True)
class FastPath:
    """What one run does; as text, the line that is printed.

    Attributes:
        onednn: oneDNN's kernels are used on the CPU.
        threads: how many operations may run at once.
        intra_op_threads: that one operation is shared by.
        xla: the step is compiled by XLA.
        mixed_precision: the dtype policy of the networks, of `PRECISIONS` without `"auto"`.
        steps_per_execution: how many steps the graph takes before it comes back to Python; None for as many as fit in
            `SECONDS_AN_EXECUTION`.
        in_memory: the dataset is; else it is streamed from its files.
        reasons: name of an attribute → the flag or variable that decided it.
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

    def check_networks(self, networks: Iterable) -> None:
        """Refuses XLA where a layer of the model does not compile.

        Raises:
            UserError: one does not.
        """
        layers = (layer for network in networks for layer in network._flatten_layers())
        name = next((type(layer).__name__ for layer in layers if not layer.supports_jit), None)
        if self.xla and name is not None:
            raise UserError(f"--xla: the model's layer {name} does not compile; accepted: --noxla.")

    def __str__(self) -> str:
        steps = self.steps_per_execution
        said = {
            "onednn": f"oneDNN {_on(self.onednn)}",
            "threads": _counted(self.threads, "thread"),
            "intra_op_threads": f"{self.intra_op_threads} per operation",
            "xla": f"XLA {_on(self.xla)}",
            "mixed_precision": self.mixed_precision,
            "in_memory": f"data {'in memory' if self.in_memory else 'streamed'}",
            "steps_per_execution": _counted(steps, "step") if steps else f"up to {SECONDS_AN_EXECUTION} s",
        }
        if self.intra_op_threads == self.threads and "intra_op_threads" not in self.reasons:
            del said["intra_op_threads"]
        parts = [f"{text} ({self.reasons[name]})" if name in self.reasons else text for name, text in said.items()]
        return f"fast path: {', '.join(parts)} per execution"


def prepare(choices: StartChoices, environment: MutableMapping[str, str], of_points: bool) -> None:
    """Sets the variables that TensorFlow reads when it starts.

    Args:
        choices: of the user.
        environment: variables of this process.
        of_points: the networks are for points. Two of their operations at once, real data's and fakes', keep the cores
            busier than one that all share.

    Raises:
        UserError: a variable cannot be read.
    """
    if choices.onednn is not None:
        environment[ONEDNN] = str(int(choices.onednn))
    if environment.setdefault(ONEDNN, "1").lower() not in SWITCH:
        raise UserError(f"{ONEDNN}={environment[ONEDNN]}: expected 0 or 1.")
    # TensorFlow sees which cores it may run on, and not what share of their time a container is given.
    given = available_cores() if available_cores() < visible_cores() else None
    _set_threads(environment, INTER_OP, choices.threads, given)
    half = max(1, (_threads_of(environment, INTER_OP) or available_cores()) // 2)
    # A number of threads that the user asks for is shared out like the automatic one.
    automatic = half if of_points else choices.threads or given
    _set_threads(environment, INTRA_OP, choices.intra_op_threads or (choices.threads and automatic), automatic)


def choose(choices: Choices, environment: MutableMapping[str, str], num_replicas: int, in_memory: bool) -> FastPath:
    """Returns what a run does, once TensorFlow has been started with what `prepare` set.

    Args:
        choices: of the user.
        environment: variables of this process.
        num_replicas: devices that share a batch.
        in_memory: whether the dataset is, as it was opened.

    Raises:
        UserError: XLA on several replicas.
    """
    if choices.xla and num_replicas > 1:
        raise UserError(f"--xla: compiles the step of one device; this run has {num_replicas} replicas.")
    # On a CPU XLA is slower, and on GPUs neither it nor half precision has been measured.
    precision = "float32" if choices.mixed_precision == "auto" else choices.mixed_precision
    reasons = {
        "onednn": _switch("onednn", choices.onednn),
        "threads": choices.threads and "--threads",
        "intra_op_threads": choices.intra_op_threads and "--intra_op_threads",
        "xla": _switch("xla", choices.xla) or ("auto_jit" in environment.get(XLA_FLAGS, "") and f"left to {XLA_FLAGS}"),
        "mixed_precision": choices.mixed_precision != "auto" and "--mixed_precision",
        "in_memory": choices.in_memory is not None and _switch("in_memory", in_memory),
        "steps_per_execution": choices.steps_per_execution and "--steps_per_execution",
    }
    return FastPath(
        onednn=SWITCH[environment[ONEDNN].lower()],
        threads=_threads_of(environment, INTER_OP) or available_cores(),
        intra_op_threads=_threads_of(environment, INTRA_OP) or available_cores(),
        xla=bool(choices.xla),
        mixed_precision=precision,
        steps_per_execution=choices.steps_per_execution,
        in_memory=in_memory,
        reasons={name: reason for name, reason in reasons.items() if reason},
    )


def check_device(precision: str | None) -> None:
    """Refuses float16 where there is no GPU.

    Raises:
        UserError: there is none.
    """
    import tensorflow as tf

    if precision == "mixed_float16" and not tf.config.list_physical_devices("GPU"):
        raise UserError(
            "--mixed_precision=mixed_float16: needs a GPU, and TensorFlow sees none. On a CPU dcgan trains on 3 images "
            "a second in float16 and on 620 in float32. Accepted here: a run in float32 or mixed_bfloat16."
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
        raise UserError(f"{variable}={text}: expected a whole number.")
    return int(text)


def _switch(name: str, given: bool | None) -> str:
    """Returns the flag that says `given`, as the user writes it; none where nothing was given."""
    return "" if given is None else f"--{name}" if given else f"--no{name}"


def _on(switch: bool) -> str:
    return "on" if switch else "off"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
