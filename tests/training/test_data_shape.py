"""The shape of a run's examples in `config.json`."""

import json

import pytest

from tfgan_zoo.training.data_shape import from_json, to_json


@pytest.mark.parametrize("shape", [(16, 16, 1), (2,), {"a": (16, 16, 1), "b": (16, 16, 3)}, {"a": (2,), "b": (2,)}])
def test_it_comes_back_from_json(shape):
    assert from_json(json.loads(json.dumps(to_json(shape)))) == shape


@pytest.mark.parametrize(
    "written",
    [None, 4, "4", ["4", 4, 1], [4.0], [True], [0], {}, {"a": [2]}, {"a": [2], "b": "2"}, {"a": [2], "c": [2]}],
)
def test_what_is_no_shape(written):
    with pytest.raises(ValueError, match="data_shape is"):
        from_json(written)
