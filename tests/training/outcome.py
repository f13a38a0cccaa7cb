"""What the tests of whole runs share: disturbing them, and reading their folders without the code that wrote them."""

import csv

import numpy as np
import tensorflow as tf


def rows_of(folder):
    """Returns the rows of `metrics.csv`, apart from what a clock says."""
    with open(folder / "metrics.csv", newline="") as file:
        return [{k: v for k, v in row.items() if k != "images_per_second"} for row in csv.DictReader(file)]


def events_of(folder):
    """Returns (step, tag, value) of every event, sorted, apart from what a clock says."""
    found = []
    for path in (folder / "events").glob("events.out.*"):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            found += [(event.step, value.tag, value.tensor.SerializeToString()) for value in event.summary.value]
    return sorted(found)


def state_of(folder):
    """Returns name → bytes of everything in the newest checkpoint."""
    newest = max((folder / "checkpoints").glob("step-*"))
    reader = tf.train.load_checkpoint(str(newest / "state"))
    names = reader.get_variable_to_shape_map().keys() - {"_CHECKPOINTABLE_OBJECT_GRAPH", "save_counter"}
    assert len(names) > 20
    return {name: np.asarray(reader.get_tensor(name)).tobytes() for name in names}


def pictures_of(folder):
    """Returns name → bytes of the sample pictures."""
    return {path.name: path.read_bytes() for path in (folder / "samples").iterdir()}


def assert_same_outcome(folder, expected, besides=None):
    """Compares two runs bit for bit: weights, slots, averages, logged values and pictures.

    Args:
        folder: of the one.
        expected: of the other.
        besides: the step of a picture that only the one has.
    """
    assert sorted(path.name for path in (folder / "checkpoints").glob("step-*")) == sorted(
        path.name for path in (expected / "checkpoints").glob("step-*")
    )
    for read in (state_of, rows_of):
        assert read(folder) == read(expected), read.__name__
    assert [event for event in events_of(folder) if event[:2] != (besides, "samples")] == events_of(expected)
    pictures = pictures_of(folder)
    if besides is not None:
        del pictures[f"step-{besides:06d}.png"]
    assert pictures == pictures_of(expected)


def at_step(run, step, what):
    """Has `what` done right after the duties of a step."""
    do_duties = run._do_duties

    def then(reached):
        do_duties(reached)
        if reached == step:
            what()

    run._do_duties = then
    return run
