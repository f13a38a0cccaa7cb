"""ADA: augmentation whose probability adapts to how much D overfits."""

import functools
import math

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.augmentations import Augmentation
from tfgan_zoo.machine.distribution import mean_over_replicas, num_replicas

IMAGES, TARGET = 500_000, 0.6
SHIFT, SHIFT_DEVIATION = 1 / 8, 1 / 8  # of a side: by whole pixels at most, by fractions of one
SCALE_DEVIATION, BRIGHTNESS_DEVIATION, CONTRAST_DEVIATION, SATURATION_DEVIATION = 0.2, 0.2, 0.5, 1.0
CHANNELS = (1, 3, 4)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class AdaptiveAugmentation(Augmentation):
    """Applies each operation to each image with probability p, which moves until E sign D(x) on real data is `target`.

    The operations are those of the paper's best pipeline, "bgc": mirror, quarter turns, whole-pixel and fractional
    shifts, isotropic and anisotropic scales, rotations, and brightness, contrast, luma flip, hue and saturation. All
    geometry is one affine map, by which each image is sampled once. Of four channels the last one is transparency,
    which only the geometry changes.

    Args:
        images: how many images D sees while p rises from 0 to 1.
        target: of E sign D(x), between −1 and 1: above it D recognizes the training images, and p rises.

    Attributes:
        p: float32 variable in [0, 1], 0 at the start.

    Reference: Karras et al. 2020, arXiv:2006.06676, §3 and appendix B. Deviations: p moves after each update of D, not
    after every fourth; images are sampled bilinearly, without the paper's low-pass filter.
    """

    needs_signs = True

    def __init__(self, images: int = IMAGES, target: float = TARGET, **kwargs):
        super().__init__(**kwargs)
        if images < 1 or not -1.0 < target < 1.0:
            raise UserError(f"images={images}, target={target}: accepted: images from 1, a target between −1 and 1.")
        self.images = images
        self.target = target
        self.p = self.add_weight(shape=(), initializer="zeros", aggregation="only_first_replica", name="p")
        self.watched = (keras.metrics.Mean(name="augment_p"), keras.metrics.Mean(name="real_sign"))

    def augment(self, images, draw):
        if images.shape[-1] not in CHANNELS:
            raise UserError(f"augmentation: ada changes images of 1, 3 or 4 channels; these have {images.shape[-1]}.")
        chance = _Chance(self.p.value, draw)
        images = warp(images, _geometry(chance, *images.shape[1:3]))
        return recolor(images, _color(chance))

    def observe(self, forward):
        signs = [tf.reduce_mean(tf.sign(game.real_logits)) for game in forward.games]
        sign = mean_over_replicas(tf.add_n(signs) / len(signs))
        batch_size = tf.shape(tf.nest.flatten(forward.real)[0])[0] * num_replicas()
        move = tf.sign(sign - self.target) * tf.cast(batch_size, tf.float32) / self.images
        self.p.assign(tf.clip_by_value(self.p.value + move, 0.0, 1.0))
        for metric, value in zip(self.watched, (self.p.value, sign), strict=True):
            metric.update_state(value)

    def get_config(self):
        return {**super().get_config(), "images": self.images, "target": self.target}


class _Chance:
    """Draws the parameter of an operation for each image; with probability 1 − p it is the neutral one.

    Args:
        p: scalar.
        draw: as `Augmentation.augment` takes it.
    """

    def __init__(self, p, draw):
        self.p = p
        self._draw = draw

    def uniform(self, name: str, neutral: float = 0.0, p=None) -> tf.Tensor:
        """Returns U(0, 1), or what leaves the image as it is: float32 [n]."""
        return self._chosen(name, self._draw(name, ()), neutral, p)

    def normal(self, name: str, neutral: float = 0.0) -> tf.Tensor:
        """Returns N(0, 1), or what leaves the image as it is: float32 [n]."""
        radius = tf.sqrt(-2.0 * tf.math.log(1.0 - self._draw(f"{name}/radius", ())))
        return self._chosen(name, radius * tf.cos(2.0 * math.pi * self._draw(f"{name}/angle", ())), neutral)

    def _chosen(self, name, value, neutral, p=None):
        return tf.where(self._draw(f"{name}?", ()) < (self.p if p is None else p), value, neutral)


def _geometry(chance: _Chance, height: int, width: int) -> tf.Tensor:
    """Returns the maps from places of the new image to those of the old one, in pixels about the centre: [n, 2, 3]."""
    p_rotation = 1.0 - tf.sqrt(1.0 - chance.p)  # of each of two, so that one or both come with probability p
    mirror = 1.0 - 2.0 * tf.floor(2.0 * chance.uniform("mirror"))
    quarters = tf.floor(4.0 * chance.uniform("quarters"))
    right = tf.round(SHIFT * width * (2.0 * chance.uniform("shift/right", 0.5) - 1.0))
    down = tf.round(SHIFT * height * (2.0 * chance.uniform("shift/down", 0.5) - 1.0))
    scale = _power_of_two(SCALE_DEVIATION * chance.normal("scale"))
    first, second = (math.pi * (2.0 * chance.uniform(f"rotation/{n}", 0.5, p_rotation) - 1.0) for n in (1, 2))
    stretch = _power_of_two(SCALE_DEVIATION * chance.normal("stretch"))
    further_right = SHIFT_DEVIATION * width * chance.normal("fraction/right")
    further_down = SHIFT_DEVIATION * height * chance.normal("fraction/down")
    steps = [
        _scaling(mirror, tf.ones_like(mirror)),
        _rotation(0.5 * math.pi * quarters),
        _shift(right, down),
        _scaling(scale, scale),
        _rotation(first),
        _scaling(stretch, 1.0 / stretch),
        _rotation(second),
        _shift(further_right, further_down),
    ]
    return functools.reduce(tf.matmul, steps)[:, :2]


def _power_of_two(exponent: tf.Tensor) -> tf.Tensor:
    return tf.exp(math.log(2.0) * exponent)


def _rows(*rows: list) -> tf.Tensor:
    """Returns a matrix for each image, float32 [n, rows, columns], from its entries, float32 [n] or numbers."""
    like = next(entry for row in rows for entry in row if tf.is_tensor(entry))
    return tf.stack([tf.stack([entry * tf.ones_like(like) for entry in row], axis=-1) for row in rows], axis=-2)


def _scaling(x, y) -> tf.Tensor:
    return _rows([x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0])


def _shift(x, y) -> tf.Tensor:
    return _rows([1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0])


def _rotation(angle) -> tf.Tensor:
    cos, sin = tf.cos(angle), tf.sin(angle)
    return _rows([cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0])


def warp(images: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
    """Samples each image once, bilinearly; beyond its borders it is mirrored.

    Args:
        images: [n, H, W, C], of static height and width.
        maps: float32 [n, 2, 3], from (x, y, 1) of a pixel of the result to (x, y) in the image, in pixels about the
            centre, x to the right and y down.
    """
    height, width, channels = images.shape[1:]
    x, y = tf.meshgrid(_about_centre(width), _about_centre(height))
    places = tf.stack([tf.reshape(x, [-1]), tf.reshape(y, [-1]), tf.ones(height * width)])
    found = tf.matmul(maps, places)  # [n, 2, H·W]
    left, beyond_left = _between_pixels(found[:, 0], width)
    top, below_top = _between_pixels(found[:, 1], height)
    right, bottom = tf.minimum(left + 1, width - 1), tf.minimum(top + 1, height - 1)
    pixels = tf.reshape(images, [-1, height * width, channels])

    def at(row, column):
        return tf.gather(pixels, row * width + column, batch_dims=1)

    above = _mixed(at(top, left), at(top, right), beyond_left)
    below = _mixed(at(bottom, left), at(bottom, right), beyond_left)
    return tf.reshape(_mixed(above, below, below_top), tf.shape(images))


def _about_centre(side: int) -> tf.Tensor:
    return tf.range(side, dtype=tf.float32) - (side - 1) / 2


def _between_pixels(place: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the last pixel before each place and how far beyond it the place lies, int32 and float32."""
    last = float(max(side - 1, 1))
    place = last - tf.abs(tf.math.floormod(place + (side - 1) / 2, 2.0 * last) - last)  # mirrored into the image
    pixel = tf.floor(place)
    return tf.cast(pixel, tf.int32), place - pixel


def _mixed(a, b, share_of_b):
    return a + share_of_b[..., None] * (b - a)


def _color(chance: _Chance) -> tf.Tensor:
    """Returns the maps from (red, green, blue, 1) to new colours, float32 [n, 3, 4]."""
    brightness = BRIGHTNESS_DEVIATION * chance.normal("brightness")
    contrast = _power_of_two(CONTRAST_DEVIATION * chance.normal("contrast"))
    luma_flip = 1.0 - 2.0 * tf.floor(2.0 * chance.uniform("luma_flip"))
    hue = math.pi * (2.0 * chance.uniform("hue", 0.5) - 1.0)
    saturation = _power_of_two(SATURATION_DEVIATION * chance.normal("saturation"))
    # About the gray axis: brightness moves along it, contrast scales all, the flip turns it, hue turns about it, and
    # saturation scales what lies across it.
    along = tf.ones((3, 3)) / 3.0
    across = tf.eye(3) - along
    turn = tf.constant([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3.0)
    cos, sin, saturation = (each[:, None, None] for each in (tf.cos(hue), tf.sin(hue), saturation))
    linear = luma_flip[:, None, None] * along + saturation * (cos * across + sin * turn)
    linear *= contrast[:, None, None]
    offset = tf.tile((brightness * contrast * luma_flip)[:, None, None], [1, 3, 1])
    return tf.concat([linear, offset], axis=2)


def recolor(images: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
    """Changes the colours of each image; gray ones by what the map does to gray, and transparency not at all.

    Args:
        images: [n, H, W, C], C of `CHANNELS`.
        maps: float32 [n, 3, 4], from (red, green, blue, 1) to new colours.
    """
    linear, offset = maps[:, :, :3], maps[:, None, None, :, 3]
    if images.shape[-1] == 1:
        gain = tf.reduce_mean(tf.reduce_sum(linear, axis=2), axis=1)
        return images * gain[:, None, None, None] + tf.reduce_mean(offset, axis=3, keepdims=True)
    colors = tf.einsum("nij,nhwj->nhwi", linear, images[..., :3]) + offset
    return tf.concat([colors, images[..., 3:]], axis=3)
