"""The job descriptions say what the command understands."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
from absl import flags

from models import ZOO
from tfgan_zoo.machine.cluster import Cluster, choose
from tfgan_zoo.training.flags import define

DEPLOY = pathlib.Path(__file__).resolve().parent.parent / "deploy"


def flags_of(arguments):
    values = flags.FlagValues()
    define(values, ZOO)
    values(["train", *arguments])
    return values


def test_the_tfjob_starts_a_command_that_is_understood():
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((DEPLOY / "tfjob.yaml").read_text())
    assert (job["apiVersion"], job["kind"]) == ("kubeflow.org/v1", "TFJob")
    worker = job["spec"]["tfReplicaSpecs"]["Worker"]
    assert worker["restartPolicy"] == "OnFailure"
    (container,) = worker["template"]["spec"]["containers"]
    assert container["name"] == "tensorflow"
    command, *arguments = container["command"]
    values = flags_of(arguments)
    assert command == "tfgan-zoo-train"
    assert values.distribute == "multi_worker"
    assert values.batch_size % worker["replicas"] == 0
    mounted = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert any(values.workdir.startswith(path) for path in mounted)
    assert any(values.dataset.partition(":")[2].startswith(path) for path in mounted)


def program(folder, name, text):
    path = folder / name
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def slurm(tmp_path):
    """Plays Slurm on two nodes; returns a function that starts the job, whose workers do what it is given."""
    program(
        tmp_path,
        "scontrol",
        f'if [ "$1" = requeue ]; then echo "$2" > {tmp_path}/requeued; else printf "node7\\nnode9\\n"; fi',
    )
    program(
        tmp_path,
        "srun",
        """
        shift; tasks=; worst=0
        for SLURM_PROCID in 0 1; do export SLURM_PROCID; "$@" & tasks+=" $!"; done
        for task in $tasks; do wait $task || worst=$?; done
        exit $worst
        """,
    )
    program(
        tmp_path, "scancel", f'[ "$*" = "--signal=TERM 42" ] && kill -TERM $(cat {tmp_path}/pid-0 {tmp_path}/pid-1)'
    )

    def start(worker):
        program(
            tmp_path,
            "tfgan-zoo-train",
            f"""
            echo "$TF_CONFIG" > {tmp_path}/config-$SLURM_PROCID
            printf "%s\\n" "$@" > {tmp_path}/arguments
            {worker}
            """,
        )
        path = f"{tmp_path}:{os.environ['PATH']}"
        environment = {"PATH": path, "SLURM_JOB_NODELIST": "node[7,9]", "SLURM_JOB_ID": "42"}
        return subprocess.Popen([DEPLOY / "slurm.sh", "--model=dcgan", "--set=ema={'generator': 0.9}"], env=environment)

    return start


@pytest.mark.parametrize(("status", "requeued"), [(0, False), (1, True), (2, False), (20, True), (137, True)])
def test_the_slurm_job_makes_tf_config_and_queues_again_what_failed(slurm, tmp_path, status, requeued):
    assert slurm(f"exit {status}").wait(60) == status
    for index in range(2):
        text = (tmp_path / f"config-{index}").read_text()
        assert json.loads(text)["cluster"] == {"worker": ["node7:2222", "node9:2222"]}
        assert choose("multi_worker", {"TF_CONFIG": text}) == ("multi_worker", Cluster(2, is_chief=index == 0))
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments == ["--distribute=multi_worker", "--model=dcgan", "--set=ema={'generator': 0.9}"]
    assert (tmp_path / "requeued").exists() == requeued


@pytest.mark.parametrize(("status", "requeued"), [(0, True), (1, True), (2, False)])
def test_the_slurm_job_is_queued_again_when_its_time_is_up(slurm, tmp_path, status, requeued):
    worker = f"""
        trap "sleep 0.2; touch {tmp_path}/saved-$SLURM_PROCID; exit {status}" TERM
        echo $$ > {tmp_path}/partial-$SLURM_PROCID
        mv {tmp_path}/partial-$SLURM_PROCID {tmp_path}/pid-$SLURM_PROCID
        for i in {{1..600}}; do sleep 0.1; done
        exit 99
    """
    job = slurm(worker)
    pids = [tmp_path / f"pid-{index}" for index in range(2)]
    while not all(pid.exists() for pid in pids):
        assert job.poll() is None
        time.sleep(0.01)
    job.send_signal(signal.SIGUSR1)
    assert job.wait(60) == status
    assert all((tmp_path / f"saved-{index}").exists() for index in range(2))
    assert (tmp_path / "requeued").exists() == requeued
