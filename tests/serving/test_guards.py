"""Bad inputs are refused by the graph itself, with INVALID_ARGUMENT and a message, before any work is done."""

import numpy as np
import pytest

from tests.serving.server import Refused


def zeros(shape, dtype=np.int32):
    return np.zeros(shape, dtype)


def latents(rows, size=3):
    return zeros((rows, size), np.float32)


def walk(position):
    return {"seed_a": zeros(1), "seed_b": zeros(1), "position": np.array([position], np.float32), "labels": zeros(1)}


def work_done(model):
    return model.predict("score", {"images": zeros((1, 8, 8, 1)), "labels": zeros(1)})["logits"][0]


@pytest.mark.parametrize(
    ("signature", "inputs", "message"),
    [
        (
            "serving_default",
            {"latents": latents(1025), "labels": zeros(1025)},
            "at most 1024 rows in a request, .*1025",
        ),
        ("generate", {"seed": zeros(10**6), "labels": zeros(10**6)}, "at most 1024 rows"),
        ("interpolate", {name: zeros(1025) for name in walk(0)}, "at most 1024 rows"),
        ("score", {"images": zeros((1025, 8, 8, 1)), "labels": zeros(1025)}, "at most 1024 rows"),
        ("class_names", {"labels": zeros(1025)}, "at most 1024 rows"),
        ("generate", {"seed": zeros(3), "labels": np.array([0, 3, 1])}, r"labels from 0 to 2, received:\] \[3\]"),
        ("generate", {"seed": zeros(1), "labels": np.array([-1])}, r"labels from 0 to 2, received:\] \[-1\]"),
        ("serving_default", {"latents": latents(1), "labels": np.array([3])}, "labels from 0 to 2"),
        ("class_names", {"labels": np.array([3])}, "labels from 0 to 2"),
        (
            "serving_default",
            {"latents": latents(2, 4), "labels": zeros(2)},
            r"latents\S* \[2,4\] .*expected shape \[\?,3\]",
        ),
        (
            "serving_default",
            {"latents": zeros(3, np.float32), "labels": zeros(3)},
            r"latents\S* \[3\] .*expected shape \[\?,3\]",
        ),
        (
            "score",
            {"images": zeros((1, 9, 8, 1)), "labels": zeros(1)},
            r"images\S* \[1,9,8,1\] .*expected shape \[\?,8,8,1\]",
        ),
        ("generate", {"seed": zeros((2, 1)), "labels": zeros(2)}, r"seed\S* \[2,1\] .*expected shape \[\?\]"),
        (
            "generate",
            {"seed": zeros(2), "labels": zeros(3)},
            r"as many rows in each of seed, labels, received:\] \[2 3\]",
        ),
        ("interpolate", walk(1.5), r"positions from 0 to 1, received:\] \[1.5\]"),
        ("interpolate", walk(-0.1), "positions from 0 to 1"),
        ("interpolate", walk(np.nan), r"positions from 0 to 1, received:\] \[nan\]"),
        (
            "score",
            {"images": np.full((1, 8, 8, 1), 255.0), "labels": zeros(1)},
            r"pixels from 0 to 1, received:\] \[255\]",
        ),
        ("score", {"images": np.full((1, 8, 8, 1), -0.1), "labels": zeros(1)}, "pixels from 0 to 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refused_request_says_why_and_does_no_work(loaded, signature, inputs, message):
    before = work_done(loaded[1])
    with pytest.raises(Refused, match=message) as refused:
        loaded[1].predict(signature, inputs)
    assert refused.value.code == "INVALID_ARGUMENT"
    assert work_done(loaded[1]) == before


def test_a_request_at_the_limit_is_answered_and_is_work(loaded):
    before = work_done(loaded[1])
    answer = loaded[1].predict("generate", {"seed": zeros(1024), "labels": zeros(1024)})
    assert answer["image_bytes"].shape == (1024,)
    # One draw for each seed, and G once for each 16 rows.
    assert work_done(loaded[1]) - before == 1024 + 1024 / 16


def test_the_limit_is_the_exports(loaded):
    assert len(loaded[2].predict("generate", {"seed": zeros(4), "labels": zeros(4)})["image_bytes"]) == 4
    with pytest.raises(Refused, match="at most 4 rows"):
        loaded[2].predict("generate", {"seed": zeros(5), "labels": zeros(5)})


def test_no_rows_are_no_mistake(loaded):
    assert loaded[1].predict("generate", {"seed": zeros(0), "labels": zeros(0)})["image_bytes"].shape == (0,)
