"""The class of this machine, as figures quote it."""

import os
import pathlib
import platform


def machine() -> str:
    """Returns its number of cores and its processor."""
    return f"{os.cpu_count()} CPU cores, {_processor()}"


def _processor() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
