"""pix2pix: losses by hand, a D that sees the input, noise that is drawn in training and fixed at inference."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.pix2pix import Pix2Pix
from tests.test_models import build, source_of
from tfgan_zoo.common.errors import UserError

SHAPES = {"a": (16, 16, 1), "b": (16, 16, 1)}


def softplus(logit):
    return math.log1p(math.exp(logit))


def linear(**options):
    """G(a) = a/2; D(a, b) = 2a + 3b in each pixel."""
    images = keras.Input((2, 2, 1))
    half = keras.layers.Conv2D(1, 1, use_bias=False, kernel_initializer=keras.initializers.Constant(0.5))
    generator = keras.Model([images], half(images))
    both = keras.layers.Conv2D(1, 1, use_bias=False)
    discriminator = keras.Sequential([keras.Input((2, 2, 2)), both])
    both.set_weights([np.array([2.0, 3.0]).reshape(1, 1, 2, 1)])
    gan = Pix2Pix(generator, discriminator, **options)
    gan.sample_latents = lambda batch_size, key: []
    gan.compile()
    return gan


def pass_of(gan, a=2.0, b=-1.0):
    real = {"a": tf.fill([1, 2, 2, 1], a), "b": tf.fill([1, 2, 2, 1], b)}
    return gan.forward_pass(gan, real, None, "test")


def test_losses_by_hand():
    gan = linear()
    forward = pass_of(gan)
    # Real pairs (2, −1) have the logit 1, fake ones (2, 1) have 7; |b − G(a)| = 2 in each of the four pixels.
    assert float(gan.discriminator_loss(forward)) == pytest.approx(0.5 * (softplus(-1.0) + softplus(7.0)))
    assert float(gan.generator_loss(forward)) == pytest.approx(softplus(-7.0) + 100.0 * 2.0)
    assert float(linear(l1_weight=0.0).generator_loss(forward)) == pytest.approx(softplus(-7.0), rel=1e-4)


def test_d_sees_the_input_beside_real_and_fake():
    gan = linear()
    for a in (2.0, 4.0):
        forward = pass_of(gan, a)
        np.testing.assert_allclose(forward.real_logits, 2 * a - 3.0)
        np.testing.assert_allclose(forward.fake_logits, 2 * a + 3 * a / 2)
    assert build("pix2pix", SHAPES | {"b": (16, 16, 3)}).discriminator.input_shape == (None, 16, 16, 4)


def test_partners_stay_together():
    gan, source = build("pix2pix", SHAPES), source_of(SHAPES)
    pairs = gan.admit(source)
    real, _ = next(iter(gan.batches(pairs, 8)))
    np.testing.assert_array_equal(real["a"], real["b"])  # the noise of both domains is the same


def test_the_noise_is_dropout_of_a_half():
    gan = build("pix2pix", {"a": (32, 32, 1), "b": (32, 32, 1)})
    masks = gan.sample_latents(50, tf.constant([1, 2], tf.int64))
    assert [mask.shape for mask in masks] == [(50, 2, 2, 32), (50, 4, 4, 16), (50, 8, 8, 8)]
    for mask in masks:
        assert set(np.unique(mask)) == {0.0, 2.0}
        # Four standard errors of a mean of n draws of 0 or 2: 4/√n.
        assert np.mean(mask) == pytest.approx(1.0, abs=4 / np.sqrt(np.size(mask)))
    assert (masks[0][0] != masks[0][1]).numpy().any()


def test_noise_is_drawn_anew_in_training_and_fixed_at_inference():
    gan = build("pix2pix", SHAPES)
    rng = np.random.default_rng(0)
    gan.generator.set_weights([rng.normal(size=weight.shape) for weight in gan.generator.get_weights()])
    image = rng.uniform(-1, 1, (1, 16, 16, 1)).astype(np.float32)
    images, found = np.repeat(image, 4, axis=0), []
    for step in (1, 1, 2):
        gan.step.assign(step)
        found.append(gan.forward_pass(gan, {"a": images, "b": images}, None, "test").fake.numpy())
    assert (found[0] == found[1]).all()
    assert (found[0] != found[2]).any()
    assert (found[0][0] != found[0][1]).any()
    fixed = gan.generate(images).numpy()
    assert np.ptp(fixed, axis=0).max() < 1e-5
    assert np.abs(fixed[0] - found[0][0]).max() > 1e-3
    gan.step.assign(3)
    np.testing.assert_array_equal(gan.generate(images), fixed)
    without = gan.generator(
        [tf.constant(images), *(tf.ones_like(mask) for mask in gan.sample_latents(4, gan.random_key("")))]
    )
    assert np.abs(fixed - without).max() > 1e-3  # the noise stays on


def test_the_generator_is_the_papers_u_net():
    """Encoder C64-C128-C256-C512 × 5, decoder CD512-CD512-CD512-C512-C256-C128-C64, skips between equal sizes."""
    gan = ZOO["pix2pix"]({"a": (256, 256, 3), "b": (256, 256, 3)}, width=1)
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    layers = [layer for layer in gan.generator.layers if isinstance(layer, kinds)]
    assert [layer.filters for layer in layers] == [1, 2, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4, 2, 1, 3]
    sizes = [layer.output.shape[1] for layer in layers]
    assert sizes == [128, 64, 32, 16, 8, 4, 2, 1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert [mask.shape[1:] for mask in gan.generator.inputs[1:]] == [(2, 2, 8), (4, 4, 8), (8, 8, 8)]
    joined = [layer.output.shape[-1] for layer in gan.generator.layers if isinstance(layer, keras.layers.Concatenate)]
    assert joined == [16, 16, 16, 16, 8, 4, 2]
    norms = [layer for layer in gan.generator.layers if isinstance(layer, keras.layers.GroupNormalization)]
    assert len(norms) == 6 + 7
    assert gan.discriminator.output_shape == (None, 32, 32, 1)


@pytest.mark.parametrize("size", [(16, 16), (28, 28), (20, 36), (51, 51)])
def test_any_size_comes_out_as_it_went_in(size):
    shape = (*size, 1)
    gan = build("pix2pix", {"a": shape, "b": shape})
    assert gan.generate(np.zeros((2, *shape), np.float32)).shape == (2, *shape)


def test_trains_as_the_paper_does():
    gan = ZOO["pix2pix"](SHAPES)
    for player in (gan.generator_player, gan.discriminator_player):
        assert float(player.optimizer.learning_rate) == pytest.approx(2e-4)
        assert player.optimizer.beta_1 == 0.5
    assert gan.l1_weight == 100.0


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ((16, 16, 1), "translates between two domains. Received: images of one"),
        ({"a": (2,), "b": (2,)}, "images, not points"),
        ({"a": (8, 8, 1), "b": (8, 8, 1)}, "sides from 16 pixels on: see --image_size. Received: 8"),
        ({"a": (16, 16, 1), "b": (16, 32, 1)}, "keeps the size of an image"),
    ],
)
def test_shapes_that_it_refuses(shapes, message):
    with pytest.raises(UserError, match=message):
        build("pix2pix", shapes)


def test_views():
    gan = linear()
    forward = pass_of(gan)
    assert list(gan.views(forward)) == ["input", "output"]
    forward.paired = True
    pixels = {title: float(images[0, 0, 0, 0]) for title, images in gan.views(forward).items()}
    assert pixels == {"input": 2.0, "output": 1.0, "true": -1.0}
