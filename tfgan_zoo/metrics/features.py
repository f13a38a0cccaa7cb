"""What the metrics on features share: what they ask of them, and how long sets are cut."""

import numpy as np
from sklearn.utils import gen_batches

ROWS_AT_ONCE = 1024  # 200 MB of float32 distances to 50,000 others


def check_features(*sets: np.ndarray, at_least: int) -> list[np.ndarray]:
    """Returns the sets as float arrays [n, d]; float32 stays what it is, so that large sets need no copy.

    Args:
        *sets: [n, d] each, all of the same d.
        at_least: examples in each set.

    Raises:
        ValueError: another shape, too few examples, or values that are not finite.
    """
    arrays = [np.asarray(a) for a in sets]
    arrays = [a if a.dtype == np.float32 else a.astype(np.float64, copy=False) for a in arrays]
    for array in arrays:
        if array.ndim != 2 or array.shape[1] != arrays[0].shape[1]:
            shapes = " and ".join(str(a.shape) for a in arrays)
            raise ValueError(f"features [n, d] of one width are needed. Received: shape {shapes}")
        if len(array) < at_least:
            raise ValueError(f"at least {at_least} samples are needed. Received: {len(array)}")
        # The sum of finite float32 values can overflow only where one is huge; it needs no array of booleans.
        if not np.isfinite(array.sum(dtype=np.float64)):
            raise ValueError("finite features are needed. Received: NaN or infinite values")
    return arrays


def row_blocks(features: np.ndarray) -> list[slice]:
    """Cuts the rows of features into blocks whose distances to many others can be held at once."""
    return list(gen_batches(len(features), ROWS_AT_ONCE))
