"""Parts of the residual networks without normalization that `r3gan` and `r3gan_lite` are made of."""

import math

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError

# s·2^k, s = 4 … 7, k from 1 on.
IMAGE_SIZES = (8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256)
GAIN = math.sqrt(2.0 / 1.04)  # keeps the variance through LeakyReLU 0.2


def check_image_shape(model: str, shape: tuple, sides=IMAGE_SIZES) -> None:
    """Refuses what the networks cannot make.

    Args:
        model: its name, for the message.
        shape: the argument of its `build`.
        sides: those of the square images that it makes.

    Raises:
        UserError: points instead of images, or a size or number of channels that the networks do not have.
    """
    if len(shape) != 3:
        raise UserError(f"{model} makes images, not points: choose a dataset of images, or --model=r3gan.")
    height, width, channels = shape
    if height != width or height not in sides or channels not in (1, 3, 4):
        accepted = ", ".join(map(str, sides))
        raise UserError(
            f"{model} makes square images of side {accepted} with 1, 3 or 4 channels: see --image_size. "
            f"Received: {height}×{width}×{channels}."
        )


def width_at(level: int, width: int) -> int:
    """Returns the feature maps after `level` halvings of an image's sides: twice as many each time, up to 8 · width."""
    return width * min(2**level, 8)


def scaled(seed: int, gain: float = 1.0) -> keras.initializers.Initializer:
    """Returns the initializer N(0, gain² / fan-in), which keeps a variance times gain²."""
    return keras.initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal", seed=seed)


def convolution(filters: int, seeds, size: int = 3, *, gain: float = GAIN, **options) -> layers.Layer:
    """A convolution that keeps the sides; the next seed keys its kernel."""
    options = {"padding": "same", "kernel_initializer": scaled(next(seeds), gain), **options}
    return layers.Conv2D(filters, size, **options)


def fixup_gain(blocks: int, depth: int) -> float:
    """Returns the gain of all kernels of a residual branch except the last, which starts at 0.

    With this gain, the effect of an update on the network's output does not grow with its number of blocks.

    Args:
        blocks: residual blocks of the network.
        depth: convolutions of a branch.

    Reference: Zhang, Dauphin & Ma 2019, "Fixup Initialization", arXiv:1901.09321, §3.
    """
    return GAIN * blocks ** (-1.0 / (2 * depth - 2))


def add_branch(x, *convolutions):
    """Returns x + the convolutions of it, with LeakyReLU 0.2 after each but the last."""
    *inner, last = convolutions
    branch = x
    for layer in inner:
        branch = layers.LeakyReLU(0.2)(layer(branch))
    return layers.Add()([x, last(branch)])


def last_of_branch(filters: int, seeds, size: int = 3) -> layers.Layer:
    """The last convolution of a residual branch. It starts at 0, so a block starts as the identity."""
    return convolution(filters, seeds, size, kernel_initializer="zeros", use_bias=False)
