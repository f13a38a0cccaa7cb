import dataclasses

import numpy as np
import pytest
from prdc import compute_prdc

from tfgan_zoo.metrics import features
from tfgan_zoo.metrics.precision_recall import precision_recall


@pytest.mark.parametrize("nearest", [1, 3, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_against_prdc(nearest, dtype, monkeypatch):
    """The same figures to the last count, though the distances come in blocks of a few rows."""
    generator = np.random.default_rng(0)
    real, fake = (
        generator.normal(size=(2000, 8)).astype(dtype),
        generator.normal(0.4, 0.8, size=(1500, 8)).astype(dtype),
    )
    expected = compute_prdc(real.astype(np.float64), fake.astype(np.float64), nearest)
    monkeypatch.setattr(features, "ROWS_AT_ONCE", 64)
    found = precision_recall(fake, real, nearest=nearest)
    assert dataclasses.asdict(found) == pytest.approx(expected, rel=1e-12)


def test_progress_counts_the_blocks_of_all_three_passes(counted):
    """Blocks of 4: 3 for the radii of 10 fakes, 5 for those of 20 reals, 3 for the fakes' distances to the reals."""
    watch, done = counted(4)
    generator = np.random.default_rng(0)
    precision_recall(generator.normal(size=(10, 2)), generator.normal(size=(20, 2)), nearest=3, watch=watch)
    assert done == [(block, 11) for block in range(1, 12)]


def test_by_hand():
    """Reals at 0, 1, 2, 3: k = 1 balls of radius 1. Fakes at 0.5, 0.6, 10 and 11, of radii 0.1, 0.1, 1, 1.

    0.5 and 0.6 are in the balls of 0 and 1; 10 and 11 in none; no real example is in a fake ball.
    """
    real, fake = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([[0.5], [0.6], [10.0], [11.0]])
    found = precision_recall(fake, real, nearest=1)
    assert (found.precision, found.recall, found.density, found.coverage) == (0.5, 0.0, 1.0, 0.5)


def test_one_repeated_image_covers_nothing():
    real = np.random.default_rng(0).normal(size=(200, 4))
    found = precision_recall(np.repeat(real[:1], 200, axis=0), real)
    assert found.precision == 1.0
    assert found.recall == 0.0
    assert found.coverage < 0.1


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match=r"at least 6 samples are needed\. Received: 5"):
        precision_recall(np.zeros((5, 2)), np.zeros((9, 2)))
