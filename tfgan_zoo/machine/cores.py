"""How many cores' worth of time this process is given."""

import os
import pathlib
from collections.abc import Iterator, MutableMapping

CGROUPS = pathlib.Path("/sys/fs/cgroup")
MEMBERSHIP = pathlib.Path("/proc/self/cgroup")
# Where the controller of the processor is mounted below `CGROUPS`: version 2, both versions side by side, version 1.
MOUNTS = ("", "unified", "cpu", "cpu,cpuacct", "cpuacct,cpu")
# Libraries that NumPy and SciPy compute with make as many threads as there are cores, unless these say otherwise.
POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def available_cores() -> int:
    """Returns the cores that this process may run on, or its share of their time where a container has less."""
    return max(1, min([visible_cores(), *_limits()]))


def visible_cores() -> int:
    """Returns how many cores this process may run on, whatever share of their time it is given."""
    # macOS and Windows have no such affinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit_pools(environment: MutableMapping[str, str]) -> None:
    """Keeps the numeric libraries' threads to a container's share; what the user has set stands."""
    if available_cores() < visible_cores():
        for variable in POOLS:
            environment.setdefault(variable, str(available_cores()))


def _limits() -> Iterator[int]:
    """Yields the limit of each control group that this process is in, rounded up to whole cores."""
    for group in _groups():
        quota, period = _quota(group)
        if quota > 0 and period > 0:
            yield -(-quota // period)


def _groups() -> set[pathlib.Path]:
    """Returns the folders of the control groups: a process is held to the limits of its own and of all above it.

    Within a container the path may be the host's, which is not there: then the top of the mount is the container's.
    """
    try:
        paths = [line.split(":", 2)[2] for line in MEMBERSHIP.read_text().splitlines()]
    except (OSError, IndexError, UnicodeDecodeError):
        paths = []
    groups = {CGROUPS / mount for mount in MOUNTS}
    for path in paths:
        relative = pathlib.PurePosixPath(path.lstrip("/"))
        if ".." not in relative.parts:
            groups |= {CGROUPS / mount / part for mount in MOUNTS for part in (relative, *relative.parents)}
    return groups


def _quota(group: pathlib.Path) -> tuple[int, int]:
    """Returns microseconds of processor time and those of the clock in which they may be used; zeros for no limit."""
    for read in (_quota_of_version_2, _quota_of_version_1):
        try:
            return read(group)
        except (OSError, ValueError):  # of the other version, or without a limit
            continue
    return 0, 0


def _quota_of_version_2(group: pathlib.Path) -> tuple[int, int]:
    quota, period = (group / "cpu.max").read_text().split()
    return int(quota), int(period)


def _quota_of_version_1(group: pathlib.Path) -> tuple[int, int]:
    return int((group / "cpu.cfs_quota_us").read_text()), int((group / "cpu.cfs_period_us").read_text())
