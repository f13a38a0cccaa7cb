"""The sample pictures of a run."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.pictures import grids
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.samples import Samples


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.claim({})
    return folder


@pytest.fixture
def images():
    return ArraySource("images", np.zeros((20, 4, 4, 1), np.uint8), np.zeros(20))


def test_always_the_same_latents(tiny_gan, images, folder, real_batches):
    gan = tiny_gan((4, 4, 1))
    samples = Samples(gan, images, folder)
    first, again = samples.draw(0), samples.draw(1)
    np.testing.assert_array_equal(first, again)
    gan.generator.set_weights([weight + 1.0 for weight in gan.generator.get_weights()])
    assert (samples.draw(2) != first).any()
    np.testing.assert_array_equal(Samples(tiny_gan((4, 4, 1)), images, folder).draw(3), first)


def test_the_picture_is_the_grid_of_what_g_makes(tiny_gan, images, folder):
    gan = tiny_gan((4, 4, 1))
    samples = Samples(gan, images, folder)
    expected = grids.grid(grids.to_pixels(gan.generate(samples._inputs.latents).numpy()))
    drawn = samples.draw(7)
    assert drawn.shape == (expected.height, expected.width, 1)
    np.testing.assert_array_equal(drawn[:, :, 0], np.asarray(expected))
    with Image.open(folder.samples / "step-000007.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_averaged_weights_are_drawn_and_the_current_ones_kept(tiny_gan, images, folder):
    gan = tiny_gan((4, 4, 1), ema={"generator": 0.5})
    gan.train_step(tf.zeros((8, 4, 4, 1)))
    samples = Samples(gan, images, folder)
    before = samples.draw(1)  # after one update the average is the weights
    current = gan.generator.get_weights()
    gan.generator.set_weights([weight + 1.0 for weight in current])
    np.testing.assert_array_equal(samples.draw(2), before)
    for found, expected in zip(gan.generator.get_weights(), current, strict=True):
        np.testing.assert_array_equal(found, expected + 1.0)


def test_a_conditional_model_draws_its_classes_in_turn(tiny_gan, images, folder):
    class Conditional(GAN):
        num_classes = 3

        def generate(self, latents, labels=None, training=False):
            # An image as bright as its class: −1, 0 or 1.
            return tf.ones((tf.shape(latents)[0], 4, 4, 1)) * (tf.cast(labels, tf.float32)[:, None, None, None] - 1.0)

    picture = Samples(tiny_gan((4, 4, 1), model=Conditional), images, folder).draw(0)
    factor = picture.shape[0] // (8 * 6 + 2)
    cells = picture[4 * factor :: 6 * factor, 4 * factor :: 6 * factor, 0][:8, :8]
    np.testing.assert_array_equal(cells.ravel(), np.array([0, 128, 255])[np.arange(64) % 3])


@pytest.mark.parametrize("count", [10, 3000])
def test_points_are_drawn_over_real_ones(tiny_gan, folder, count):
    points = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    samples = Samples(tiny_gan(), ArraySource("points", points, np.zeros(count)), folder)
    assert samples._inputs.latents.shape == (2500, 3)
    assert samples.draw(0).shape == (512, 512, 3)


def test_pictures_of_later_steps_are_cut(tiny_gan, images, folder):
    samples = Samples(tiny_gan((4, 4, 1)), images, folder)
    for step in (0, 5, 999_999, 1_000_000):
        samples.draw(step)
    samples.cut(999_999)
    assert sorted(path.name for path in folder.samples.iterdir()) == [f"step-{s:06d}.png" for s in (0, 5, 999_999)]
    samples.cut(0)
    assert [path.name for path in folder.samples.iterdir()] == ["step-000000.png"]
