"""Which signatures a model has."""

import types

import pytest

from tfgan_zoo.serving.from_images import ImageSignatures
from tfgan_zoo.serving.from_seeds import SeedSignatures
from tfgan_zoo.serving.kinds_of_signatures import signatures_class
from tfgan_zoo.serving.with_encoder import EncoderSignatures


@pytest.mark.parametrize(
    ("takes", "encodes", "expected"),
    [
        ("latents", False, SeedSignatures),
        ("latents", True, EncoderSignatures),
        ("images", False, ImageSignatures),
    ],
)
def test_signatures_go_with_the_kind_of_model(takes, encodes, expected):
    assert signatures_class(types.SimpleNamespace(takes=takes, encodes=encodes)) is expected
