"""Pictures, pixel by pixel."""

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.pictures import animation, grids, points


def test_pixels_by_hand():
    # (x + 1) · 127.5, rounded to even, and cut at the ends.
    images = np.array([-1.0, -0.5, 0.0, 1.0, -1.2, 1.2])
    assert grids.to_pixels(images).tolist() == [0, 64, 128, 255, 0, 255]
    assert grids.to_pixels(images).dtype == np.uint8


def test_pixels_return_to_themselves():
    pixels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(grids.to_pixels(pixels.astype(np.float32) / 127.5 - 1.0), pixels)


def shrunk(picture, factor):
    return np.asarray(picture)[::factor, ::factor]


def test_a_grid_by_hand():
    # Three images of 2 × 2 in a square of two columns: 2·(2 + 2) + 2 = 10 pixels a side, enlarged 64 times to 640.
    images = np.stack([np.full((2, 2, 1), grey, np.uint8) for grey in (0, 100, 200)])
    picture = grids.grid(images)
    assert picture.size == (640, 640)
    assert picture.mode == "L"
    expected = np.full((10, 10), 255)
    expected[2:4, 2:4], expected[2:4, 6:8], expected[6:8, 2:4] = 0, 100, 200
    np.testing.assert_array_equal(shrunk(picture, 64), expected)


def test_a_grid_of_colours_keeps_them():
    images = np.zeros((2, 300, 200, 3), np.uint8)
    images[0, :, :, 0], images[1, :, :, 2] = 255, 255
    picture = grids.grid(images, columns=2)
    assert picture.size == (2 * (2 * 202 + 2), 2 * (302 + 2))  # 406 × 304, enlarged by round(640 / 406)
    pixels = shrunk(picture, 2)
    assert pixels[5, 5].tolist() == [255, 0, 0]
    assert pixels[5, 300].tolist() == [0, 0, 255]


@pytest.mark.parametrize(("count", "columns", "cells"), [(1, None, (1, 1)), (5, None, (3, 2)), (20, 10, (10, 2))])
def test_columns_and_rows(count, columns, cells):
    picture = grids.grid(np.zeros((count, 62, 62, 1), np.uint8), columns)
    factor = max(1, round(640 / (max(cells) * 64 + 2)))
    assert picture.size == tuple((64 * n + 2) * factor for n in cells)


def test_large_images_are_not_reduced():
    picture = grids.grid(np.zeros((64, 128, 128, 3), np.uint8))
    assert picture.size == (8 * 130 + 2, 8 * 130 + 2)


def test_points_are_drawn_over_the_real_ones():
    real = np.array([[-1.0, -1.0], [1.0, 1.0]])
    fake = np.array([[0.0, 0.0], [50.0, 50.0]])  # the second lies outside of the axes, which the real ones fix
    picture = points.scatter(fake, real)
    assert picture.mode == "RGB"
    assert picture.size == (512, 512)
    pixels = np.asarray(picture).astype(int)
    blue = (pixels[:, :, 2] - pixels[:, :, 0]) > 60
    rows, columns = np.nonzero(blue[:450, :])
    assert blue.any()
    # The one generated point within the axes is at their centre, near that of the picture.
    assert abs(np.median(columns) - 256) < 40
    assert abs(np.median(rows) - 256) < 40
    np.testing.assert_array_equal(np.asarray(points.scatter(fake, real)), np.asarray(picture))


def test_missed_modes_are_marked_where_they_are():
    """Seven of eight modes hit: red is at (1, 0) alone, on axes that reach from −1.25 to 1.25 in either direction."""
    picture = points.scatter(RING8.centres[1:], RING8.centres, RING8)
    pixels = np.asarray(picture).astype(int)
    rows, columns = np.nonzero((pixels[:, :, 0] - pixels[:, :, 2] > 100) & (np.arange(512)[:, None] < 450))
    assert len(rows) > 20
    assert np.ptp(rows) < 20
    assert np.ptp(columns) < 20
    centre = points.scatter(np.zeros((1, 2)), RING8.centres)
    blue = np.asarray(centre).astype(int)
    middle = np.median(np.nonzero((blue[..., 2] - blue[..., 0] > 60) & (np.arange(512)[:, None] < 450))[1])
    assert np.median(columns) > middle + 120


def test_a_png_is_written_whole(tmp_path):
    picture = Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4))
    grids.save(picture, tmp_path / "a.png")
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), np.asarray(picture))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def colour(index):
    return (37 * index % 256, 91 * index % 256, 149 * index % 256)


@pytest.fixture
def frames(tmp_path):
    def write(count):
        paths = [tmp_path / f"step-{index:06d}.png" for index in range(count)]
        for index, path in enumerate(paths):
            Image.new("RGB", (8, 8), colour(index)).save(path)
        return paths

    return write


@pytest.mark.parametrize("count", [1, 2, 5])
def test_an_animation_has_every_picture(frames, tmp_path, count):
    animation.animate(frames(count), tmp_path / "samples.webp")
    with Image.open(tmp_path / "samples.webp") as joined:
        assert joined.format == "WEBP"
        assert getattr(joined, "n_frames", 1) == count


def test_a_long_animation_is_thinned_and_keeps_both_ends(frames, tmp_path):
    animation.animate(frames(450), tmp_path / "samples.webp")
    with Image.open(tmp_path / "samples.webp") as joined:
        assert joined.n_frames == 200
        for frame, index in [(0, 0), (199, 449)]:
            joined.seek(frame)
            np.testing.assert_allclose(np.asarray(joined.convert("RGB"))[4, 4], colour(index), atol=12)


def test_without_pictures_there_is_no_animation(tmp_path):
    animation.animate([], tmp_path / "samples.webp")
    assert not (tmp_path / "samples.webp").exists()
