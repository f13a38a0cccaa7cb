"""Where augmentations act: on all that D is shown in training, by draws of their own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.toys import compiled
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.augmentations import Augmentation, InTurn
from tfgan_zoo.game.forward_pass import ForwardPass


@keras.saving.register_keras_serializable(package="tests")
class Brighter(Augmentation):
    """Adds one number in [0, 1) to each image."""

    def augment(self, images, draw):
        return images + draw("brightness", (1, 1, 1))


@pytest.fixture
def gan(tiny_gan):
    return tiny_gan((4, 4, 1), augmentation=Brighter())


def shown_to(gan, forward):
    """Returns what the passes of a forward pass show to D."""
    seen = []
    discriminate = gan.discriminate
    gan.discriminate = lambda shown, labels=None, training=False: seen.append(shown) or discriminate(shown, labels)
    forward.real_output, forward.fake_output  # noqa: B018
    return seen


def test_real_and_fake_are_changed_by_draws_of_their_own(gan):
    real = tf.zeros((5, 4, 4, 1))
    forward = ForwardPass(gan, real, None, "simultaneous")
    of_real, of_fake = (np.asarray(shown) for shown in shown_to(gan, forward))
    added = of_real - 0.0, of_fake - forward.fake.numpy()
    for change in added:
        assert np.ptp(change, axis=(1, 2, 3)) == pytest.approx(np.zeros(5), abs=1e-6)  # one number an image
        assert len(np.unique(change[:, 0, 0, 0].round(5))) == 5
        assert (change >= -1e-6).all()
        assert (change < 1.0).all()
    assert not np.allclose(added[0], added[1])


def test_each_turn_and_each_step_draw_anew_and_a_repeat_draws_the_same(gan):
    real, found = tf.zeros((5, 4, 4, 1)), []
    for step, purpose in [(1, "discriminator"), (1, "generator"), (2, "generator"), (2, "generator")]:
        gan.step.assign(step)
        key = gan.random_key(f"augmentation/{purpose}/real")
        found.append(gan.augmentation.transform(real, key).numpy())
    assert not np.array_equal(found[0], found[1])
    assert not np.array_equal(found[1], found[2])
    np.testing.assert_array_equal(found[2], found[3])


def test_inference_is_not_augmented(gan):
    real = tf.zeros((5, 4, 4, 1))
    of_real, _ = shown_to(gan, ForwardPass(gan, real, None, "test", training=False))
    np.testing.assert_array_equal(of_real, real)


def test_images_of_a_pair_change_alike_and_latents_not_at_all(gan):
    shown = {"a": tf.zeros((5, 4, 4, 1)), "b": tf.ones((5, 4, 4, 3)), "latents": tf.ones((5, 2))}
    changed = gan.augmentation.transform(shown, gan.random_key("test"))
    np.testing.assert_allclose(changed["a"][..., 0] + 1.0, changed["b"][..., 2], rtol=1e-6)
    np.testing.assert_array_equal(changed["latents"], shown["latents"])


def test_gs_gradient_passes_through(gan):
    with tf.GradientTape() as tape:
        forward = ForwardPass(gan, tf.zeros((5, 4, 4, 1)), None, "generator")
        loss = gan.generator_loss(forward)
    gradients = tape.gradient(loss, gan.generator.trainable_variables)
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)


def test_a_file_brings_it_along(gan, tmp_path):
    gan.save(tmp_path / "gan.keras")
    assert type(keras.models.load_model(tmp_path / "gan.keras").augmentation) is Brighter


def test_several_are_applied_in_turn():
    class Doubles(Augmentation):
        def augment(self, images, draw):
            return 2.0 * images

    images, key = tf.ones((5, 4, 4, 1)), tf.constant([7, 1], tf.int64)
    added = Brighter().transform(images, key).numpy() - 1.0
    np.testing.assert_allclose(InTurn([Brighter(), Doubles()]).transform(images, key), 2.0 + 2.0 * added, rtol=1e-6)
    np.testing.assert_allclose(InTurn([Doubles(), Brighter()]).transform(images, key), 2.0 + added, rtol=1e-6)


def test_where_d_is_shown_no_image_it_is_refused(tiny_gan):
    for gan in (tiny_gan(augmentation="color"), compiled("pairs", augmentation="cutout")):
        with pytest.raises(UserError, match=r"^augmentation: changes images, and D is shown none here; leave --aug"):
            gan.train_step(tf.zeros((4, 2)))


@pytest.mark.parametrize("kind", ["color", "translation", "cutout", "ada"])
def test_each_kind_draws_anew_for_real_and_fake_and_for_each_turn(tiny_gan, kind):
    """G makes what the real data are, so that all that D is shown differs by the augmentation alone."""
    gan = tiny_gan((8, 8, 1), augmentation=kind, schedule="sequential", run_eagerly=True)
    if kind == "ada":
        gan.augmentation.p.assign(0.9)
    real = tf.constant(np.random.default_rng(0).uniform(-1.0, 1.0, (6, 8, 8, 1)), tf.float32)
    gan.generate = lambda latents, labels=None, training=False: real + 0.0 * gan.generator(latents)
    seen, discriminate = [], gan.discriminate
    gan.discriminate = lambda shown, *rest, **how: seen.append(shown.numpy()) or discriminate(shown, *rest, **how)
    gan.train_step(real)
    assert len(seen) == 3  # real and fake in D's turn, fake in G's
    for index, shown in enumerate(seen):
        assert np.abs(shown - real.numpy()).max() > 0.1
        assert all(np.abs(shown - other).max() > 0.1 for other in seen[:index])


def test_slopes_are_those_at_the_images_before_it(tiny_gan):
    """A penalty on slopes sees D and the augmentation together: a contrast of one half halves the slope."""

    class Halves(Augmentation):
        def augment(self, images, draw):
            return 0.5 * images

    for penalty in ("r1", "gradient"):
        plain, halved = (tiny_gan((4, 4, 1), penalties=penalty, augmentation=a) for a in (None, Halves()))
        for gan in (plain, halved):
            gan.discriminator.layers[1].activation = lambda x: x  # the slope of a linear D is the same everywhere
        slopes = [
            [f.squared_slopes("real").numpy(), f.squared_slopes_at(tf.zeros((5, 4, 4, 1))).numpy()]
            for f in (ForwardPass(gan, tf.zeros((5, 4, 4, 1)), None, "discriminator") for gan in (plain, halved))
        ]
        np.testing.assert_allclose(slopes[1], 0.25 * np.array(slopes[0]), rtol=1e-5)
