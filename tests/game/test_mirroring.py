"""Mirror images of the training data."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import key
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.mirroring import mirrored

IMAGES = tf.constant(np.random.default_rng(0).normal(size=(400, 3, 4, 1)), tf.float32)


def which_are_turned(found, images=IMAGES):
    """Returns which images were mirrored; each is as it was, or mirrored."""
    same = (found == images.numpy()).all(axis=(1, 2, 3))
    turned = (found == images.numpy()[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ turned).all()
    return turned


def test_a_fair_coin_for_each_image_and_another_at_each_step():
    first, again, later = (which_are_turned(mirrored(IMAGES, key(0, s, "flip")).numpy()) for s in (1, 1, 2))
    assert 0.42 < first.mean() < 0.58
    np.testing.assert_array_equal(first, again)
    assert 0.42 < (first == later).mean() < 0.58


def test_images_that_belong_together_are_turned_alike():
    found = mirrored({"a": IMAGES, "b": -IMAGES}, key(0, 1, "flip"))
    np.testing.assert_array_equal(found["a"], -found["b"].numpy())


def test_points_are_refused(tiny_gan):
    gan = tiny_gan(flip=True)
    with pytest.raises(UserError, match=r"^flip: mirrors images, and the data are none; leave --flip out\.$"):
        gan.train_step(tf.zeros((8, 2)))


class Noting(GAN):
    """Notes the real images of each pass."""

    def after_update(self, forward):
        self.seen = forward.real.numpy()


def test_training_sees_mirror_images_and_evaluation_does_not(tiny_gan):
    gan = tiny_gan((3, 4, 1), model=Noting, flip=True, run_eagerly=True)
    gan.train_step(IMAGES)
    expected = which_are_turned(mirrored(IMAGES, key(0, 1, "flip")).numpy())
    np.testing.assert_array_equal(which_are_turned(gan.seen), expected)
    shown = []
    discriminate = gan.discriminate
    gan.discriminate = lambda s, labels=None, training=False: shown.append(s) or discriminate(s, labels, training)
    gan.test_step(IMAGES)
    np.testing.assert_array_equal(shown[0], IMAGES)
