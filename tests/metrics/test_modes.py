import numpy as np
import pytest

from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.metrics.modes import count_classes, count_modes, map_of_modes


def test_five_of_eight_modes_and_a_tenth_of_junk():
    """90 samples on 5 centres, 18 each, and 10 at the origin, 1 from every centre: nearest is then the first."""
    points = np.concatenate([np.repeat(RING8.centres[:5], 18, axis=0), np.zeros((10, 2))])
    count = count_modes(points, RING8.centres, RING8.deviation)
    assert count.modes == 5
    assert count.high_quality == pytest.approx(0.9)
    nearest = np.argmin(np.linalg.norm(RING8.centres, axis=1))
    shares = np.full(5, 0.18)
    if nearest < 5:
        shares[nearest] += 0.1
    else:
        shares = np.append(shares, 0.1)
    assert count.reverse_kl == pytest.approx(np.sum(shares * np.log(shares * 8)))


def test_all_modes_alike_have_no_divergence():
    count = count_modes(RING8.centres, RING8.centres, RING8.deviation)
    assert (count.modes, count.high_quality) == (8, 1.0)
    assert count.reverse_kl == pytest.approx(0.0, abs=1e-12)


def test_one_mode_alone_has_log_8():
    assert count_modes(RING8.centres[:1], RING8.centres, RING8.deviation).reverse_kl == pytest.approx(np.log(8))


def test_three_deviations_are_the_border():
    centre = RING8.centres[0]
    at = [count_modes([centre * (1 + s * RING8.deviation)], RING8.centres, RING8.deviation).modes for s in (2.99, 3.01)]
    assert at == [1, 0]


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((3, 3)), np.full((3, 2), np.nan)])
def test_what_cannot_be_scored_is_refused(points):
    with pytest.raises(ValueError, match=r"finite points \[n, 2\]"):
        count_modes(points, RING8.centres, RING8.deviation)


def test_classes_by_hand():
    """Half in class 0, half in class 1, of shares ½, ¼, ¼: ½ log 1 + ½ log 2."""
    count = count_classes(np.array([0, 1, 0, 1]), np.array([0.5, 0.25, 0.25]))
    assert count.modes == 2
    assert count.reverse_kl == pytest.approx(0.5 * np.log(2))


def test_planted_stacked_digits():
    """700 of 1,000 modes, equally often: log(1000 / 700)."""
    count = count_classes(np.repeat(np.arange(700), 3), np.full(1000, 1e-3))
    assert count.modes == 700
    assert count.reverse_kl == pytest.approx(np.log(1000 / 700))


def test_an_ideal_generator_diverges_by_chance():
    labels = np.random.default_rng(0).integers(1000, size=26_000)
    count = count_classes(labels, np.full(1000, 1e-3))
    assert count.modes == 1000
    assert count.reverse_kl == pytest.approx(999 / (2 * 26_000), rel=0.15)


@pytest.mark.parametrize(
    ("labels", "shares"), [([], [1.0]), ([2], [0.5, 0.5]), ([-1], [0.5, 0.5]), ([0], [1.0, 0.0]), ([0], [0.4, 0.4])]
)
def test_what_are_no_classes_is_refused(labels, shares):
    with pytest.raises(ValueError, match="Received"):
        count_classes(np.array(labels, int), np.array(shares))


def test_map_of_modes():
    labels = np.repeat(np.arange(8), 3)
    turned = RING8.centres[(labels + 2) % 8]
    turned[0] = RING8.centres[7]  # one of three goes elsewhere
    assert map_of_modes(turned, labels, RING8.centres, RING8.deviation).tolist() == [2, 3, 4, 5, 6, 7, 0, 1]
