"""Images of any number of channels as the colours that networks for photographs take."""

import numpy as np


def to_rgb(images: np.ndarray) -> np.ndarray:
    """Returns images in RGB, white where they are transparent.

    Args:
        images: float [n, H, W, C] in [−1, 1]: C 1 for luminance, 3 for RGB, 4 for RGBA.

    Returns:
        float32 [n, H, W, 3].
    """
    images = np.asarray(images, np.float32)
    if images.shape[-1] == 1:
        return np.repeat(images, 3, axis=-1)
    if images.shape[-1] == 4:
        opacity = (images[..., 3:] + 1.0) / 2.0
        return opacity * images[..., :3] + (1.0 - opacity)
    return images
