"""The devices and processes that train one run together; a single device, unless told otherwise."""

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator

import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.cluster import Cluster
from tfgan_zoo.training.folder import RunFolder

SUM = tf.distribute.ReduceOp.SUM
# What the collective operations of those that are left end with, sooner or later, when one process is gone.
GONE = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)


class WorkerLost(RuntimeError):
    """Another process of the run has ended."""


class Workers:
    """A strategy of TensorFlow's, and what the processes that run it have to agree on.

    All of them do the same, step by step, since reading a metric and saving it take every one; what they write goes
    to the run's folder in the chief's case alone.

    Args:
        strategy: None for TensorFlow's default, one device.
        cluster: the processes, if there are several.

    Attributes:
        num_replicas: how many devices share a batch, in all processes together.
        is_chief: this process writes the run's folder.
    """

    def __init__(self, strategy: tf.distribute.Strategy | None = None, cluster: Cluster | None = None):
        self.strategy = strategy or tf.distribute.get_strategy()
        self.num_replicas = self.strategy.num_replicas_in_sync
        self.num_processes = cluster.num_processes if cluster else 1
        self.is_chief = cluster is None or cluster.is_chief

    def scope(self):
        """Returns the context in which models are built and trained."""
        return self.strategy.scope()

    def check_batch_size(self, batch_size: int) -> None:
        """Refuses a batch that cannot be shared equally.

        Raises:
            UserError: it cannot.
        """
        if batch_size % self.num_replicas:
            raise UserError(
                f"--batch_size={batch_size}: is shared by {self.num_replicas} replicas; accepted: a multiple of that."
            )

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Tells in one line that the block failed because another process is gone.

        Raises:
            WorkerLost: it is.
        """
        try:
            yield
        except GONE as error:
            if self.num_processes == 1:
                raise
            reason = str(error).strip().splitlines()[0]
            raise WorkerLost(
                f"another worker is gone ({reason[:200]}). Start all of them again with the same command: they go on "
                "from the newest checkpoint."
            ) from error

    def sum(self, *values: int) -> list[int]:
        """Returns the sums over all processes; each has to call this as often as the others."""
        if self.num_processes == 1:
            return list(values)
        return [int(value) for value in self._sum(tf.constant(values, tf.int64)).numpy()]

    def of_the_chief(self, value: int) -> int:
        """Returns the chief's value in every process."""
        return self.sum(value if self.is_chief else 0)[0]

    def scratch(self) -> RunFolder:
        """Returns a folder for what a process other than the chief writes; it goes when the process ends."""
        path = tempfile.mkdtemp(prefix="tfgan_zoo-")
        atexit.register(shutil.rmtree, path, ignore_errors=True)
        folder = RunFolder(path)
        folder.claim({})
        return folder

    @functools.cached_property
    def _sum(self) -> Callable:
        def of_first_replica(values):
            context = tf.distribute.get_replica_context()
            is_first = context.replica_id_in_sync_group % (self.num_replicas // self.num_processes) == 0
            return tf.where(is_first, values, 0)

        @tf.function
        def total(values):
            return self.strategy.reduce(SUM, self.strategy.run(of_first_replica, args=(values,)), axis=None)

        return total


def start_workers(way: str, cluster: Cluster | None) -> Workers:
    """Starts what `tfgan_zoo.machine.cluster.choose` decided; waits for the other processes, if there are any.

    Args:
        way: `"auto"`, `"none"`, `"mirrored"` or `"multi_worker"`.
        cluster: for `"multi_worker"`.

    Raises:
        UserError: `"mirrored"`, and there is one device only.
    """
    if way == "multi_worker":
        return Workers(tf.distribute.MultiWorkerMirroredStrategy(), cluster)
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    names = [device.name for device in devices]
    if way == "mirrored" and len(names) < 2:
        raise UserError(f"--distribute=mirrored: TensorFlow sees one device, {names[0]}; accepted: two or more.")
    if way == "mirrored" or (way == "auto" and len(names) > 1):
        return Workers(tf.distribute.MirroredStrategy(names))
    return Workers()
