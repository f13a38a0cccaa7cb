"""FastGAN's parts: margins, quarters, excitations, sizes, and averages that hold buffers too."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.fastgan import FastGAN, RandomMarginHinge, halved, quarter_of
from tfgan_zoo.common.errors import UserError


@pytest.fixture(scope="module")
def gan():
    return ZOO["fastgan"]((32, 32, 3), width=4)


@pytest.fixture
def images():
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 3)), tf.float32)


def test_a_quarter_is_one_of_the_four_corners():
    image = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    corners = {(0, 0): [0, 1, 4, 5], (0, 1): [2, 3, 6, 7], (1, 0): [8, 9, 12, 13], (1, 1): [10, 11, 14, 15]}
    for quarter, expected in corners.items():
        np.testing.assert_array_equal(tf.reshape(quarter_of(image, tf.constant(quarter)), [-1]), expected)


def test_halved_is_the_mean_of_four():
    np.testing.assert_array_equal(halved(tf.reshape(tf.range(4.0), [1, 2, 2, 1])), [[[[1.5]]]])


def test_margins_are_random_between_0_8_and_1():
    """At logits of 0 the loss is the mean of all margins: 2 · 0.9, of 2·n uniform numbers of deviation 0.2/√12."""
    forward = types.SimpleNamespace(
        real_logits=tf.zeros([400, 50]),
        fake_logits=tf.zeros([400, 50]),
        purpose="discriminator",
        random_key=lambda purpose: tf.constant([len(purpose), 1], tf.int64),
    )
    loss = float(RandomMarginHinge().discriminator(forward))
    assert loss == pytest.approx(1.8, abs=4 * np.sqrt(2) * 0.2 / np.sqrt(12 * 20000))
    # Beyond any margin nothing is left.
    forward.real_logits, forward.fake_logits = tf.ones([400, 50]), -tf.ones([400, 50])
    assert float(RandomMarginHinge().discriminator(forward)) == 0.0


def test_d_answers_patches_in_training_and_their_mean_else(gan, images):
    patches = gan.discriminator([images, halved(images)], training=False)["logits"]
    assert patches.shape == (4, 50)
    logits = gan.discriminate(images)["logits"]
    np.testing.assert_allclose(logits[:, 0], tf.reduce_mean(patches, axis=1), atol=1e-6)
    assert gan.discriminate(images, training=True)["logits"].shape == (4, 50)


def test_d_is_shown_both_sizes_of_real_and_fake(gan, images):
    forward = gan.forward_pass(gan, images, None, "discriminator")
    real, fake = forward.shown_real, forward.shown_fake
    assert [shown.shape for shown in (*real, *fake)] == [(4, 32, 32, 3), (4, 16, 16, 3)] * 2
    np.testing.assert_array_equal(real[1], halved(images))
    assert forward.fake is fake[0]


def test_the_decoders_error_by_hand(gan, images):
    """Decoders that answer 0 are wrong by the pictures' mean squares, of the quarter those of a quarter."""
    forward = gan.forward_pass(gan, images, None, "discriminator", training=False)
    zeros = [tf.zeros([4, 16, 16, 3])] * 3
    expected = 2 * np.mean(np.square(halved(images)))
    quarters = [np.mean(np.square(images.numpy()[:, i : i + 16, j : j + 16])) for i in (0, 16) for j in (0, 16)]
    real_decoder, gan.decoder = gan.decoder, lambda maps, training: zeros
    error = float(gan.reconstruction_error(forward))
    gan.decoder = real_decoder
    assert min(abs(error - expected - quarter) for quarter in quarters) < 1e-5


@pytest.fixture(scope="module")
def trained():
    """A GAN of four images before and after 20 steps, and its decoders' errors."""
    gan = ZOO["fastgan"]((16, 16, 3), width=4, learning_rate=3e-3, ema=0.5)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 3)).astype(np.float32)

    def error():
        forward = gan.forward_pass(gan, tf.constant(images), None, "discriminator")
        return float(gan.reconstruction_error(forward))

    before = error()
    gan.fit(images, batch_size=4, epochs=20, verbose=0)
    return types.SimpleNamespace(gan=gan, before=before, after=error())


def test_decoders_learn_to_rebuild_what_d_sees(trained):
    assert trained.after < 0.8 * trained.before


def test_buffers_are_averaged_with_the_weights(trained):
    buffers = [weight for weight in trained.gan.generator_player.weights_averaged if "moving_mean" in weight.path]
    assert buffers
    live = [buffer.numpy() for buffer in buffers]
    with trained.gan.inference_weights():
        averaged = [buffer.numpy() for buffer in buffers]
    for before, within, after in zip(live, averaged, [buffer.numpy() for buffer in buffers], strict=True):
        np.testing.assert_array_equal(after, before)
        assert np.abs(within - before).max() > 0


@pytest.mark.parametrize(
    ("side", "excited"),
    [(16, [(4, 16)]), (32, [(4, 32)]), (64, [(4, 32), (8, 64)]), (256, [(4, 64), (8, 128), (16, 256)])],
)
def test_which_maps_excite_which(side, excited):
    generator = ZOO["fastgan"]((side, side, 1), width=1).generator
    products = [layer for layer in generator.layers if isinstance(layer, keras.layers.Multiply)]
    assert [layer.output.shape[1] for layer in products] == [large for _, large in excited]
    pools = [layer for layer in generator.layers if isinstance(layer, keras.layers.AveragePooling2D)]
    assert [layer.input.shape[1] for layer in pools] == [small for small, _ in excited if small > 4]


def test_the_papers_networks_at_its_width():
    gan = ZOO["fastgan"]((256, 256, 3), width=64)
    assert {name: maps.shape[1:] for name, maps in gan.discriminator.output.items()} == {
        "logits": (50,),
        "maps": (8, 8, 512),
        "maps_before": (16, 16, 256),
        "small_maps": (8, 8, 256),
    }
    stages = [layer.output.shape[1:] for layer in gan.generator.layers if type(layer).__name__ == "GatedLinearUnit"]
    assert stages == [
        *((4, 4, 1024), (8, 8, 512), (8, 8, 512), (16, 16, 256), (32, 32, 128), (32, 32, 128)),
        *((64, 64, 128), (128, 128, 64), (128, 128, 64), (256, 256, 32)),
    ]
    rebuilt = [output.shape[1:] for output in gan.decoder.output]
    assert rebuilt == [(128, 128, 3)] * 3


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 8, 1), (64, 64, 2), (2,)])
def test_shapes_that_are_refused(shape):
    with pytest.raises(UserError, match=r"fastgan makes (square images of side 16, 32, 64, 128, 256 |images, not)"):
        ZOO["fastgan"](shape)


def test_another_loss_takes_its_place():
    gan = ZOO["fastgan"]((16, 16, 1), width=2, loss="non_saturating")
    assert type(gan) is FastGAN
    assert type(gan.loss).__name__ == "NonSaturating"
