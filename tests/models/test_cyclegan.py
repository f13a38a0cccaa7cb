"""CycleGAN: two linear generators whose losses and gradients are worked out by hand, its pool, its networks."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.cyclegan import CycleGAN, CycleGANLeastSquares
from tests.test_models import build, source_of
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.optimizers import LinearDecay

SHAPES = {"a": (16, 16, 1), "b": (16, 16, 1)}
A, B = 3.0, 5.0  # every pixel of A's images, and of B's
G, F = 0.5, 1.5  # what G multiplies A's images by, and F those of B


def times(factor, shape=(2, 2, 1)):
    """A network that multiplies an image by a number that is trained."""
    kernel = keras.initializers.Constant(factor)
    layer = keras.layers.Conv2D(1, 1, use_bias=False, kernel_initializer=kernel)
    return keras.Sequential([keras.Input(shape), layer])


def linear(discriminators=(0.0, 0.0), **options):
    """A CycleGAN that multiplies; D answers each pixel times a number."""
    gan = CycleGAN(times(G), times(F), *map(times, discriminators), **options)
    rates = {f"{player}_optimizer": keras.optimizers.SGD(0.0) for player in ("generator", "discriminator")}
    gan.compile(loss=CycleGANLeastSquares(), **rates)
    return gan


def pass_of(gan, a=A, b=B):
    real = {"a": tf.fill([1, 2, 2, 1], a), "b": tf.fill([1, 2, 2, 1], b)}
    return gan.forward_pass(gan, real, None, "test")


def gradients_of(gan, a=A, b=B):
    """Returns G's loss, and its slope by what G and what F multiply by."""
    with gan.generator_player.tape() as tape:
        loss = gan.generator_loss(pass_of(gan, a, b))
    slopes = tape.gradient(loss, [network.trainable_variables[0].value for network in (gan.a_to_b, gan.b_to_a)])
    return float(loss), [float(tf.reduce_sum(slope)) for slope in slopes]


def test_losses_by_hand():
    gan = linear((2.0, 3.0), pool_size=0)
    forward = pass_of(gan)
    # Fakes: G(a) = 1.5, F(b) = 7.5. D_A answers 2x, D_B 3x.
    d_a = 0.5 * ((2 * A - 1) ** 2 + (2 * 7.5) ** 2)
    d_b = 0.5 * ((3 * B - 1) ** 2 + (3 * 1.5) ** 2)
    assert float(gan.discriminator_loss(forward)) == pytest.approx(d_a + d_b)
    adversarial = (2 * 7.5 - 1) ** 2 + (3 * 1.5 - 1) ** 2  # not halved: λ counts against this
    # F(G(a)) = 2.25 where a = 3, G(F(b)) = 3.75 where b = 5.
    assert float(gan.generator_loss(forward)) == pytest.approx(adversarial + 10.0 * (0.75 + 1.25))


def test_each_cycle_reaches_both_generators_by_its_own_error():
    """d|FGa − a| = −Fa dG − Ga dF, and d|GFb − b| = −Fb dG − Gb dF, since both cycles end below their beginning."""
    gan = linear(pool_size=0, cycle_weight=1.0)  # D answers 0: its part is constant
    of_a, of_b = gradients_of(gan, b=0.0), gradients_of(gan, a=0.0)
    assert of_a[1] == pytest.approx([-F * A, -G * A])
    assert of_b[1] == pytest.approx([-F * B, -G * B])
    assert gradients_of(gan)[1] == pytest.approx([-F * (A + B), -G * (A + B)])


def test_the_errors_of_the_cycles_are_not_mixed():
    """One cycle ends above its beginning, the other below: each generator is moved by both, with their own signs."""
    gan = linear(pool_size=0, cycle_weight=1.0)
    gan.b_to_a.set_weights([np.full((1, 1, 1, 1), 4.0)])  # FG = 2
    assert gradients_of(gan, b=-B)[1] == pytest.approx([4.0 * (A + B), G * (A + B)])  # |−10 − (−5)| grows as well
    assert gradients_of(gan, b=0.0)[1] == pytest.approx([4.0 * A, G * A])


def test_the_identity_term_keeps_the_target_domain():
    plain, kept = (linear(pool_size=0, identity_weight=weight) for weight in (0.0, 0.5))
    # |G(b) − b| = 2.5 and |F(a) − a| = 1.5; not G(a) near a.
    assert gradients_of(kept)[0] - gradients_of(plain)[0] == pytest.approx(10.0 * 0.5 * (2.5 + 1.5))
    slopes = np.subtract(gradients_of(kept)[1], gradients_of(plain)[1])
    np.testing.assert_allclose(slopes, [-5.0 * B, 5.0 * A])


def test_no_pair_is_looked_at():
    """The losses stay where B's examples come in another order."""
    gan, rng = build("cyclegan", SHAPES, identity_weight=0.5), np.random.default_rng(0)
    a, b = (rng.uniform(-1, 1, (4, 16, 16, 1)).astype(np.float32) for _ in range(2))
    losses = [gan.generator_loss(gan.forward_pass(gan, {"a": a, "b": other}, None, "t")) for other in (b, b[::-1])]
    assert float(losses[0]) == pytest.approx(float(losses[1]), rel=1e-5)
    source = source_of(SHAPES)
    assert not gan.admit(source).has_pairs


def test_d_is_shown_earlier_fakes_and_g_is_judged_by_its_newest():
    gan = linear((1.0, 1.0), pool_size=1)
    first = pass_of(gan)
    assert float(gan.discriminator_loss(first.for_discriminator)) == pytest.approx(
        0.5 * ((A - 1) ** 2 + 7.5**2 + (B - 1) ** 2 + 1.5**2)
    )
    gan.after_update(first)
    assert float(gan.pool_a.stored.value[0, 0, 0, 0]) == 7.5
    assert float(gan.pool_b.stored.value[0, 0, 0, 0]) == 1.5
    shown = set()
    for step in range(20):
        gan.step.assign(step)
        forward = pass_of(gan, a=2 * A)
        shown.add(float(forward.for_discriminator.fake["b"][0, 0, 0, 0]))
        assert float(forward.fake["b"][0, 0, 0, 0]) == 3.0
    assert shown == {1.5, 3.0}


def test_no_pool():
    gan = linear(pool_size=0)
    assert not hasattr(gan, "pool_a")
    forward = pass_of(gan)
    assert forward.for_discriminator is forward


def test_a_batch_larger_than_the_pool_is_refused_in_one_line():
    gan = build("cyclegan", SHAPES, pool_size=4)
    with pytest.raises(UserError, match=r"--batch_size=8: more than cyclegan's pool_size=4; .* or 0 for no pool\.$"):
        gan.train_step(next(iter(gan.batches(source_of(SHAPES).unpaired(), 8))))


def test_the_networks_are_the_papers():
    """c7s1-64, d128, d256, R256 × 9, u128, u64, c7s1-3; and C64-C128-C256-C512 with patches of 70 × 70."""
    gan = ZOO["cyclegan"]({"a": (256, 256, 3), "b": (256, 256, 3)}, width=2)
    kernels = [weight.shape for weight in gan.a_to_b.get_weights() if weight.ndim == 4]
    residual = [(3, 3, 8, 8)] * 18
    assert kernels == [(7, 7, 3, 2), (3, 3, 2, 4), (3, 3, 4, 8), *residual, (3, 3, 4, 8), (3, 3, 2, 4), (7, 7, 2, 3)]
    norms = [layer for layer in gan.a_to_b.layers if type(layer) is keras.layers.GroupNormalization]
    assert len(norms) == 3 + 18 + 2
    kernels = [weight.shape for weight in gan.discriminator_a.get_weights() if weight.ndim == 4]
    assert kernels == [(4, 4, 3, 2), (4, 4, 2, 4), (4, 4, 4, 8), (4, 4, 8, 16), (4, 4, 16, 1)]
    assert gan.discriminator_a.output_shape == (None, 32, 32, 1)


def test_patches_are_of_70_pixels():
    """One logit in the middle depends on 70 × 70 pixels of the image, when no layer normalizes."""
    from models.image_networks import make_patch_discriminator

    network = make_patch_discriminator((128, 128, 1), width=1, seed=0, name="d")
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    x = images = tf.Variable(tf.zeros((1, 128, 128, 1)))
    with tf.GradientTape() as tape:
        x = tf.identity(images)
        for layer in layers:
            x = tf.nn.conv2d(x, tf.abs(layer.kernel.value), layer.strides, "SAME")
        logit = x[0, 8, 8, 0]
    rows = np.flatnonzero(tape.gradient(logit, images).numpy()[0, :, :, 0].any(axis=1))
    assert rows.max() - rows.min() + 1 == 70


def test_widths_and_blocks_go_with_the_size():
    blocks = {}
    for side in (16, 128):
        gan = ZOO["cyclegan"]({"a": (side, side, 1), "b": (side, side, 1)})
        widths = gan.a_to_b.layers[2].filters
        blocks[side] = (widths, sum(isinstance(layer, keras.layers.Add) for layer in gan.a_to_b.layers))
    assert blocks == {16: (32, 4), 128: (64, 6)}


def test_the_rate_is_constant_and_then_falls_to_a_hundredth_and_stays():
    gan = build("cyclegan", SHAPES, decay_steps=100)
    for player in (gan.generator_player, gan.discriminator_player):
        schedule = player.optimizer._learning_rate
        assert isinstance(schedule, LinearDecay)
        rates = [float(schedule(step)) for step in (0, 50, 75, 99, 100, 1000)]
        np.testing.assert_allclose(rates, [2e-4, 2e-4, 1e-4, 4e-6, 2e-6, 2e-6], rtol=1e-4)
    assert float(build("cyclegan", SHAPES).generator_player.optimizer.learning_rate) == pytest.approx(2e-4)


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        ((16, 16, 1), {}, "cyclegan translates between two domains. Received: images of one"),
        ({"a": (16, 16, 1), "b": (32, 32, 1)}, {}, "keeps the size of an image: see --image_size"),
        ({"a": (18, 18, 1), "b": (18, 18, 1)}, {}, "multiples of 4 from 16 on: see --image_size. Received: 18×18"),
        ({"a": (2,), "b": (2,)}, {}, "images, not points: take discogan"),
        ({"a": (16, 16, 1), "b": (16, 16, 3)}, {"identity_weight": 0.5}, "--set=identity_weight=0.5: "),
    ],
)
def test_shapes_that_it_refuses(shapes, options, message):
    with pytest.raises(UserError, match=message):
        build("cyclegan", shapes, **options)


def test_views_have_the_true_partner_where_there_is_one():
    gan = linear()
    forward = pass_of(gan)
    assert list(gan.views(forward)) == ["A", "in B", "back A", "B", "in A", "back B"]
    forward.paired = True
    views = gan.views(forward)
    assert list(views) == ["A", "in B", "true B", "back A", "B", "in A", "true A", "back B"]
    pixels = {title: float(images[0, 0, 0, 0]) for title, images in views.items()}
    assert pixels["true B"] == pixels["B"] == B
    assert (pixels["in B"], pixels["back A"], pixels["in A"], pixels["back B"]) == (1.5, 2.25, 7.5, 3.75)
