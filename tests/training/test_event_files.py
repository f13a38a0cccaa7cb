"""TensorBoard's events, read back with TensorFlow's own reader."""

import pytest
import tensorflow as tf

from tfgan_zoo.training.event_files import EventFiles


def scalars(folder):
    """Returns (step, value) of every scalar in all event files, sorted."""
    found = []
    for path in sorted(folder.glob("events.out.*")):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            found += [(event.step, tf.make_ndarray(value.tensor).item()) for value in event.summary.value]
    return sorted(found)


@pytest.fixture
def events(tmp_path):
    events = EventFiles(tmp_path)
    for step in (10, 20, 30):
        events.write(step, lambda step=step: tf.summary.scalar("loss", step / 10))
    return events


def test_events_are_written_at_once(events):
    assert scalars(events.folder) == [(10, 1.0), (20, 2.0), (30, 3.0)]


@pytest.mark.parametrize(("step", "kept"), [(30, 3), (29, 2), (20, 2), (9, 0)])
def test_events_after_a_step_are_cut(events, step, kept):
    EventFiles(events.folder).cut(step)
    assert scalars(events.folder) == [(10, 1.0), (20, 2.0), (30, 3.0)][:kept]


def test_a_cut_folder_takes_further_events(events):
    resumed = EventFiles(events.folder)
    resumed.cut(20)
    resumed.write(30, lambda: tf.summary.scalar("loss", 7.0))
    assert scalars(events.folder) == [(10, 1.0), (20, 2.0), (30, 7.0)]


@pytest.mark.parametrize("lost", [1, 3, 20])
def test_a_record_that_a_crash_left_unfinished_is_cut(events, lost):
    (path,) = events.folder.glob("events.out.*")
    path.write_bytes(path.read_bytes()[:-lost])
    EventFiles(events.folder).cut(100)
    assert scalars(events.folder) == [(10, 1.0), (20, 2.0)]


def test_an_empty_file_is_no_obstacle(events):
    (path,) = events.folder.glob("events.out.*")
    path.write_bytes(b"")
    EventFiles(events.folder).cut(100)
    assert scalars(events.folder) == []


def test_without_files_there_is_nothing_to_cut(tmp_path):
    EventFiles(tmp_path).cut(3)
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_left_in_the_folder(events):
    EventFiles(events.folder).cut(20)
    assert all(path.name.startswith("events.out.") for path in events.folder.iterdir())


def test_what_a_killed_cut_left_goes(events):
    left = events.folder / ".events.out.tfevents.1.partial"
    left.write_bytes(b"half")
    EventFiles(events.folder).cut(20)
    assert not left.exists()
    assert scalars(events.folder) == [(10, 1.0), (20, 2.0)]
