"""Which devices and machines a command trains on: `--distribute` and `TF_CONFIG`, read without TensorFlow."""

import dataclasses
import json
from collections.abc import Mapping

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import unknown

WAYS = ("auto", "none", "mirrored", "multi_worker")
EXAMPLE = '{"cluster": {"worker": ["host0:2222", "host1:2222"]}, "task": {"type": "worker", "index": 0}}'


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The processes that train one run, and which of them this one is.

    Attributes:
        num_processes: how many there are.
        is_chief: this one writes the run's folder: the task `chief`, or where there is none, worker 0.
    """

    num_processes: int
    is_chief: bool


def choose(way: str, environment: Mapping[str, str]) -> tuple[str, Cluster | None]:
    """Decides between what `--distribute` asks for and what the environment offers.

    Args:
        way: of `WAYS`. `"auto"` takes the machines of `TF_CONFIG`, or else stays `"auto"`: all GPUs of this machine.
        environment: variables of this process.

    Returns:
        The way, and the cluster if it is `"multi_worker"`.

    Raises:
        UserError: an unknown way, or `TF_CONFIG` is missing or not what it should be.
    """
    if way not in WAYS:
        raise unknown("way to distribute", way, WAYS)
    text = environment.get("TF_CONFIG", "")
    if way in ("none", "mirrored") or (way == "auto" and not text):
        return way, None
    if not text:
        raise UserError(f"--distribute=multi_worker: TF_CONFIG is not set; expected JSON such as {EXAMPLE}.")
    cluster = _read(text)
    if cluster.num_processes > 1:
        return "multi_worker", cluster
    return ("none" if way == "multi_worker" else way), None


def _read(text: str) -> Cluster:
    try:
        config = json.loads(text)
        processes = dict(config.get("cluster", {}).items())
        kind, index = config.get("task", {}).get("type", "worker"), int(config.get("task", {}).get("index", 0))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"TF_CONFIG: cannot be read ({error}); expected JSON such as {EXAMPLE}.") from None
    if not processes:
        return Cluster(1, is_chief=True)
    for name, addresses in processes.items():
        if not isinstance(addresses, list):
            raise UserError(
                f"TF_CONFIG: the addresses of '{name}' are {json.dumps(addresses)}; accepted: a list, as in {EXAMPLE}."
            )
        if name not in ("chief", "worker"):
            raise UserError(f"TF_CONFIG: the cluster has tasks '{name}'; accepted: chief and worker.")
    if kind not in processes or not 0 <= index < len(processes[kind]):
        raise UserError(f"TF_CONFIG: the cluster has no task {kind} {index}; expected JSON such as {EXAMPLE}.")
    if len(processes.get("chief", [])) > 1:
        raise UserError("TF_CONFIG: the cluster has more than one chief; accepted: one at most.")
    is_chief = kind == "chief" or ("chief" not in processes and index == 0)
    return Cluster(sum(map(len, processes.values())), is_chief)
