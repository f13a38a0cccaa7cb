"""scikit-learn's handwritten digits: 1,797 real pictures that come with the library, so that anything can be tried
without a network.

Reference: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
"""

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data import images
from tfgan_zoo.data.source import ArraySource

SPLITS = ("train", "test")
SPLIT_SEED = 0
TEST_PART = 0.2
BRIGHTEST = 16  # scikit-learn's values are counts of ink in blocks of 4 × 4 pixels

DEFAULT_SIZE = 16


def digits(*, split: str = "train", image_size: int | None = None, data_dir: str | None = None) -> ArraySource:
    """Opens the digits: 8 × 8 pixels enlarged to 16 × 16, since the zoo's networks begin at 16.

    Args:
        split: `"train"`, four fifths of the examples, or `"test"`, the rest; every class in the same proportion.
        image_size: height and width, enlarged with a bicubic filter; None for 16.
        data_dir: not used; the digits are part of scikit-learn.

    Returns:
        A source of images of shape (image_size, image_size, 1) in ten classes.

    Raises:
        UserError: the split or the size cannot be used.
    """
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    size = images.check_size(image_size) or DEFAULT_SIZE
    counts, labels = load_digits(return_X_y=True)
    pixels = np.round(counts * (255 / BRIGHTEST)).astype(np.uint8).reshape(-1, 8, 8, 1)
    parts = train_test_split(pixels, labels, test_size=TEST_PART, random_state=SPLIT_SEED, stratify=labels)
    pixels, labels = parts[SPLITS.index(split)], parts[2 + SPLITS.index(split)]
    pixels = images.resize(pixels, size, method=Image.Resampling.BICUBIC)
    return ArraySource("digits", pixels, labels, [str(digit) for digit in range(10)])
