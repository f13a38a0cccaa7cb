"""TensorBoard's event files of a run."""

import pathlib
from collections.abc import Callable

import tensorflow as tf

from tfgan_zoo.common.files import replace, sync


class EventFiles:
    """Writes events, and cuts them back to a step.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self._writer = None

    def write(self, step: int, record: Callable[[], None]) -> None:
        """Calls `record`, whose `tf.summary` calls go to the files under `step`."""
        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self.folder))
        with self._writer.as_default(step=step):
            record()
        self._writer.flush()

    def cut(self, step: int) -> None:
        """Removes the events after `step`, and a record or a file that a crash left unfinished."""
        for left in self.folder.glob(".events.out.*.partial"):
            left.unlink()
        for path in self.folder.glob("events.out.*"):
            kept = _events_until(path, step)
            temporary = path.with_name(f".{path.name}.partial")
            with tf.io.TFRecordWriter(str(temporary)) as writer:
                for event in kept:
                    writer.write(event)
            sync(temporary)
            replace(temporary, path)
        if self.folder.exists():
            sync(self.folder)


def _events_until(path: pathlib.Path, step: int) -> list[bytes]:
    kept = []
    try:
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            if tf.compat.v1.Event.FromString(record).step <= step:
                kept.append(record)
    except tf.errors.DataLossError:
        pass  # The rest of a record that was being written when the process died.
    return kept
