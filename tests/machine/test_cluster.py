"""What `--distribute` and `TF_CONFIG` mean, without TensorFlow."""

import json

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.cluster import Cluster, choose

TWO = {"worker": ["a:1", "b:1"]}
WITH_CHIEF = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}


def environment(cluster, kind="worker", index=0):
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})}


@pytest.mark.parametrize("way", ["auto", "none", "mirrored"])
def test_without_a_cluster_the_way_stands(way):
    assert choose(way, {}) == (way, None)


def test_none_and_mirrored_heed_no_cluster():
    for way in ("none", "mirrored"):
        assert choose(way, {"TF_CONFIG": "nonsense"}) == (way, None)


@pytest.mark.parametrize("way", ["auto", "multi_worker"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (environment(TWO), Cluster(2, is_chief=True)),
        (environment(TWO, index=1), Cluster(2, is_chief=False)),
        # TFJob's index is text.
        (environment(TWO, index="1"), Cluster(2, is_chief=False)),
        (environment(WITH_CHIEF, "chief"), Cluster(3, is_chief=True)),
        (environment(WITH_CHIEF, "worker", 0), Cluster(3, is_chief=False)),
    ],
)
def test_the_chief_is_the_task_of_that_name_or_the_first_worker(way, given, expected):
    assert choose(way, given) == ("multi_worker", expected)


def test_a_cluster_of_one_needs_no_other_processes():
    assert choose("auto", environment({"worker": ["a:1"]})) == ("auto", None)
    assert choose("multi_worker", environment({"worker": ["a:1"]})) == ("none", None)


@pytest.mark.parametrize(
    ("way", "given", "message"),
    [
        ("mirored", {}, "unknown way to distribute 'mirored'. Did you mean 'mirrored'"),
        ("multi_worker", {}, "--distribute=multi_worker: TF_CONFIG is not set; expected JSON such as"),
        ("auto", {"TF_CONFIG": "{"}, "TF_CONFIG: cannot be read"),
        ("auto", environment({"ps": ["a:1"], "worker": ["b:1"]}), "the cluster has tasks 'ps'"),
        ("auto", environment({"worker": "host0:2222"}), "addresses of 'worker' are \"host0:2222\"; accepted: a list"),
        ("auto", environment({"worker": {"0": "a:1"}}), "the addresses of 'worker' are"),
        ("auto", environment({"worker": None}), "the addresses of 'worker' are null; accepted: a list"),
        ("auto", environment(TWO, index=2), "the cluster has no task worker 2"),
        ("auto", environment(TWO, kind="evaluator"), "the cluster has no task evaluator 0"),
        ("auto", environment({"chief": ["a:1", "b:1"]}, "chief"), "more than one chief"),
    ],
)
def test_what_is_no_cluster_is_told(way, given, message):
    with pytest.raises(UserError, match=message):
        choose(way, given)
