import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.pacgan import PacGAN
from tfgan_zoo.common.errors import UserError


def test_d_sees_neighbours_side_by_side_and_answers_once_for_each_pack():
    gan = ZOO["pacgan"]((2,), pack=3)
    points = np.arange(12, dtype=np.float32).reshape(6, 2)
    by_hand = gan.discriminator(np.array([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]], np.float32))
    np.testing.assert_array_equal(gan.discriminate(tf.constant(points)), by_hand)


def test_images_are_packed_by_channels():
    gan = ZOO["pacgan"]((16, 16, 3), pack=2, width=4)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 3)).astype(np.float32)
    packed = np.stack([np.concatenate(images[:2], axis=-1), np.concatenate(images[2:], axis=-1)])
    np.testing.assert_array_equal(gan.discriminate(tf.constant(images)), gan.discriminator(packed))


def test_the_batch_holds_as_many_packs_as_the_papers_has_examples():
    assert ZOO["pacgan"]((2,), pack=4).batch_size == 400


def test_a_batch_of_broken_packs_is_refused():
    with pytest.raises(UserError, match=r"batch_size=7: pacgan needs a multiple of pack=2\."):
        ZOO["pacgan"]((2,), pack=2).discriminate(tf.zeros((7, 2)))


def test_the_pack_is_stored_and_read_from_the_networks_of_older_files():
    config = ZOO["pacgan"]((16, 16, 1), pack=3, width=4).get_config()
    assert config["pack"] == 3
    del config["pack"]  # as in files of 0.1
    assert PacGAN.from_config(config).pack == 3
