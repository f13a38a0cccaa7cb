"""ADA: its pipeline against transcriptions of the authors' code in NumPy, and how its probability moves."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import map_coordinates

from tests.game.given_draws import GivenDraws, assert_gradients_by_finite_differences
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.adaptive_augmentation import AdaptiveAugmentation, _Chance, _color, _geometry, recolor, warp
from tfgan_zoo.game.losses import LeastSquares

COUNT = 8


def images_of(*shape):
    return np.random.default_rng(1).uniform(-1.0, 1.0, (COUNT, *shape)).astype(np.float32)


class Authors:
    """What `augment.py` of stylegan2-ada-pytorch does to image i, with the draws of the test."""

    def __init__(self, draws, i, p):
        self.draws, self.i, self.p = draws, i, p

    def chosen(self, name, value, neutral, p=None):
        return value if self.draws.of(f"{name}?")[self.i] < (self.p if p is None else p) else neutral

    def uniform(self, name):
        return float(self.draws.of(name)[self.i])

    def normal(self, name):
        radius, angle = self.uniform(f"{name}/radius"), self.uniform(f"{name}/angle")
        return np.sqrt(-2.0 * np.log(1.0 - radius)) * np.cos(2.0 * np.pi * angle)

    def geometry(self, height, width):
        def scale(x, y):
            return np.diag([x, y, 1.0])

        def shift(x, y):
            return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])

        def turn(t):
            return np.array([[np.cos(t), -np.sin(t), 0.0], [np.sin(t), np.cos(t), 0.0], [0.0, 0.0, 1.0]])

        g = np.eye(3)
        i = self.chosen("mirror", np.floor(self.uniform("mirror") * 2), 0)
        g = g @ scale(1 - 2 * i, 1)
        i = self.chosen("quarters", np.floor(self.uniform("quarters") * 4), 0)
        g = g @ turn(np.pi / 2 * i)
        x = self.chosen("shift/right", (self.uniform("shift/right") * 2 - 1) * 0.125, 0)
        y = self.chosen("shift/down", (self.uniform("shift/down") * 2 - 1) * 0.125, 0)
        g = g @ shift(np.round(x * width), np.round(y * height))
        s = self.chosen("scale", np.exp2(self.normal("scale") * 0.2), 1)
        g = g @ scale(s, s)
        p_rot = 1 - np.sqrt(1 - self.p)
        g = g @ turn(self.chosen("rotation/1", (self.uniform("rotation/1") * 2 - 1) * np.pi, 0, p_rot))
        s = self.chosen("stretch", np.exp2(self.normal("stretch") * 0.2), 1)
        g = g @ scale(s, 1 / s)
        g = g @ turn(self.chosen("rotation/2", (self.uniform("rotation/2") * 2 - 1) * np.pi, 0, p_rot))
        x = self.chosen("fraction/right", self.normal("fraction/right") * 0.125, 0)
        y = self.chosen("fraction/down", self.normal("fraction/down") * 0.125, 0)
        return (g @ shift(x * width, y * height))[:2]

    def color(self):
        v = np.ones(3) / np.sqrt(3)
        c = np.eye(4)

        def then(linear, offset=0.0):
            m = np.eye(4)
            m[:3, :3] = linear
            m[:3, 3] = offset
            return m @ c

        c = then(np.eye(3), self.chosen("brightness", self.normal("brightness") * 0.2, 0))
        c = then(np.eye(3) * self.chosen("contrast", np.exp2(self.normal("contrast") * 0.5), 1))
        i = self.chosen("luma_flip", np.floor(self.uniform("luma_flip") * 2), 0)
        c = then(np.eye(3) - 2 * np.outer(v, v) * i)
        t = self.chosen("hue", (self.uniform("hue") * 2 - 1) * np.pi, 0)
        x, y, z = v
        cc = 1 - np.cos(t)
        sin = np.sin(t)
        c = then(
            [  # `rotate3d` of the authors
                [x * x * cc + np.cos(t), x * y * cc - z * sin, x * z * cc + y * sin],
                [y * x * cc + z * sin, y * y * cc + np.cos(t), y * z * cc - x * sin],
                [z * x * cc - y * sin, z * y * cc + x * sin, z * z * cc + np.cos(t)],
            ]
        )
        s = self.chosen("saturation", np.exp2(self.normal("saturation")), 1)
        c = then(np.outer(v, v) + (np.eye(3) - np.outer(v, v)) * s)
        return c[:3]


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_each_operation_is_the_authors(p, seed):
    draws = GivenDraws(COUNT, seed)
    chance = _Chance(tf.constant(p), draws)
    geometry, color = _geometry(chance, 24, 16).numpy(), _color(chance).numpy()
    theirs = [Authors(draws, i, p) for i in range(COUNT)]
    np.testing.assert_allclose(geometry, [one.geometry(24, 16) for one in theirs], atol=1e-5)
    np.testing.assert_allclose(color, [one.color() for one in theirs], atol=1e-5)
    assert (np.abs(geometry - np.eye(2, 3)).max() > 0.1) == (p > 0)


def test_an_operation_changes_a_share_p_of_the_images():
    draws = GivenDraws(2000)
    changed = (_color(_Chance(tf.constant(0.3), draws)).numpy() - np.eye(3, 4)).any(axis=(1, 2)).mean()
    # Five independent operations, of which the luma flip does nothing to every other image.
    assert changed == pytest.approx(1.0 - 0.7**4 * 0.85, abs=0.03)


@pytest.mark.parametrize("shape", [(12, 12, 3), (9, 14, 1)], ids=str)
def test_sampling_is_scipys(shape):
    height, width, channels = shape
    images = images_of(*shape)
    maps = np.random.default_rng(2).normal(size=(COUNT, 2, 3)) * [0.7, 0.7, 4.0]
    found = warp(tf.constant(images), tf.constant(maps, tf.float32)).numpy()
    y, x = np.mgrid[:height, :width]
    for image, matrix, result in zip(images, maps, found, strict=True):
        places = matrix @ np.stack([x.ravel() - (width - 1) / 2, y.ravel() - (height - 1) / 2, np.ones(x.size)])
        rows, columns = places[1] + (height - 1) / 2, places[0] + (width - 1) / 2
        expected = [map_coordinates(image[..., c], [rows, columns], order=1, mode="mirror") for c in range(channels)]
        np.testing.assert_allclose(result, np.stack(expected, -1).reshape(shape), atol=1e-5)


def test_colours_of_gray_and_of_transparent_images_are_those_of_gray_pixels_and_opaque_ones():
    maps = _color(_Chance(tf.constant(1.0), GivenDraws(COUNT)))
    images = images_of(4, 5, 4)
    colors = recolor(tf.constant(images[..., :3]), maps).numpy()
    expected = np.einsum("nij,nhwj->nhwi", maps.numpy()[:, :, :3], images[..., :3]) + maps.numpy()[:, None, None, :, 3]
    np.testing.assert_allclose(colors, expected, atol=1e-5)
    transparent = recolor(tf.constant(images), maps).numpy()
    np.testing.assert_allclose(transparent, np.concatenate([colors, images[..., 3:]], -1), atol=1e-6)
    gray = images[..., :1]
    of_gray_pixels = recolor(tf.constant(np.repeat(gray, 3, axis=-1)), maps).numpy().mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(recolor(tf.constant(gray), maps), of_gray_pixels, atol=1e-5)


def test_gradients_are_those_of_finite_differences():
    layer, draws = AdaptiveAugmentation(), GivenDraws(COUNT)
    layer.p.assign(0.8)
    assert_gradients_by_finite_differences(lambda images: layer.augment(images, draws), images_of(8, 8, 3))


def test_at_the_start_nothing_is_changed():
    images = images_of(9, 16, 3)
    np.testing.assert_allclose(AdaptiveAugmentation().augment(images, GivenDraws(COUNT)), images, atol=1e-6)


def test_p_follows_the_signs_of_d_on_real_images(tiny_gan):
    gan = tiny_gan((4, 4, 1), augmentation="ada:40", learning_rate=0.0)
    kernel, bias = gan.discriminator.layers[-1].weights
    kernel.assign(np.zeros(kernel.shape))
    real, found = tf.zeros((8, 4, 4, 1)), []
    for sign in (1, 1, 1, -1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1):
        bias.assign([sign])
        gan.train_step(real)
        found.append(float(gan.augmentation.p))
    # 8 images of 40 move it by 0.2; it stays in [0, 1].
    expected = [0.2, 0.4, 0.6, 0.4, 0.6, 0.8, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2, 0.0, 0.0]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    logged = {metric.name: float(metric.result()) for metric in gan.metrics}
    assert logged["augment_p"] == pytest.approx(np.mean(expected))
    assert logged["real_sign"] == pytest.approx(0.0)


@pytest.mark.parametrize(("positive", "p"), [(6, 0.0), (7, 0.2)])
def test_the_target_is_a_mean_sign_of_six_tenths(tiny_gan, positive, p):
    """Of 8 real images 6 positive ones have a mean sign of 0.5, and 7 one of 0.75."""
    gan = tiny_gan((4, 4, 1), augmentation="ada:40", learning_rate=0.0)
    gan.discriminate = lambda shown, labels=None, training=False: tf.reduce_sum(shown, axis=[1, 2]) + 0.0
    real = tf.where(tf.range(8)[:, None, None, None] < positive, 1.0, -1.0) * tf.ones((8, 4, 4, 1))
    gan.augmentation.observe(gan.forward_pass(gan, real, None, "discriminator"))
    assert float(gan.augmentation.p) == pytest.approx(p)


def test_it_moves_once_for_each_update_of_d(tiny_gan):
    gan = tiny_gan((4, 4, 1), augmentation="ada:80", learning_rate=0.0, schedule="alternating")
    gan.discriminator.layers[-1].weights[0].assign(np.zeros((4, 1)))
    gan.discriminator.layers[-1].weights[1].assign([1.0])
    for _ in range(4):
        gan.train_step(tf.zeros((8, 4, 4, 1)))
    assert float(gan.augmentation.p) == pytest.approx(0.2)


@pytest.mark.parametrize("loss", ["wasserstein", "relativistic", "least_squares"])
def test_a_loss_without_signs_is_refused(tiny_gan, loss):
    with pytest.raises(UserError, match=r"^augmentation: ada reads the signs of D's answers, which mean nothing"):
        tiny_gan((4, 4, 1), augmentation="ada", loss=loss)


def test_least_squares_about_zero_has_signs(tiny_gan):
    assert tiny_gan((4, 4, 1), augmentation="ada", loss=LeastSquares(-1.0, 1.0, 0.0)).augmentation.images == 500_000


@pytest.mark.parametrize("options", [{"images": 0}, {"target": 1.0}])
def test_numbers_out_of_range(options):
    with pytest.raises(UserError, match="accepted: images from 1, a target between"):
        AdaptiveAugmentation(**options)


def test_two_channels_are_refused(tiny_gan):
    gan = tiny_gan((4, 4, 2), augmentation="ada")
    with pytest.raises(UserError, match="ada changes images of 1, 3 or 4 channels; these have 2"):
        gan.train_step(tf.zeros((8, 4, 4, 2)))
