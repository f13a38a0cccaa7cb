"""The processes and devices of a run; several of them are tested in `tests/test_distribution.py`."""

import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.cluster import Cluster
from tfgan_zoo.training.workers import Workers, start_workers


def test_one_device_agrees_with_itself():
    workers = start_workers("auto", None)
    assert (workers.num_replicas, workers.num_processes, workers.is_chief) == (1, 1, True)
    assert workers.sum(3, 0) == [3, 0]
    assert workers.of_the_chief(7) == 7
    workers.check_batch_size(13)
    with workers.scope():
        assert tf.distribute.get_strategy().num_replicas_in_sync == 1


def test_mirrored_needs_two_devices():
    with pytest.raises(UserError, match="--distribute=mirrored: TensorFlow sees one device"):
        start_workers("mirrored", None)


def test_a_batch_is_shared_equally():
    workers = Workers()
    workers.num_replicas = 3
    workers.check_batch_size(12)
    with pytest.raises(UserError, match="--batch_size=128: is shared by 3 replicas; accepted: a multiple of that"):
        workers.check_batch_size(128)


def test_only_the_chief_has_the_runs_folder(tmp_path):
    from tfgan_zoo.training.folder import RunFolder

    other = Workers(cluster=Cluster(2, is_chief=False))
    scratch = other.scratch()
    assert isinstance(scratch, RunFolder)
    assert scratch.checkpoints.is_dir()
    assert not other.is_chief
