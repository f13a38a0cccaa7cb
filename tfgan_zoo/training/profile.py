"""A profile of some steps of a run: for TensorBoard, and as a trace that chrome://tracing and ui.perfetto.dev open."""

import gzip
import json
import math
import pathlib
from collections.abc import Callable

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.storage import writing

WARM_UP = 10  # steps of a session before its profile: they trace the graph, and pools and caches fill


def check_profile(profile: int, steps: int) -> None:
    """Refuses a profile for which a run is too short.

    Args:
        profile: how many steps to profile; 0 for no profile.
        steps: of the run.

    Raises:
        UserError: it is too short.
    """
    if profile and WARM_UP + profile > steps:
        raise UserError(
            f"--profile={profile}: begins after {WARM_UP} steps, and the run has --steps={steps}; "
            f"accepted: --steps={WARM_UP + profile} or more."
        )


class Profile:
    """Profiles the steps of a session that follow the first `WARM_UP`. A context: its end ends the profile.

    Args:
        folder: of the run: the profile goes to `events/plugins/profile/`, the trace to `trace.json.gz`.
        steps: how many; 0 for no profile.
        start: the step that the session starts from.
        say: tells the user one line.
    """

    def __init__(self, folder: RunFolder, steps: int, start: int, say: Callable[[str], None] = print):
        self._folder = folder
        self._begin = start + WARM_UP
        self._end = self._begin + steps
        self._say = say
        self._step = start
        self._runs = False

    def limit(self, step: int) -> float:
        """Returns how many steps may follow `step` until `look` has to be called."""
        turns = [turn for turn in (self._begin, self._end) if step < turn and self._begin < self._end]
        return min(turns, default=math.inf) - step

    def look(self, step: int) -> None:
        """Begins or ends the profile after `step`, if that is its turn."""
        import tensorflow as tf

        self._step = step
        if step == self._begin < self._end:
            tf.profiler.experimental.start(str(self._folder.events))
            self._runs = True
        elif step == self._end:
            self._stop()

    def _stop(self) -> None:
        import tensorflow as tf

        if not self._runs:
            return
        self._runs = False
        with writing(self._folder.path):
            tf.profiler.experimental.stop()
            profiles = self._folder.events.glob("plugins/profile/*/*.xplane.pb")
            write_trace(max(profiles, key=lambda path: path.stat().st_mtime_ns), self._folder.trace)
        self._say(
            f"profile of steps {self._begin + 1} to {self._step}: {self._folder.trace} for ui.perfetto.dev or "
            f"chrome://tracing, {self._folder.events} for TensorBoard"
        )

    def __enter__(self) -> "Profile":
        return self

    def __exit__(self, *error) -> None:
        self._stop()


def write_trace(profile: pathlib.Path, target: pathlib.Path) -> None:
    """Writes a profile of TensorFlow's as trace events of Chrome's.

    Args:
        profile: a file `*.xplane.pb`.
        target: the file `*.json.gz`; appears whole or not at all.

    Reference: "Trace Event Format", the document of the Chromium project: complete events ("X") in microseconds, and
    metadata ("M") that name processes and threads.
    """
    from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace

    events = []
    for process, plane in enumerate(XSpace.FromString(profile.read_bytes()).planes, start=1):
        events.append({"ph": "M", "name": "process_name", "pid": process, "args": {"name": plane.name}})
        for thread, line in enumerate(plane.lines, start=1):
            where = {"pid": process, "tid": thread}
            events.append({"ph": "M", "name": "thread_name", **where, "args": {"name": line.display_name or line.name}})
            events += [_complete_event(plane, line, event, where) for event in line.events]
    write_whole(target, gzip.compress(json.dumps({"displayTimeUnit": "ms", "traceEvents": events}).encode()))


def _complete_event(plane, line, event, where: dict) -> dict:
    metadata = plane.event_metadata[event.metadata_id]
    start, duration = line.timestamp_ns / 1e3 + event.offset_ps / 1e6, event.duration_ps / 1e6
    return {"ph": "X", "name": metadata.display_name or metadata.name, **where, "ts": start, "dur": duration}
