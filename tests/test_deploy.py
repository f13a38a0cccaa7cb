"""The job descriptions say what the command understands."""

import json
import os
import pathlib
import subprocess

import pytest
from absl import flags

from models import ZOO
from tfgan_zoo import cli
from tfgan_zoo.cluster import Cluster, choose

DEPLOY = pathlib.Path(__file__).resolve().parent.parent / "deploy"


def flags_of(arguments):
    values = flags.FlagValues()
    cli._define(values, ZOO)
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


@pytest.mark.parametrize(("status", "requeued"), [(0, False), (1, True), (2, False)])
def test_the_slurm_job_makes_tf_config_and_queues_again_what_failed(tmp_path, status, requeued):
    program(
        tmp_path,
        "scontrol",
        f'if [ "$1" = requeue ]; then echo "$2" > {tmp_path}/requeued; else printf "node7\\nnode9\\n"; fi',
    )
    program(
        tmp_path,
        "srun",
        'shift; worst=0; for SLURM_PROCID in 0 1; do export SLURM_PROCID; "$@" || worst=$?; done; exit $worst',
    )
    program(
        tmp_path,
        "tfgan-zoo-train",
        f"""
        echo "$TF_CONFIG" > {tmp_path}/config-$SLURM_PROCID
        printf "%s\\n" "$@" > {tmp_path}/arguments
        exit {status}
        """,
    )
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_JOB_NODELIST": "node[7,9]", "SLURM_JOB_ID": "42"}
    job = subprocess.run([DEPLOY / "slurm.sh", "--model=dcgan", "--set=ema={'generator': 0.9}"], env=environment)
    assert job.returncode == status
    for index in range(2):
        text = (tmp_path / f"config-{index}").read_text()
        assert json.loads(text)["cluster"] == {"worker": ["node7:2222", "node9:2222"]}
        assert choose("multi_worker", {"TF_CONFIG": text}) == ("multi_worker", Cluster(2, is_chief=index == 0))
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments == ["--distribute=multi_worker", "--model=dcgan", "--set=ema={'generator': 0.9}"]
    assert (tmp_path / "requeued").exists() == requeued
