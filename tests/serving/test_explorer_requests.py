"""Values in requests to the explorer."""

import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.explorer_requests import MASK_SIDE, length_of, mask_of
from tfgan_zoo.serving.served_model import decode


def test_a_hole_is_white_in_its_mask():
    (mask,) = decode([mask_of({"hole": "0.25,0.5,0.75,1"})])
    assert mask.shape == (MASK_SIDE, MASK_SIDE, 1)
    rows, columns = np.nonzero(mask[..., 0] == 255)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (256, 511, 128, 383)
    assert (mask == 255).sum() + (mask == 0).sum() == mask.size


@pytest.mark.parametrize("hole", [None, "", "0,0,1", "0,0,1,x", "0.5,0,0.5,1", "0,0,1,1.1", "-1,0,1,1", "nan,0,1,1"])
def test_what_is_no_hole(hole):
    with pytest.raises(UserError, match="hole"):
        mask_of({} if hole is None else {"hole": hole})


@pytest.mark.parametrize(
    ("text", "length"), [("12", 12), ("0", 0), ("", None), ("-1", None), ("1e3", None), ("²", None)]
)
def test_the_length_of_a_body(text, length):
    assert length_of({"Content-Length": text}) == length


def test_a_body_that_does_not_say_its_length():
    assert length_of({}) is None
