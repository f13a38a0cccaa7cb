"""Images of the same examples in columns, with titles."""

import numpy as np
import pytest

from tfgan_zoo.pictures import columns, grids


def plain(*greys, side=4, channels=1):
    return np.stack([np.full((side, side, channels), grey, np.uint8) for grey in greys])


def test_each_example_is_a_row_and_each_view_a_column():
    picture = np.asarray(columns.table({"in": plain(10, 20), "out": plain(30, 40, channels=3)}))
    seen = {tuple(pixel) for pixel in picture.reshape(-1, 3)}
    assert {(grey,) * 3 for grey in (10, 20, 30, 40)} <= seen
    # The median, since the smooth edges of the titles have some pixels of these greys too.
    where = {grey: np.median(np.argwhere((picture == grey).all(axis=-1)), axis=0) for grey in (10, 20, 30, 40)}
    for left, right in ((10, 30), (20, 40)):
        assert where[left][0] == pytest.approx(where[right][0], abs=2)
        assert where[left][1] < where[right][1]


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_no_example_is_left_out(count):
    greys = np.arange(1, count + 1)
    picture = np.asarray(columns.table({"a": plain(*greys), "b": plain(*(greys + 100))}))
    assert set(greys) | set(greys + 100) <= set(picture[..., 0].ravel())


def test_images_are_as_wide_as_the_longest_title():
    many = plain(*range(64))
    narrow, wide = (columns.table({title: many, "b": many}).size for title in ("a", "a very very long title indeed"))
    assert wide[0] * wide[1] > 2 * narrow[0] * narrow[1]


def test_pictures_side_by_side():
    joined = grids.side_by_side([grids.grid(plain(1, side=64)), grids.grid(plain(2, side=128))])
    first, second = grids.grid(plain(1, side=64)), grids.grid(plain(2, side=128))
    assert joined.size == (first.width + second.width + grids.GAP, max(first.height, second.height))
