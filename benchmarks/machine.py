"""The class of this machine, as figures quote it."""

import pathlib
import platform

from tfgan_zoo.machine.fast_path import available_cores


def machine() -> str:
    """Returns the number of cores that this process may run on, and the processor."""
    cores = available_cores()
    return f"{cores} CPU core{'s' if cores > 1 else ''}, {_processor()}"


def _processor() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
