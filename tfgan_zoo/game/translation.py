"""What a model that is given images offers: named functions from examples to examples."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Translation:
    """One way from examples to examples, at inference.

    Attributes:
        name: `"translate"`, or `"translate_a_to_b"` and `"translate_b_to_a"`.
        function: maps float32 [n, *input_shape], images in [−1, 1] or points, to float32 [n, *output_shape]. With
            `mask` it takes a second argument, float32 [n, H, W, 1], 1 where pixels are to be filled.
        input_shape: (H, W, C) of an image, (2,) of a point.
        output_shape: likewise.
        mask: the function takes a mask.
    """

    name: str
    function: Callable
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    mask: bool = False
