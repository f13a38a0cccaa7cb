"""The place for augmentations of what D is shown."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.game.augmentations import Augmentation
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
