import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.cdcgan import ConditionalDCGAN, code

SHAPE = (16, 16, 1)


@pytest.fixture(scope="module")
def gan():
    return ZOO["cdcgan"](SHAPE, num_classes=3, width=4)


def test_the_networks_take_the_label_beside_their_input(gan):
    assert gan.generator.input_shape == (None, 100 + 3)
    assert gan.discriminator.input_shape == (None, 16, 16, 1 + 3)
    assert gan.num_classes == 3


def test_g_sees_latents_and_label(gan):
    latents = tf.random.stateless_normal((2, 100), [0, 0])
    by_hand = gan.generator(np.concatenate([latents, [[0, 0, 1], [1, 0, 0]]], axis=1).astype(np.float32))
    np.testing.assert_array_equal(gan.generate(latents, tf.constant([2, 0])), by_hand)


def test_d_sees_the_image_and_a_constant_map_for_each_class(gan):
    images = np.random.default_rng(0).uniform(-1, 1, (2, *SHAPE)).astype(np.float32)
    maps = np.zeros((2, 16, 16, 3), np.float32)
    maps[0, :, :, 1] = maps[1, :, :, 2] = 1.0
    by_hand = gan.discriminator(np.concatenate([images, maps], axis=3))
    np.testing.assert_array_equal(gan.discriminate(images, tf.constant([1, 2])), by_hand)


def test_images_without_labels_are_refused(gan):
    with pytest.raises(ValueError, match="conditioned on labels"):
        gan.fit(np.zeros((8, *SHAPE), np.float32), verbose=0)
    with pytest.raises(ValueError, match="Received: latents without labels"):
        gan.generate(tf.zeros((2, 100)))


def test_the_number_of_classes_is_stored_and_read_from_the_networks_of_older_files(gan):
    config = gan.get_config()
    assert config["num_classes"] == 3
    del config["num_classes"]  # as in files of 0.1
    assert ConditionalDCGAN.from_config(config).num_classes == 3


def test_a_thousand_classes_are_64_maps_and_each_has_a_code_of_its_own():
    gan = ZOO["cdcgan"](SHAPE, num_classes=1000, width=4)
    assert gan.num_classes == 1000
    assert gan.discriminator.input_shape == (None, 16, 16, 1 + 64)
    codes = code(tf.range(1000), 1000).numpy()
    assert codes.shape == (1000, 64)
    assert (codes.sum(axis=1) == 2).all()
    assert len(np.unique(codes, axis=0)) == 1000
    # 999 = 31 · 32 + 7
    assert np.flatnonzero(codes[999]).tolist() == [31, 32 + 7]
    assert gan.discriminate(tf.zeros((2, *SHAPE)), tf.constant([0, 999])).shape == (2, 1)
