"""MIND and the sliced Wasserstein distance, against plain NumPy and SciPy, and where the answer is known."""

import numpy as np
import pytest
from scipy import stats

from tfgan_zoo.metrics import sliced_wasserstein as swd
from tfgan_zoo.metrics.mind import mind
from tfgan_zoo.metrics.sliced import unit_directions


def features(count, width=6, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


def test_mind_is_the_mean_over_lines_one_by_one():
    a, b = features(50), 1.5 * features(50, seed=1) + 0.5
    generator = np.random.Generator(np.random.Philox(3))
    lines = np.concatenate([unit_directions(6, size, generator) for size in (32, 32, 6)], axis=1)
    distances = [np.mean([(p - q) ** 2 for p, q in zip(sorted(a @ d), sorted(b @ d), strict=True)]) for d in lines.T]
    assert mind(a, b, directions=70, seed=3) == pytest.approx(3 * 6 * np.mean(distances), rel=1e-5)


def test_mind_of_one_set_is_zero_and_of_a_shift_three_times_its_square():
    a = features(200)
    assert mind(a, a[::-1]) == pytest.approx(0.0, abs=1e-9)
    assert mind(a, a + np.float32(0.5)) == pytest.approx(3 * 6 * 0.25, rel=0.08)  # 1,000 lines


def test_mind_takes_as_many_of_the_longer_set():
    a, b = features(40), features(60, seed=1)
    assert mind(a, b) == mind(a, b[:40])


def test_mind_refuses_what_it_cannot_measure():
    with pytest.raises(ValueError, match="at least 2 samples"):
        mind(features(1), features(5))
    with pytest.raises(ValueError, match="finite"):
        mind(np.full((3, 2), np.nan), np.zeros((3, 2)))


def images(count, side, channels=1, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, channels), np.uint8)


def test_a_pyramid_is_undone_by_adding_its_levels():
    original = images(2, 64, 3).astype(np.float32)
    fine, middle, small = swd._pyramid(original)
    assert [level.shape for level in (fine, middle, small)] == [(2, 64, 64, 3), (2, 32, 32, 3), (2, 16, 16, 3)]
    np.testing.assert_allclose(fine + swd._doubled(middle + swd._doubled(small)), original, atol=1e-3)


def test_a_level_keeps_the_mean_of_flat_images():
    flat = np.full((1, 32, 32, 1), 100.0, np.float32)
    fine, small = swd._pyramid(flat)
    np.testing.assert_allclose(small, 100.0, rtol=1e-5)
    np.testing.assert_allclose(fine, 0.0, atol=1e-3)


def test_patches_are_those_of_their_places_and_normalized_by_channel():
    level = images(3, 16, 2).astype(np.float32)
    patches = swd._patches(level, np.random.Generator(np.random.Philox(0))).reshape(3, swd.PATCHES_AN_IMAGE, 2, 7, 7)
    np.testing.assert_allclose(patches.mean(axis=(0, 1, 3, 4)), 0.0, atol=1e-5)
    np.testing.assert_allclose(patches.std(axis=(0, 1, 3, 4)), 1.0, rtol=1e-5)
    again = np.random.Generator(np.random.Philox(0))
    row, column = again.integers(0, 10, (3, 128))[1, 5], again.integers(0, 10, (3, 128))[1, 5]
    cut = level[1, row : row + 7, column : column + 7].transpose(2, 0, 1)
    # Up to the normalization, which is affine: the correlation is one.
    assert np.corrcoef(patches[1, 5, 0].ravel(), cut[0].ravel())[0, 1] == pytest.approx(1.0)


def test_the_distance_along_lines_is_scipys():
    a, b = features(300), features(300, seed=1) + 1.0
    generator = np.random.Generator(np.random.Philox(0))
    lines = np.concatenate([unit_directions(6, swd.DIRECTIONS, generator) for _ in range(swd.REPEATS)], axis=1)
    expected = np.mean([stats.wasserstein_distance(a @ line, b @ line) for line in lines.T])
    assert swd._distance(a, b, np.random.Generator(np.random.Philox(0))) == pytest.approx(expected, rel=1e-4)


def test_blurred_images_are_far_at_the_fine_level_alone():
    sharp, others = images(40, 32), images(40, 32, seed=1)
    blurred = swd._smoothed(others.astype(np.float32)).astype(np.uint8)
    same, far = swd.sliced_wasserstein(sharp, others), swd.sliced_wasserstein(sharp, blurred)
    assert list(same) == list(far) == [32, 16]
    assert far[32] > 3 * same[32]
    assert swd.sliced_wasserstein(sharp, sharp) == {32: 0.0, 16: 0.0}


def test_images_smaller_than_a_patch_are_refused():
    with pytest.raises(ValueError, match="7 pixels or more"):
        swd.sliced_wasserstein(images(2, 6), images(2, 6))
