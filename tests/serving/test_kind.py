"""Kinds of models, by the signatures of their exports or by their descriptions."""

import dataclasses

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.kind import Kind

SEEDS = Kind("latents")
ENCODER = Kind("latents", encodes=True)
ONE_WAY = Kind("images", translations=("translate",))
TWO_WAYS = Kind("images", translations=("translate_a_to_b", "translate_b_to_a"))


@pytest.mark.parametrize(
    ("signatures", "kind"),
    [
        (["serving_default", "generate", "interpolate", "score"], SEEDS),
        (["serving_default", "generate", "interpolate", "encode", "reconstruct"], ENCODER),
        (["serving_default", "translate"], ONE_WAY),
        (["translate_b_to_a", "translate_a_to_b", "serving_default"], TWO_WAYS),
        (["serving_default"], None),
        (["translate_a_to_b"], None),
        ([], None),
    ],
)
def test_the_signatures_tell_the_kind(signatures, kind):
    assert Kind.of(signatures) == kind


@pytest.mark.parametrize("kind", [SEEDS, ENCODER, ONE_WAY, TWO_WAYS])
def test_a_description_tells_the_same(kind):
    assert Kind.described(dataclasses.asdict(kind)) == kind


def test_an_older_export_takes_seeds():
    assert Kind.described({"model": "DCGAN"}) == SEEDS


@pytest.mark.parametrize(
    ("kind", "direction", "signature"),
    [
        (ENCODER, None, "reconstruct"),
        (ONE_WAY, None, "translate"),
        (TWO_WAYS, None, "translate_a_to_b"),
        (TWO_WAYS, "b_to_a", "translate_b_to_a"),
    ],
)
def test_a_direction_means_a_signature(kind, direction, signature):
    assert kind.signature(direction, "runs/x") == signature


@pytest.mark.parametrize(
    ("kind", "direction", "message"),
    [
        (SEEDS, None, "--images: runs/x has no encoder and makes images from seeds; give --seed and --num"),
        (ENCODER, "a_to_b", "--direction=a_to_b: runs/x takes no --direction"),
        (ONE_WAY, "b_to_a", "--direction=b_to_a: runs/x takes no --direction"),
        (TWO_WAYS, "up", "--direction=up: runs/x takes --direction=a_to_b or b_to_a"),
    ],
)
def test_what_a_kind_does_not_take(kind, direction, message):
    with pytest.raises(UserError, match=message):
        kind.signature(direction, "runs/x")
