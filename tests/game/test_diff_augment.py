"""DiffAugment, against transcriptions of the authors' code in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tests.game.given_draws import GivenDraws, assert_gradients_by_finite_differences
from tfgan_zoo.game.diff_augment import Color, Cutout, Translation

COUNT = 6


def images_of(*shape):
    return np.random.default_rng(1).uniform(-1.0, 1.0, (COUNT, *shape)).astype(np.float32)


def authors_color(x, brightness, saturation, contrast):
    """`rand_brightness`, `rand_saturation` and `rand_contrast` of one image."""
    x = x + (brightness - 0.5)
    mean = x.mean(axis=2, keepdims=True)
    x = (x - mean) * (saturation * 2.0) + mean
    mean = x.mean()
    return (x - mean) * (contrast + 0.5) + mean


def authors_translation(x, down, right):
    """`rand_translation` of one image: it is padded with zeros and moved by whole pixels."""
    most = [int(side * 0.125 + 0.5) for side in x.shape[:2]]
    shifts = [int(np.floor(u * (2 * m + 1))) - m for u, m in zip((down, right), most, strict=True)]
    padded = np.pad(x, [(most[0], most[0]), (most[1], most[1]), (0, 0)])
    top, left = (m - shift for m, shift in zip(most, shifts, strict=True))
    return padded[top : top + x.shape[0], left : left + x.shape[1]]


def authors_cutout(x, down, right):
    """`rand_cutout` of one image: the pixels of a square grid, clipped to the image, become 0."""
    x = x.copy()
    grids = []
    for side, u in zip(x.shape[:2], (down, right), strict=True):
        size = int(side * 0.5 + 0.5)
        offset = int(np.floor(u * (side + (1 - size % 2))))
        grids.append(np.clip(np.arange(size) + offset - size // 2, 0, side - 1))
    x[np.ix_(*grids)] = 0.0
    return x


KINDS = {
    "color": (Color, authors_color, ("brightness", "saturation", "contrast")),
    "translation": (Translation, authors_translation, ("translation/down", "translation/right")),
    "cutout": (Cutout, authors_cutout, ("cutout/1", "cutout/2")),
}


@pytest.mark.parametrize("shape", [(16, 16, 3), (9, 12, 1), (8, 8, 3)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_authors(kind, shape, seed):
    layer, theirs, purposes = KINDS[kind]
    images, draws = images_of(*shape), GivenDraws(COUNT, seed)
    found = layer().augment(tf.constant(images), draws).numpy()
    assert sorted(draws.purposes) == sorted(purposes)
    each = zip(images, *(draws.of(purpose) for purpose in purposes), strict=True)
    np.testing.assert_allclose(found, [theirs(*one) for one in each], atol=1e-6)
    assert np.abs(found - images).max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_finite_differences(kind):
    layer, draws = KINDS[kind][0](), GivenDraws(COUNT)
    assert_gradients_by_finite_differences(lambda images: layer.augment(images, draws), images_of(8, 8, 3))


@pytest.mark.parametrize(("u", "shift"), [(0.0, -2), (0.19, -2), (0.5, 0), (0.99, 2)])
def test_a_shift_is_up_to_an_eighth_either_way(u, shift):
    draws = GivenDraws(COUNT, fixed={"translation/down": u, "translation/right": 0.5})
    found = Translation().augment(tf.ones((COUNT, 16, 16, 1)), draws).numpy()[0, :, :, 0]
    expected = np.ones((16, 16))
    expected[: max(shift, 0)] = 0.0
    expected[16 + min(shift, 0) :] = 0.0
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("u", "rows"), [(0.0, slice(0, 4)), (0.5, slice(4, 12)), (0.999, slice(12, 16))])
def test_a_hole_lies_anywhere_and_has_half_of_each_side(u, rows):
    draws = GivenDraws(COUNT, fixed={"cutout/1": u, "cutout/2": 0.5})
    found = Cutout().augment(tf.ones((COUNT, 16, 16, 1)), draws).numpy()[0, :, :, 0]
    expected = np.ones((16, 16))
    expected[rows, 4:12] = 0.0
    np.testing.assert_array_equal(found, expected)


def test_transparency_keeps_its_values_and_gray_has_no_saturation():
    images, draws = images_of(8, 8, 4), GivenDraws(COUNT)
    found = Color().augment(tf.constant(images), draws).numpy()
    np.testing.assert_array_equal(found[..., 3], images[..., 3])
    np.testing.assert_allclose(found[..., :3], Color().augment(tf.constant(images[..., :3]), draws), atol=1e-6)
    gray, strong = (GivenDraws(COUNT, fixed={"saturation": u}) for u in (0.0, 1.0))
    one_channel = tf.constant(images[..., :1])
    np.testing.assert_allclose(Color().augment(one_channel, gray), Color().augment(one_channel, strong), atol=1e-6)
