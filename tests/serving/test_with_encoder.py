"""The signatures of a model with an encoder: those from seeds, and the way back from images."""

import numpy as np
import pytest
import tensorflow as tf

from tests.serving import hostile
from tests.serving.server import Refused
from tests.serving.translators import WithEncoder, file_of, smooth
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel


def pictures(count):
    return np.stack([smooth(8, 8, 1, seed) for seed in range(count)])


def test_signatures_are_those_of_the_contract(translator_exports):
    signatures = tf.saved_model.load(str(translator_exports["encoder"])).signatures
    assert set(signatures) == {"serving_default", "generate", "interpolate", "score", "encode", "reconstruct"}
    (images,) = signatures["encode"].structured_input_signature[1].values()
    assert (images.name, images.shape.as_list()) == ("images", [None, 8, 8, 1])
    assert signatures["encode"].structured_outputs["latents"].shape.as_list() == [None, 3]
    (given,) = signatures["reconstruct"].structured_input_signature[1].values()
    assert (given.name, given.dtype, given.shape.as_list()) == ("image_bytes", tf.string, [None])


def test_an_image_is_encoded_and_made_again(translators, tiny_gan):
    gan, model = tiny_gan((8, 8, 1), model=WithEncoder), translators["encoder"]
    given = pictures(20)
    latents = model.encode(given / np.float32(255))
    np.testing.assert_allclose(latents, (given.reshape(20, -1)[:, :3] / 127.5 - 1) / 2, atol=1e-6)
    expected = (gan.generate(latents).numpy() + 1) * 127.5
    np.testing.assert_allclose(model.translate([file_of(image) for image in given]), expected, atol=0.51)


def test_a_reconstruction_does_not_depend_on_its_batch(translators):
    files = [file_of(image, "JPEG") for image in pictures(20)]
    together = translators["encoder"].translate(files)
    for row in range(3):
        np.testing.assert_array_equal(translators["encoder"].translate(files[row : row + 1])[0], together[row])


def test_hostile_pictures_are_refused(loaded_translators):
    inputs = {"image_bytes": np.array([hostile.jpeg_that_claims(60000, 60000)], object)}
    with pytest.raises(Refused, match="16 megapixels"):
        loaded_translators["encoder"].predict("reconstruct", inputs)


def test_points(tiny_gan, tmp_path):
    class Halved(WithEncoder):
        def encode(self, data):
            return tf.pad(data, [[0, 0], [0, 1]]) / 2

    gan = tiny_gan(model=Halved)
    model = ExportedModel(export(gan, tmp_path))
    points = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    latents = model.encode(points)
    np.testing.assert_allclose(latents, np.pad(points, [(0, 0), (0, 1)]) / 2)
    np.testing.assert_allclose(model.translate(points), gan.generate(latents), atol=1e-6)
