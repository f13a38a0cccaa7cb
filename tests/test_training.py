"""A run: what it writes, that it goes on to the bit, and how it ends."""

import csv
import json
import os
import signal

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from models import ZOO
from tfgan_zoo import data
from tfgan_zoo.checkpoints import Checkpoints
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.errors import UserError
from tfgan_zoo.gan import GAN
from tfgan_zoo.run_folder import RunFolder
from tfgan_zoo.training import Plan, Run, TrainingDiverged

PLAN = Plan(steps=20, log_every=5, sample_every=10, checkpoint_every=5, export=False)
SETTINGS = {"model": "vanilla"}


@pytest.fixture
def make_run(tmp_path):
    """Builds a run of a narrow `vanilla` on the digits."""

    def make(name="run", plan=PLAN, settings=SETTINGS, **options):
        source = data.load("digits", image_size=8)
        options = {"width": 8, "ema": {"generator": 0.9}, "schedule": "n_critic:2", **options}
        folder = RunFolder(tmp_path / name)
        folder.claim(settings)
        return Run(ZOO["vanilla"](source.element_shape, **options), source, folder, 16, plan)

    return make


def stop_at(run, step, number=signal.SIGINT):
    """Sends a signal to this process once the run has reached a step, which every execution then ends at."""
    do_duties = run._do_duties

    def interrupted(reached):
        do_duties(reached)
        if reached == step:
            os.kill(os.getpid(), number)

    run._do_duties = interrupted
    run._steps = one_by_one(run)
    return run


def one_by_one(run):
    """Keeps the run from taking several steps at once, so that a test can stop it at any."""
    steps = run._steps

    def steps_of_one(start, stopped):
        plan = run.plan
        run.plan = Plan(plan.steps, log_every=1, export=False)
        for step in steps(start, stopped):
            run.plan = plan
            yield step
            run.plan = Plan(plan.steps, log_every=1, export=False)
        run.plan = plan

    return steps_of_one


def checkpoint(run, step=20):
    """Returns name → array of everything in a checkpoint."""
    reader = tf.train.load_checkpoint(str(run.folder.checkpoints / f"step-{step:06d}" / "state"))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def rows(run):
    """Returns the rows of `metrics.csv` apart from what a clock says."""
    with open(run.folder.metrics, newline="") as file:
        return [{k: v for k, v in row.items() if k != "images_per_second"} for row in csv.DictReader(file)]


def assert_same_run(run, expected):
    found, wanted = checkpoint(run), checkpoint(expected)
    assert found.keys() == wanted.keys()
    for name, value in found.items():
        if name != "_CHECKPOINTABLE_OBJECT_GRAPH":
            assert np.asarray(value).tobytes() == np.asarray(wanted[name]).tobytes(), name
    assert rows(run) == rows(expected)
    pictures = [sorted(path.name for path in r.folder.samples.iterdir()) for r in (run, expected)]
    assert pictures[0] == pictures[1]
    for name in pictures[0]:
        assert (run.folder.samples / name).read_bytes() == (expected.folder.samples / name).read_bytes()
    assert events(run) == events(expected)


def events(run):
    """Returns (step, tag) of all events."""
    found = []
    for path in run.folder.events.glob("events.out.*"):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            found += [(event.step, value.tag) for value in event.summary.value]
    return sorted(found)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run of 20 steps, from its beginning to its end."""
    run = make_run.__wrapped__(tmp_path_factory.mktemp("runs"))() if hasattr(make_run, "__wrapped__") else None
    return run
