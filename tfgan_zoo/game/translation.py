"""What a model that is given images makes of them."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Translation:
    """A function from images to images, or from points to points, at inference.

    Attributes:
        name: of its signature in an export: `"translate"`, `"translate_a_to_b"` or `"translate_b_to_a"`.
        function: examples float32 [n, *input_shape] in [−1, 1] → float32 [n, *output_shape]; where `mask` is set,
            (examples, mask) with mask float32 [n, H, W, 1], 1 where pixels are to be filled.
        input_shape, output_shape: (H, W, C) of images, (2,) of points.
        mask: it is given a mask beside.
    """

    name: str
    function: Callable
    input_shape: tuple
    output_shape: tuple
    mask: bool = False
