import numpy as np
import pytest

from tfgan_zoo.extractors.colours import to_rgb


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [
        ([0.5], [0.5, 0.5, 0.5]),
        ([0.5, -1, 1], [0.5, -1, 1]),
        ([0.5, -1, 1, 1], [0.5, -1, 1]),  # opaque
        ([0.5, -1, 1, -1], [1, 1, 1]),  # transparent
        ([0.5, -1, 1, 0], [0.75, 0, 1]),  # half of it is white
    ],
)
def test_grey_images_have_three_equal_channels_and_transparent_ones_lie_over_white(pixel, expected):
    found = to_rgb(np.array(pixel, np.float32).reshape(1, 1, 1, -1))
    np.testing.assert_allclose(found.ravel(), expected)
