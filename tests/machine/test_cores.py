"""A container's share of the processor is counted, whatever version of control groups says it."""

import os
import pathlib

import pytest

from tfgan_zoo.machine import cores, fast_path


@pytest.fixture
def host(monkeypatch, tmp_path):
    """Pretends a host of 64 cores; returns a function that writes what the kernel says of this process's groups."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(64))
    monkeypatch.setattr(cores, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(cores, "MEMBERSHIP", tmp_path / "membership")

    def pretend(membership, **files):
        if membership is not None:
            (tmp_path / "membership").write_text(membership)
        for name, text in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return pretend


def v1(folder, quota, period=100_000):
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": f"{period}\n"}


V1 = "12:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n"
V2 = "0::/kubepods.slice/pod1.slice/abc.scope\n"


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "250000 100000\n"}, 3),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {}, 64),
        (None, {"cpu.max": "200000 100000\n"}, 2),
        (V1, v1("cpu,cpuacct", 400_000), 4),
        (V1, v1("cpu", 150_000), 2),
        (V1, v1("cpu", -1), 64),
        (V1, v1("cpu,cpuacct/docker/abc", 300_000), 3),
        (V1, {**v1("cpu/docker", 200_000), **v1("cpu/docker/abc", 500_000)}, 2),
        (V2, {"kubepods.slice/pod1.slice/abc.scope/cpu.max": "300000 100000"}, 3),
        (V2, {"kubepods.slice/pod1.slice/cpu.max": "100000 100000"}, 1),
        (V2, {"unified/kubepods.slice/cpu.max": "500000 100000"}, 5),
        ("0::/../../other\n", {"cpu.max": "200000 100000"}, 2),
        ("damaged", {"cpu.max": "damaged"}, 64),
        ("0::/\n", {"cpu.max": "0 0"}, 64),
        ("0::/\n", {"cpu.max": "1000 100000"}, 1),
    ],
)
def test_a_containers_limit_counts_as_its_cores(host, membership, files, expected):
    host(membership, **files)
    assert cores.available_cores() == expected
    assert fast_path.available_cores() == expected


def test_a_limit_above_the_cores_that_are_there_gives_no_more(host, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(2))
    host("0::/\n", **{"cpu.max": "900000 100000"})
    assert cores.available_cores() == 2


def test_where_there_is_no_affinity_cores_are_counted(host, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores.available_cores() == 6


def test_threads_of_the_numeric_libraries_keep_to_the_limit_unless_the_user_says_otherwise(host):
    environment = {"OMP_NUM_THREADS": "7"}
    cores.limit_pools(environment)
    assert environment == {"OMP_NUM_THREADS": "7"}
    host("0::/\n", **{"cpu.max": "200000 100000\n"})
    cores.limit_pools(environment)
    assert environment == {"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}


def test_no_pool_counts_the_hosts_cores():
    """`os.cpu_count` knows of no limit."""
    package = pathlib.Path(cores.__file__).parent.parent
    counting = {path.name for path in package.rglob("*.py") if "cpu_count" in path.read_text()}
    assert counting == {"cores.py"}
