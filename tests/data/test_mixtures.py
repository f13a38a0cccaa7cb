import numpy as np
import pytest

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import OF_POINTS
from tfgan_zoo.data.mixtures import GRID25, MIXTURES, RING8, grid25, ring8


def test_the_datasets_known_to_be_points_before_tensorflow_starts_are_the_mixtures():
    assert set(OF_POINTS) == {*MIXTURES, "rings"}


def test_ring_by_hand():
    half = 0.5**0.5
    expected = [(1, 0), (half, half), (0, 1), (-half, half), (-1, 0), (-half, -half), (0, -1), (half, -half)]
    np.testing.assert_allclose(RING8.centres, expected, atol=1e-12)
    assert RING8.deviation == 0.01


def test_grid_by_hand():
    ticks = (-4, -2, 0, 2, 4)
    assert GRID25.centres.tolist() == [[x, y] for x in ticks for y in ticks]
    assert GRID25.deviation == 0.05


def test_constants_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        RING8.centres[0] = 0
    with pytest.raises(AttributeError):
        RING8.deviation = 1


@pytest.mark.parametrize(("function", "mixture"), [(ring8, RING8), (grid25, GRID25)])
@pytest.mark.parametrize("split", ["train", "test"])
def test_points(function, mixture, split):
    source = function(split=split)
    assert source.num_examples == 100_000
    assert source.element_shape == (2,)
    assert source.has_points
    points, modes = source.examples.numpy(), source.labels.numpy()
    assert points.dtype == np.float32

    modes_expected = len(mixture.centres)
    counts = np.bincount(modes, minlength=modes_expected)
    expected = 100_000 / modes_expected
    assert len(counts) == modes_expected == len(source.class_names)
    assert (abs(counts - expected) < 5 * expected**0.5).all()

    offsets = points - mixture.centres[modes]
    for mode in range(modes_expected):
        np.testing.assert_allclose(offsets[modes == mode].mean(0), 0, atol=5 * mixture.deviation / expected**0.5)
    np.testing.assert_allclose(offsets.std(0), mixture.deviation, rtol=0.02)
    assert abs(np.corrcoef(offsets.T)[0, 1]) < 0.02
    # The share within 3 deviations of a two-dimensional Gaussian is 1 − exp(−9/2) = 0.9889.
    assert np.mean(np.linalg.norm(offsets, axis=1) < 3 * mixture.deviation) == pytest.approx(0.9889, abs=0.002)


def test_splits_differ_and_are_fixed():
    train, again, test = (ring8(split=split).examples.numpy() for split in ("train", "train", "test"))
    assert (train == again).all()
    assert not (train == test).all(1).any()


def test_batches_are_unscaled_points():
    points, modes = next(iter(data.load("grid25").batches(1000, seed=0)))
    assert points.shape == (1000, 2)
    assert points.dtype == "float32"
    assert points.numpy().max() > 3.5
    np.testing.assert_allclose(points, GRID25.centres[modes.numpy()], atol=0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"image_size": 28}, "--image_size=28: ring8 is made of points"), ({"split": "trian"}, "Did you mean 'train'")],
)
def test_mistakes(options, message):
    with pytest.raises(UserError, match=message):
        ring8(**options)
