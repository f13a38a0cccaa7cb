"""Values in requests to the explorer."""

import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.explorer_requests import MASK_SIDE, mask_of
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
