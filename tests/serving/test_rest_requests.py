"""TensorFlow Serving's REST requests and answers, rows and columns."""

import json

import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.rest_requests import read_inputs, read_request, write_outputs

SEED = {"seed": np.dtype(np.int64)}
WALK = {**SEED, "position": np.dtype(np.float32)}
PICTURE = {"image_bytes": np.dtype(object)}


def test_columns_and_rows_of_a_request():
    assert read_request(b'{"signature_name": "generate", "inputs": [7]}') == ("generate", [7], False)
    assert read_request(b'{"instances": [{"a": 1}]}') == ("serving_default", [{"a": 1}], True)


NESTED = b"[" * 100_000


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"{}", b'{"inputs": 1, "instances": [1]}', b'{"inputs": 1, "signature_name": 3}', NESTED],
    ids=lambda body: body[:20].decode(),
)
def test_what_is_no_request(body):
    with pytest.raises(UserError):
        read_request(body)


@pytest.mark.parametrize(
    ("given", "is_rows", "types"),
    [
        ([7, 8], False, SEED),
        ({"seed": [7, 8]}, False, SEED),
        ([7, 8], True, SEED),
        ([{"seed": 7}, {"seed": 8}], True, SEED),
        ([{"seed": 7, "position": 0.5}, {"seed": 8, "position": 1}], True, WALK),
        ({"seed": [7, 8], "position": [0.5, 1]}, False, WALK),
    ],
)
def test_inputs_by_columns_and_by_rows(given, is_rows, types):
    found = read_inputs(given, is_rows, types)
    assert {name: value.dtype for name, value in found.items()} == types
    assert found["seed"].tolist() == [7, 8]
    if "position" in types:
        assert found["position"].tolist() == [0.5, 1.0]


def test_pictures_are_base64():
    (found,) = read_inputs([{"b64": "AAE="}], False, PICTURE)["image_bytes"]
    assert found == b"\0\1"
    assert read_inputs([{"image_bytes": {"b64": "AAE="}}], True, PICTURE)["image_bytes"][0] == b"\0\1"


@pytest.mark.parametrize(
    ("given", "is_rows", "types", "message"),
    [
        ({"sead": [7]}, False, WALK, "inputs: seed, position are needed. Received: sead"),
        ([7], False, WALK, "inputs: seed, position are needed. Received: no names"),
        ([], True, SEED, "instances: a list of one row or more is needed"),
        ([{"seed": 7}], True, WALK, "instances: each row needs seed, position"),
        ([7.5], False, SEED, "seed: numbers of type int64 are needed"),
        ([2**63], False, SEED, "seed: numbers of type int64 are needed"),
        ([2**70], False, SEED, "seed: numbers of type int64 are needed"),
        (["7"], False, SEED, "seed: numbers of type int64 are needed"),
        ([None], False, SEED, "seed: numbers of type int64 are needed"),
        ([[1], [1, 2]], False, SEED, "seed: rows of equal shape are needed"),
        ("x", False, PICTURE, "image_bytes: a list of"),
        ([{"b64": "%"}], False, PICTURE, "with base64 in it is needed"),
        ([{"b65": "AAE="}], False, PICTURE, "with base64 in it is needed"),
        ([7], False, PICTURE, "with base64 in it is needed"),
    ],
)
def test_inputs_that_a_signature_does_not_take(given, is_rows, types, message):
    with pytest.raises(UserError, match=message):
        read_inputs(given, is_rows, types)


def test_answers_by_columns_and_by_rows():
    one = {"image_bytes": np.array([b"\0\1"], object)}
    assert write_outputs(one, False) == {"outputs": [{"b64": "AAE="}]}
    assert write_outputs(one, True) == {"predictions": [{"b64": "AAE="}]}
    two = {"class_names": np.array([b"cat"], object), "num_classes": np.array([3])}
    assert write_outputs(two, False) == {"outputs": {"class_names": ["cat"], "num_classes": [3]}}
    assert write_outputs(two, True) == {"predictions": [{"class_names": "cat", "num_classes": 3}]}
    json.dumps(write_outputs(two, True))
