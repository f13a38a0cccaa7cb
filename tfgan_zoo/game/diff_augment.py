"""DiffAugment: random colours, shifts and cut-outs, differentiable, so that G's gradient passes through them."""

import keras
import tensorflow as tf

from tfgan_zoo.game.augmentations import Augmentation

SHIFT = 1 / 8  # of a side, at most
HOLE = 1 / 2  # of a side


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Color(Augmentation):
    """Brightness + U(−½, ½); then saturation · U(0, 2) about a pixel's mean, contrast · U(½, 1½) about an image's.

    Of four channels the last one is transparency, which stays. Gray images have no saturation.

    Reference: Zhao et al. 2020, arXiv:2006.10738, and the authors' `DiffAugment_tf.py`.
    """

    def augment(self, images, draw):
        colors, alpha = (images[..., :3], images[..., 3:]) if images.shape[-1] == 4 else (images, None)
        colors += draw("brightness", (1, 1, 1)) - 0.5
        gray = tf.reduce_mean(colors, axis=3, keepdims=True)
        colors = gray + 2.0 * draw("saturation", (1, 1, 1)) * (colors - gray)
        mean = tf.reduce_mean(colors, axis=[1, 2, 3], keepdims=True)
        colors = mean + (0.5 + draw("contrast", (1, 1, 1))) * (colors - mean)
        return colors if alpha is None else tf.concat([colors, alpha], axis=3)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Translation(Augmentation):
    """Moves an image by whole pixels, up to an eighth of each side; what comes in is 0, a medium gray.

    Reference: as `Color`.
    """

    def augment(self, images, draw):
        for axis, name in ((1, "down"), (2, "right")):
            side = images.shape[axis]
            most = int(side * SHIFT + 0.5)
            shift = tf.cast(tf.floor(draw(f"translation/{name}", (1,)) * (2 * most + 1)), tf.int32) - most
            images = _gather(images, tf.range(side)[None, :] - shift, axis)
        return images


def _gather(images: tf.Tensor, positions: tf.Tensor, axis: int) -> tf.Tensor:
    """Returns rows (axis 1) or columns (axis 2) of each image; zeros for positions outside of it.

    Args:
        images: [n, H, W, C].
        positions: int32 [n, side].
        axis: 1 or 2.
    """
    side = images.shape[axis]
    border = [[1, 1] if index == axis else [0, 0] for index in range(4)]
    return tf.gather(tf.pad(images, border), tf.clip_by_value(positions, -1, side) + 1, axis=axis, batch_dims=1)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Cutout(Augmentation):
    """Sets a rectangle of half of each side to 0, a medium gray. Its centre may lie anywhere in the image.

    Reference: as `Color`.
    """

    def augment(self, images, draw):
        down, right = (self._inside(images.shape[axis], draw, axis) for axis in (1, 2))
        hole = down[:, :, None, None] & right[:, None, :, None]
        return tf.where(hole, 0.0, images)

    @staticmethod
    def _inside(side: int, draw, axis: int) -> tf.Tensor:
        """Returns which positions along a side lie in the hole, bool [n, side]."""
        length = int(side * HOLE + 0.5)
        centres = side + 1 - length % 2  # in how many places the centre may be
        first = tf.cast(tf.floor(draw(f"cutout/{axis}", (1,)) * centres), tf.int32) - length // 2
        positions = tf.range(side)[None, :]
        return (positions >= first) & (positions < first + length)
