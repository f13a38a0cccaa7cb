"""The signatures of models that are given images: by the contract, and one output for one input."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.serving import hostile
from tests.serving.server import Refused
from tests.serving.translators import Translator, file_of, smooth
from tfgan_zoo.data import images


def described(specs):
    return {name: (spec.shape.as_list(), spec.dtype) for name, spec in specs.items()}


def strings(files):
    return np.array(files, object)


@pytest.fixture(scope="module")
def files():
    """More than two chunks of 16, PNG and JPEG of several sizes."""
    return [
        file_of(smooth(8 + seed % 5, 9 + seed % 3, 3, seed), "JPEG" if seed % 4 == 0 else "PNG") for seed in range(37)
    ]


IMAGE_BYTES = {"image_bytes": ([None], tf.string)}
COLOUR, GREY = {"images": ([None, 8, 8, 3], tf.float32)}, {"images": ([None, 8, 8, 1], tf.float32)}
POINTS = {"points": ([None, 2], tf.float32)}
MASK, MASK_BYTES = {"mask": ([None, 8, 8, 1], tf.float32)}, {"mask_bytes": ([None], tf.string)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("colour", {"serving_default": (GREY, COLOUR), "translate": (IMAGE_BYTES, IMAGE_BYTES)}),
        (
            "both",
            {
                "serving_default": (GREY, COLOUR),
                "translate_a_to_b": (IMAGE_BYTES, IMAGE_BYTES),
                "translate_b_to_a": (IMAGE_BYTES, IMAGE_BYTES),
            },
        ),
        (
            "mask",
            {"serving_default": (COLOUR | MASK, COLOUR), "translate": (IMAGE_BYTES | MASK_BYTES, IMAGE_BYTES)},
        ),
        ("points", dict.fromkeys(["serving_default", "translate_a_to_b", "translate_b_to_a"], (POINTS, POINTS))),
    ],
)
def test_signatures_are_those_of_the_contract(translator_exports, name, expected):
    signatures = tf.saved_model.load(str(translator_exports[name])).signatures
    found = {
        name: (described(function.structured_input_signature[1]), described(function.structured_outputs))
        for name, function in signatures.items()
    }
    assert found == expected


def test_serving_default_is_the_first_network(translators):
    model = Translator(both=True)  # the weights of the export's, by their seeds
    given = np.random.default_rng(0).uniform(0, 1, (20, 8, 8, 1)).astype(np.float32)
    found = translators["both"].predict("serving_default", {"images": given})["images"]
    expected = (model.networks[0](2 * given - 1).numpy() + 1) / 2
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(("direction", "network", "channels"), [("a_to_b", 0, 1), ("b_to_a", 1, 3)])
def test_each_direction_is_its_network(translators, files, direction, network, channels):
    given = np.stack([images.read(io.BytesIO(file), 8, channels) for file in files[:5]])
    output = Translator(both=True).networks[network](given / 127.5 - 1).numpy()
    found = translators["both"].translate(files[:5], direction)
    assert found.shape == (5, 8, 8, 4 - channels)
    # Pillow's resizing may differ by 2, and the network's weights are below 1.
    assert np.abs(found - (output + 1) * 127.5).mean() < 2


def test_one_png_for_one_picture_alone_in_any_batch_and_in_any_order(translators, files):
    def translate(some):
        return translators["colour"].predict("translate", {"image_bytes": strings(some)})["image_bytes"].tolist()

    together = translate(files)
    assert [translate([file])[0] for file in files[:6]] == together[:6]
    assert translate(files[::-1]) == together[::-1]
    assert translate(files[5:22]) == together[5:22]
    assert translate([files[3]] * 3) == [together[3]] * 3
    assert len(set(together)) == len(files)
    assert translate([]) == []
    assert Image.open(io.BytesIO(together[0])).size == (8, 8)


def test_serving_default_answers_a_row_as_it_does_alone(translators):
    given = np.random.default_rng(0).uniform(0, 1, (37, 8, 8, 1)).astype(np.float32)
    together = translators["colour"].predict("serving_default", {"images": given})["images"]
    for row in range(5):
        alone = translators["colour"].predict("serving_default", {"images": given[row : row + 1]})["images"]
        np.testing.assert_array_equal(alone[0], together[row])


def test_what_a_mask_covers_is_filled(translators):
    picture, mask = file_of(smooth(8, 8, 3)), np.zeros((8, 8, 1), np.uint8)
    mask[2:5, 3:] = 255
    (filled,) = translators["mask"].translate([picture], masks=[file_of(mask)])
    (untouched,) = translators["mask"].translate([picture], masks=[file_of(0 * mask)])
    assert (filled[2:5, 3:] == 255).all()
    np.testing.assert_array_equal(filled[mask[..., 0] == 0], untouched[mask[..., 0] == 0])
    assert (untouched < 255).any()
    given = {"images": smooth(8, 8, 3)[None] / np.float32(255), "mask": mask[None] / np.float32(255)}
    found = translators["mask"].predict("serving_default", given)["images"][0]
    np.testing.assert_allclose(found * 255, filled, atol=0.51)


def test_points(translators):
    given = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    model = Translator((2,), (2,), both=True)
    for direction, network in zip(("a_to_b", "b_to_a"), model.networks, strict=True):
        np.testing.assert_allclose(translators["points"].translate(given, direction), network(given), atol=1e-6)


# What is refused, before any work is done.


@pytest.mark.parametrize(
    ("name", "signature", "inputs", "message"),
    [
        ("colour", "translate", {"image_bytes": strings([hostile.PNG] * 1025)}, "at most 1024 rows in a request"),
        ("colour", "translate", {"image_bytes": strings([[hostile.PNG]])}, r"image_bytes\S* \[1,1\] .*shape \[\?\]"),
        (
            "colour",
            "translate",
            {"image_bytes": strings([hostile.PNG, b"GIF89a"])},
            r"PNG nor JPEG.*\] \[1 6\]",
        ),
        (
            "colour",
            "translate",
            {"image_bytes": strings([hostile.png_that_claims(60000, 60000)])},
            r"16 megapixels each; received row, height, width:\] \[0 60000 60000\]",
        ),
        ("colour", "translate", {"image_bytes": strings([hostile.PNG[:-30]])}, r"damaged; received row, bytes:\] \[0 "),
        ("colour", "serving_default", {"images": np.full((1, 8, 8, 1), 255.0)}, "pixels from 0 to 1"),
        (
            "mask",
            "translate",
            {"image_bytes": strings([hostile.PNG]), "mask_bytes": strings([b"no"])},
            "mask_bytes: neither PNG nor JPEG",
        ),
        (
            "mask",
            "translate",
            {"image_bytes": strings([hostile.PNG] * 2), "mask_bytes": strings([hostile.PNG])},
            r"as many rows in each of image_bytes, mask_bytes, received:\] \[2 1\]",
        ),
        (
            "mask",
            "serving_default",
            {"images": np.zeros((1, 8, 8, 3)), "mask": np.full((1, 8, 8, 1), 255.0)},
            "masks from 0 to 1",
        ),
        ("points", "translate_a_to_b", {"points": np.array([[np.nan, 0.0]])}, "NaN or infinite"),
    ],
)
def test_a_refused_request_says_why(loaded_translators, name, signature, inputs, message):
    with pytest.raises(Refused, match=message) as refused:
        loaded_translators[name].predict(signature, inputs)
    assert refused.value.code == "INVALID_ARGUMENT"
