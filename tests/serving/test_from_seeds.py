"""The signatures of a model that is given seeds: by the contract, and one image for one seed."""

import io

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from models import ZOO
from tfgan_zoo.common import randomness
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.serving.export import export

SHAPE = (16, 16, 3)


def make_dcgan():
    """A narrow DCGAN with an averaged G, trained by two steps, so that its moving statistics are no ones and zeros."""
    gan = ZOO["dcgan"](SHAPE, width=4, latent_dim=5, ema={"generator": 0.5}, learning_rate=0.05)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, *SHAPE)).astype(np.float32)
    for batch in images:
        gan.train_step(tf.constant(batch))
    return gan


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    gan = make_dcgan()
    return gan, export(gan, tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def signatures(exported):
    model = tf.saved_model.load(str(exported[1]))
    yield model.signatures
    del model


def generate(signatures, seeds):
    return signatures["generate"](seed=tf.constant(seeds, tf.int64))["image_bytes"].numpy().tolist()


def interpolate(signatures, a, b, position):
    inputs = {"seed_a": tf.constant(a, tf.int64), "seed_b": tf.constant(b, tf.int64)}
    return signatures["interpolate"](**inputs, position=tf.constant(position))["image_bytes"].numpy().tolist()


def pixels(png):
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture).astype(int)


# The contract.


def described(specs):
    return {name: (spec.shape.as_list(), spec.dtype) for name, spec in specs.items()}


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("serving_default", {"latents": ([None, 5], tf.float32)}, {"images": ([None, *SHAPE], tf.float32)}),
        ("generate", {"seed": ([None], tf.int64)}, {"image_bytes": ([None], tf.string)}),
        (
            "interpolate",
            {"seed_a": ([None], tf.int64), "seed_b": ([None], tf.int64), "position": ([None], tf.float32)},
            {"image_bytes": ([None], tf.string)},
        ),
        ("score", {"images": ([None, *SHAPE], tf.float32)}, {"logits": ([None], tf.float32)}),
    ],
)
def test_signatures_are_those_of_the_contract(signatures, name, inputs, outputs):
    assert set(signatures) == {"serving_default", "generate", "interpolate", "score"}
    assert described(signatures[name].structured_input_signature[1]) == inputs
    assert described(signatures[name].structured_outputs) == outputs


def test_serving_default_is_the_keras_generator(exported, signatures):
    gan, _ = exported
    latents = np.random.default_rng(1).uniform(-1, 1, (7, 5)).astype(np.float32)
    with gan.inference_weights():
        expected = (gan.generator(latents, training=False).numpy() + 1.0) / 2.0
    found = signatures["serving_default"](latents=tf.constant(latents))["images"].numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    # The average was exported: the current weights make something else.
    current = (gan.generator(latents, training=False).numpy() + 1.0) / 2.0
    assert np.abs(found - current).max() > 1e-3


def test_generate_draws_its_latents_by_the_seed_alone(exported, signatures):
    gan, _ = exported
    latents = gan.sample_latents(1, randomness.key(0, 41, "export"))
    image = signatures["serving_default"](latents=latents)["images"].numpy()[0]
    np.testing.assert_allclose(pixels(generate(signatures, [41])[0]), np.round(image * 255), atol=1)


def test_one_png_for_one_seed_alone_in_any_batch_and_in_any_order(signatures):
    seeds = [3, 2**40, 0, *range(100, 130)]  # more than two chunks of 16
    together = generate(signatures, seeds)
    assert [generate(signatures, [seed])[0] for seed in seeds[:6]] == together[:6]
    assert generate(signatures, seeds[::-1]) == together[::-1]
    assert generate(signatures, seeds[5:22]) == together[5:22]
    assert generate(signatures, [3, 3, 3]) == [together[0]] * 3
    assert len(set(together)) == len(seeds)
    assert pixels(together[0]).shape == SHAPE


def test_no_seeds_make_no_images(signatures):
    assert generate(signatures, []) == []


def test_interpolation_begins_and_ends_at_the_seeds(signatures):
    images = interpolate(signatures, [1, 1, 1], [2, 2, 2], [0.0, 1.0, 0.5])
    assert images[:2] == generate(signatures, [1, 2])
    assert images[2] not in images[:2]


def test_halfway_is_the_mean_of_uniform_latents(exported, signatures):
    gan, _ = exported
    a, b = (gan.sample_latents(1, randomness.key(0, seed, "export")) for seed in (1, 2))
    image = signatures["serving_default"](latents=(a + b) / 2)["images"].numpy()[0]
    found = pixels(interpolate(signatures, [1], [2], [0.5])[0])
    np.testing.assert_allclose(found, np.round(image * 255), atol=1)


def test_score_is_ds_logit(exported, signatures):
    gan, _ = exported
    images = np.random.default_rng(2).uniform(0, 1, (5, *SHAPE)).astype(np.float32)
    found = signatures["score"](images=tf.constant(images))["logits"].numpy()
    expected = gan.discriminator(2 * images - 1, training=False).numpy()[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


# Other kinds of models.


def test_points(tiny_gan, tmp_path):
    gan = tiny_gan()
    signatures = tf.saved_model.load(str(export(gan, tmp_path))).signatures
    points = signatures["generate"](seed=tf.range(20, dtype=tf.int64))["points"]
    assert points.shape == (20, 2)
    assert points.dtype == tf.float32
    latents = tf.concat([gan.sample_latents(1, randomness.key(0, seed, "export")) for seed in range(20)], axis=0)
    expected = gan.generate(latents)
    np.testing.assert_allclose(points, expected, atol=1e-6)
    np.testing.assert_allclose(signatures["serving_default"](latents=latents)["points"], expected, atol=1e-6)
    np.testing.assert_allclose(
        signatures["score"](points=points)["logits"], gan.discriminate(points)[:, 0], rtol=1e-5, atol=1e-6
    )
    ends = signatures["interpolate"](
        seed_a=tf.constant([0, 0], tf.int64), seed_b=tf.constant([5, 5], tf.int64), position=tf.constant([0.0, 1.0])
    )
    np.testing.assert_allclose(ends["points"], tf.gather(points, [0, 5]), atol=1e-6)


class BatchDependent(GAN):
    scores_singly = False


def test_a_d_that_depends_on_its_batch_has_no_score(tiny_gan, tmp_path):
    signatures = tf.saved_model.load(str(export(tiny_gan((4, 4, 1), model=BatchDependent), tmp_path))).signatures
    assert set(signatures) == {"serving_default", "generate", "interpolate"}


class Conditional(GAN):
    """As bright as its class."""

    num_classes = 3

    def generate(self, latents, labels=None, training=False):
        bright = tf.cast(labels, tf.float32)[:, None, None, None] / 2.0
        return 2.0 * bright - 1.0 + 0.0 * super().generate(latents, training=training)


def test_a_conditional_model_takes_labels(tiny_gan, tmp_path):
    signatures = tf.saved_model.load(str(export(tiny_gan((4, 4, 1), model=Conditional), tmp_path))).signatures
    labels = tf.constant([0, 1, 2] * 6)
    for name in ("serving_default", "generate", "interpolate", "score"):
        specs = signatures[name].structured_input_signature[1]
        assert (specs["labels"].shape.as_list(), specs["labels"].dtype) == ([None], tf.int32)
    images = signatures["generate"](seed=tf.range(18, dtype=tf.int64), labels=labels)["image_bytes"].numpy()
    assert [pixels(image)[0, 0] for image in images] == [0, 128, 255] * 6
    bright = signatures["serving_default"](latents=tf.zeros((3, 3)), labels=labels[:3])["images"]
    np.testing.assert_allclose(bright[:, 0, 0, 0], [0.0, 0.5, 1.0], atol=1e-6)


def test_the_export_of_a_loaded_keras_file_is_that_of_the_model(exported, signatures, tmp_path):
    gan, _ = exported
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    loaded = tf.saved_model.load(str(export(again, tmp_path / "export"))).signatures
    assert generate(loaded, [1, 2, 3]) == generate(signatures, [1, 2, 3])
