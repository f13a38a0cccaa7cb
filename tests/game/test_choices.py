"""Penalties and averages as users write them, and whose they are."""

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.adaptive_augmentation import AdaptiveAugmentation
from tfgan_zoo.game.augmentations import InTurn
from tfgan_zoo.game.choices import augmentation_of, ema_of, penalties_of
from tfgan_zoo.game.diff_augment import Color, Cutout
from tfgan_zoo.game.penalties import R1, R2, GradientPenalty, HistoricalAveraging, WeightClipping


def said(penalties):
    """Returns player → (class, weight or limit, every) of each penalty."""
    return {
        player: [(type(p).__name__, getattr(p, "weight", getattr(p, "limit", None)), p.every) for p in found]
        for player, found in penalties.items()
    }


def own():
    return {"discriminator": [R1(1.0), R2(1.0)], "generator": [HistoricalAveraging(2.0)]}


@pytest.mark.parametrize(
    ("given", "of_g", "of_d"),
    [
        (None, [("HistoricalAveraging", 2.0, 1)], [("R1", 1.0, 1), ("R2", 1.0, 1)]),
        ([], [("HistoricalAveraging", 2.0, 1)], [("R1", 1.0, 1), ("R2", 1.0, 1)]),
        ("none", [], []),
        (["none", "gradient"], [], [("GradientPenalty", 10.0, 1)]),
        ("r1:0.5,every=16", [("HistoricalAveraging", 2.0, 1)], [("R2", 1.0, 1), ("R1", 0.5, 16)]),
        ([R2(3.0)], [("HistoricalAveraging", 2.0, 1)], [("R1", 1.0, 1), ("R2", 3.0, 1)]),
        (
            ["historical_averaging:0.5"],
            [("HistoricalAveraging", 0.5, 1)],
            [("R1", 1.0, 1), ("R2", 1.0, 1), ("HistoricalAveraging", 0.5, 1)],
        ),
        (
            {"discriminator": [WeightClipping(0.1)]},
            [("HistoricalAveraging", 2.0, 1)],
            [("R1", 1.0, 1), ("R2", 1.0, 1), ("WeightClipping", 0.1, 1)],
        ),
        (
            {"generator": ["historical_averaging:3"]},
            [("HistoricalAveraging", 3.0, 1)],
            [("R1", 1.0, 1), ("R2", 1.0, 1)],
        ),
    ],
)
def test_what_is_given_replaces_the_models_own_of_that_kind(given, of_g, of_d):
    assert said(penalties_of(given, own())) == {"generator": of_g, "discriminator": of_d}


def test_what_both_players_have_is_an_object_for_each():
    found = penalties_of(["historical_averaging"])
    assert found["generator"][0] is not found["discriminator"][0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("gradent", "unknown penalty 'gradent'. Did you mean 'gradient'?"),
        (["r1", R1(2.0)], "the discriminator's penalties have R1 more than once"),
        ([3.0], "penalties=3.0: give texts such as 'r1:0.1'"),
        ({"critic": []}, "unknown player in penalties 'critic'"),
        ("weight_clipping:0", "weight_clipping:0"),
        ("r1:1,every=0", "every=0"),
        ("weight_clipping,every=2", "weights are clipped after every update"),
    ],
)
def test_penalties_that_are_none(given, message):
    with pytest.raises(UserError, match=message.replace("?", r"\?")):
        penalties_of(given)


@pytest.mark.parametrize(
    ("given", "decays"),
    [
        (None, (0.9, 0.99)),
        (0.5, (0.5, 0.99)),
        ("none", (None, 0.99)),
        ({"generator": 0.3}, (0.3, None)),
        ({}, (None, None)),
    ],
)
def test_a_number_is_gs_decay(given, decays):
    found = ema_of(given, {"generator": 0.9, "discriminator": 0.99})
    assert (found["generator"], found["discriminator"]) == decays


@pytest.mark.parametrize("given", [True, "0.9", [0.9]])
def test_averages_that_are_none(given):
    with pytest.raises(UserError, match="give a decay between 0 and 1, 'none', or a dict"):
        ema_of(given)


def test_weights_of_slopes_are_the_papers():
    assert (GradientPenalty().weight, R1().weight, WeightClipping().limit) == (10.0, 1.0, 0.01)


def test_augmentations_in_short():
    assert augmentation_of(None) is None
    assert augmentation_of("none") is None
    assert type(augmentation_of("cutout")) is Cutout
    given = Color()
    assert augmentation_of(given) is given
    both = augmentation_of("cutout,color")
    assert type(both) is InTurn
    assert [type(part) for part in both.parts] == [Cutout, Color]
    ada = augmentation_of("ada:2000")
    assert (type(ada), ada.images, ada.target) == (AdaptiveAugmentation, 2000, 0.6)
    with pytest.raises(UserError, match=r"^augmentation=3: give a text such as 'color,translation'"):
        augmentation_of(3)
    with pytest.raises(UserError, match="unknown augmentation 'blur'"):
        augmentation_of("color,blur")
