"""The context encoder: holes, losses by hand, what D and G are shown, and that an export cuts by itself."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.context_encoder import ContextEncoder, random_masks
from tests.test_models import build, source_of
from tfgan_zoo.common.errors import UserError

SHAPE = (16, 16, 1)


def softplus(logit):
    return math.log1p(math.exp(logit))


def constant(output, region="center", **options):
    """A context encoder of images 4 × 4 that makes one number in each pixel; D answers the sum of what it is shown."""
    side = 2 if region == "center" else 4
    images = keras.Input((4, 4, 1))
    zero = keras.layers.Dense(
        side * side, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(output)
    )
    made = keras.layers.Reshape((side, side, 1))(zero(keras.layers.Flatten()(images)))
    generator = keras.Model(images, made)
    add = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    discriminator = keras.Sequential([keras.Input((side, side, 1)), keras.layers.Flatten(), add])
    gan = ContextEncoder(generator, discriminator, region=region, **options)
    gan.compile()
    return gan


def image():
    """0, 1, … 15 sixteenths."""
    return tf.reshape(tf.range(16.0) / 16.0, (1, 4, 4, 1))


def test_losses_by_hand():
    """The hole of 4 × 4 pixels has 5, 6, 9 and 10 sixteenths: their sum is 30/16."""
    gan = constant(0.25)
    forward = gan.forward_pass(gan, image(), None, "test")
    np.testing.assert_allclose(forward.shown_real[0, :, :, 0], np.array([[5, 6], [9, 10]]) / 16)
    np.testing.assert_allclose(forward.shown_fake, np.full((1, 2, 2, 1), 0.25))
    assert float(gan.discriminator_loss(forward)) == pytest.approx(softplus(-30 / 16) + softplus(1.0))
    squares = (1 + 4 + 25 + 36) / 16**2 / 4
    assert float(gan.generator_loss(forward)) == pytest.approx(0.999 * squares + 0.001 * softplus(-1.0))


def test_the_reconstruction_moves_the_generator():
    """Where D has no weight, the slope by the constant output is 0.999 · 2 · (its error's mean)."""
    gan = constant(0.25, adversarial_weight=0.0)
    with gan.generator_player.tape() as tape:
        loss = gan.generator_loss(gan.forward_pass(gan, image(), None, "test"))
    slope = tape.gradient(loss, gan.generator.trainable_variables[1].value)  # by the bias
    assert float(tf.reduce_sum(slope)) == pytest.approx(0.999 * 2 * (0.25 - 30 / 16 / 4))


def test_g_sees_the_mean_colour_and_nothing_of_the_hole():
    gan = constant(0.0)
    gan.initialize_from(source_of((4, 4, 1)))
    mean = float(gan.mean_colour.numpy()[0])
    assert abs(mean) < 0.1
    assert mean != 0.0
    context = gan.forward_pass(gan, image(), None, "test").context.numpy()[0, :, :, 0]
    np.testing.assert_allclose(context[1:3, 1:3], mean)
    outside = np.ones((4, 4), bool)
    outside[1:3, 1:3] = False
    np.testing.assert_array_equal(context[outside], image().numpy()[0, :, :, 0][outside])


def test_random_regions_show_the_whole_image():
    gan = constant(0.25, region="random")
    forward = gan.forward_pass(gan, image(), None, "test")
    np.testing.assert_array_equal(forward.shown_real, image())
    assert forward.shown_fake.shape == (1, 4, 4, 1)
    squares = np.mean((np.arange(16) / 16 - 0.25) ** 2)
    assert float(gan.generator_loss(forward)) == pytest.approx(0.999 * squares + 0.001 * softplus(-4.0))


@pytest.mark.parametrize("side", [16, 28, 64])
def test_random_masks_cover_a_quarter_in_patches(side):
    masks = random_masks(20, side, tf.constant([1, 2], tf.int64)).numpy()
    assert masks.shape == (20, side, side, 1)
    assert set(np.unique(masks)) == {0.0, 1.0}
    np.testing.assert_array_equal(masks.sum(axis=(1, 2, 3)), side * side // 4)
    assert (masks[0] != masks[1]).any()
    # Of single pixels at random, a neighbour would be covered as often as any pixel: 0.25.
    neighbours = masks[:, 1:] * masks[:, :-1]
    assert neighbours.sum() / masks[:, 1:].sum() > 0.5


def test_masks_are_drawn_anew_in_training_and_fixed_at_inference():
    gan, found = build("context_encoder", SHAPE, region="random"), {True: [], False: []}
    images = tf.zeros((3, *SHAPE))
    for step in (1, 1, 2):
        gan.step.assign(step)
        for training, masks in found.items():
            masks.append(gan.forward_pass(gan, images, None, "test", training).mask.numpy())
    for training, (first, again, later) in found.items():
        assert (first == again).all()
        assert (first == later).all() != training


def test_it_fills_the_hole_and_leaves_the_rest():
    gan = constant(0.25)
    filled = gan.fill(image()).numpy()[0, :, :, 0]
    expected = image().numpy()[0, :, :, 0].copy()
    expected[1:3, 1:3] = 0.25
    np.testing.assert_array_equal(filled, expected)
    mask = np.zeros((1, 4, 4, 1), np.float32)
    mask[0, 0, :2] = 1.0
    expected = image().numpy()[0, :, :, 0].copy()
    expected[0, :2] = 0.25
    np.testing.assert_array_equal(constant(0.25, region="random").fill(image(), mask)[0, :, :, 0], expected)


def test_what_it_makes_of_an_image_does_not_depend_on_the_hole():
    gan, rng = build("context_encoder", SHAPE), np.random.default_rng(0)
    images = rng.uniform(-1, 1, (2, *SHAPE)).astype(np.float32)
    images[1] = images[0]
    images[1, 4:12, 4:12] = 1.0
    filled = gan.fill(images).numpy()
    np.testing.assert_allclose(filled[0], filled[1], atol=1e-6)


def test_an_export_takes_a_mask_for_random_regions_alone():
    center, random = (build("context_encoder", SHAPE, region=region) for region in ("center", "random"))
    assert [(t.name, t.mask, t.input_shape, t.output_shape) for t in center.translations()] == [
        ("translate", False, SHAPE, SHAPE)
    ]
    assert [t.mask for t in random.translations()] == [True]


def test_the_networks_are_the_papers():
    """Encoder 64-128-256-512, bottleneck of 4000, decoder to half the sides; D of the hole's content."""
    gan = ZOO["context_encoder"]((64, 64, 3), width=2, bottleneck=40)
    kernels = [weight.shape for weight in gan.generator.get_weights() if weight.ndim in (2, 4)]
    encoder = [(4, 4, 3, 2), (4, 4, 2, 4), (4, 4, 4, 8), (4, 4, 8, 16), (4 * 4 * 16, 40)]
    decoder = [(40, 4 * 4 * 8), (4, 4, 4, 8), (4, 4, 2, 4), (4, 4, 3, 2)]
    assert kernels == [*encoder, *decoder]
    assert gan.generator.output_shape == (None, 32, 32, 3)
    assert gan.discriminator.input_shape == (None, 32, 32, 3)
    assert gan.data_shape == (64, 64, 3)
    whole = ZOO["context_encoder"]((64, 64, 3), width=2, bottleneck=40, region="random")
    assert whole.generator.output_shape == whole.discriminator.input_shape == (None, 64, 64, 3)


def test_trains_as_the_paper_does():
    gan = ZOO["context_encoder"](SHAPE)
    assert float(gan.generator_player.optimizer.learning_rate) == pytest.approx(2e-3)
    assert float(gan.discriminator_player.optimizer.learning_rate) == pytest.approx(2e-4)
    assert (gan.reconstruction_weight, gan.adversarial_weight, gan.batch_size) == (0.999, 0.001, 64)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((2,), {}, "context_encoder takes images, not points"),
        ((30, 30, 1), {}, "square images of side 16, 20, 24"),
        (SHAPE, {"region": "centre"}, "unknown region 'centre'. Did you mean 'center'?"),
    ],
)
def test_what_it_refuses(shape, options, message):
    with pytest.raises(UserError, match=message):
        build("context_encoder", shape, **options)


def test_views():
    gan = constant(0.25)
    forward = gan.forward_pass(gan, image(), None, "test", training=False)
    views = gan.views(forward)
    assert list(views) == ["hole", "filled", "true"]
    assert [float(images[0, 1, 1, 0]) for images in views.values()] == [0.0, 0.25, 5 / 16]
    assert [float(images[0, 0, 3, 0]) for images in views.values()] == [3 / 16] * 3
