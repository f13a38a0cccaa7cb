"""Figures of images beside the images that they should be: distances of pixels, and how much neighbours differ."""

import numpy as np


def l1(made: np.ndarray, true: np.ndarray) -> float:
    """Returns the mean absolute difference of pixels.

    Args:
        made, true: float, of shapes that broadcast; images in [0, 1].
    """
    return float(np.mean(np.abs(made - true)))


def psnr(made: np.ndarray, true: np.ndarray) -> float:
    """Returns the peak signal-to-noise ratio, −10 log₁₀ of the mean squared difference over all images, in dB.

    Args:
        made, true: float, of shapes that broadcast; images in [0, 1]. Equal ones have an infinite ratio.
    """
    error = np.mean(np.square(made - true))
    return float(-10.0 * np.log10(error)) if error else float("inf")


def gradient_energy(images: np.ndarray) -> float:
    """Returns the mean squared difference of neighbours along both axes: low where images are blurred.

    Args:
        images: float [n, H, W, C] in [0, 1].
    """
    return float(sum(np.mean(np.square(np.diff(images, axis=axis))) for axis in (1, 2)))
