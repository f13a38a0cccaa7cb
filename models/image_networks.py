"""Parts of the networks that map images to images: encoders, decoders, and discriminators of patches."""

import keras
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.common.registry import unknown

from .dcgan import IMAGE_SIZES, batch_normalization, doublings, normal


def instance_normalization() -> layers.Layer:
    """Normalizes each feature map of each image by itself (Ulyanov et al. 2016, arXiv:1607.08022)."""
    return layers.GroupNormalization(groups=-1, epsilon=1e-5)


NORMALIZATIONS = {"batch": batch_normalization, "instance": instance_normalization}


def normalization_of(name: str):
    """Returns the function that makes the normalization layers of a name.

    Raises:
        UserError: there is none.
    """
    if name not in NORMALIZATIONS:
        raise unknown("normalization", name, NORMALIZATIONS)
    return NORMALIZATIONS[name]


def convolution(filters: int, seeds, size: int = 4, *, strides: int = 2, **options) -> layers.Layer:
    """A convolution whose kernel begins at N(0, 0.02), drawn by the next seed; by default it halves the sides."""
    options = {"padding": "same", "kernel_initializer": normal(next(seeds)), **options}
    return layers.Conv2D(filters, size, strides=strides, **options)


def deconvolution(filters: int, seeds, size: int = 4, **options) -> layers.Layer:
    """A transposed convolution that doubles the sides, with a kernel as in `convolution`."""
    options = {"strides": 2, "padding": "same", "kernel_initializer": normal(next(seeds)), **options}
    return layers.Conv2DTranspose(filters, size, **options)


def width_at(level: int, width: int) -> int:
    """Returns the feature maps after `level` halvings more than the first: twice as many each time, up to 8 · width."""
    return width * min(2**level, 8)


def encode(x, levels: int, width: int, seeds, normalization):
    """Halves the sides `levels` times: convolution 4×4, normalization but in the first, LeakyReLU 0.2."""
    for level in range(levels):
        x = convolution(width_at(level, width), seeds, use_bias=level == 0)(x)
        x = layers.LeakyReLU(0.2)(normalization()(x) if level else x)
    return x


def decode(x, levels: int, width: int, channels: int, seeds, normalization):
    """Doubles the sides `levels` times: transposed convolution 4×4, normalization, ReLU; the last one ends in tanh."""
    for level in reversed(range(levels - 1)):
        x = layers.ReLU()(normalization()(deconvolution(width_at(level, width), seeds, use_bias=False)(x)))
    return deconvolution(channels, seeds, activation="tanh", dtype="float32", name="images")(x)


def make_discriminator(shape: tuple, *, width: int, normalization, seed: int, name: str) -> keras.Model:
    """Image → halvings down to sides of 4 … 7 → one logit for the whole image."""
    seeds = layer_seeds(seed, name)
    images = keras.Input(shape, name="images")
    x = layers.Flatten()(encode(images, doublings(shape[0]), width, seeds, normalization))
    logits = layers.Dense(1, kernel_initializer=normal(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def make_patch_discriminator(shape: tuple, *, width: int, seed: int, name: str) -> keras.Model:
    """Image → one logit for each of many overlapping patches, whose size goes with that of the image.

    3 halvings from sides of 128 pixels on, which judge patches of 70 × 70; 2 from 48 on, 34 × 34; 1 below, 16 × 16.
    """
    seeds = layer_seeds(seed, name)
    side = min(shape[:2])
    levels = 3 if side >= 128 else 2 if side >= 48 else 1
    images = keras.Input(shape, name="images")
    x = encode(images, levels, width, seeds, instance_normalization)
    x = convolution(width_at(levels, width), seeds, strides=1, use_bias=False)(x)
    x = layers.LeakyReLU(0.2)(instance_normalization()(x))
    logits = convolution(1, seeds, strides=1, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def check_two_domains(model: str, shapes: dict) -> None:
    """Refuses anything but two domains of one kind and size.

    Args:
        model: its name, for the message.
        shapes: what its `build` was given.

    Raises:
        UserError: one domain, or two of unlike sizes.
    """
    if not isinstance(shapes, dict):
        kind = "points" if len(shapes) == 1 else "images"
        raise UserError(f"{model} translates between two domains. Received: {kind} of one, of shape {shapes}.")
    if shapes["a"][:2] != shapes["b"][:2]:
        raise UserError(
            f"{model} keeps the size of an image: see --image_size. Received: {shapes['a']}, {shapes['b']}."
        )


def check_sides(model: str, shape: tuple) -> None:
    """Refuses images that have not the sides of DCGAN's.

    Raises:
        UserError: points, or another size.
    """
    if len(shape) != 3:
        raise UserError(f"{model} takes images, not points: choose a dataset of images.")
    if shape[0] != shape[1] or shape[0] not in IMAGE_SIZES:
        sizes = ", ".join(map(str, IMAGE_SIZES))
        received = "×".join(map(str, shape))
        raise UserError(f"{model} takes square images of side {sizes}: see --image_size. Received: {received}.")
