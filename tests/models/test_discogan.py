"""DiscoGAN: losses and gradients of generators that multiply, worked out by hand; its networks and what it refuses."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.discogan import DiscoGAN
from tests.test_models import build, source_of
from tfgan_zoo.common.errors import UserError

A, B = 3.0, 5.0  # both coordinates of A's points, and of B's
G, F = 0.5, 1.5  # what G_AB multiplies by, and G_BA


def times(factor, outputs=2):
    kernel = keras.initializers.Constant(factor * np.eye(2)[:, :outputs])
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(outputs, use_bias=False, kernel_initializer=kernel)])


def linear(discriminator=0.0, **options):
    """A DiscoGAN that multiplies points; D answers their first coordinate times a number."""
    gan = DiscoGAN(times(G), times(F), times(discriminator, 1), times(discriminator, 1), **options)
    rates = {f"{player}_optimizer": keras.optimizers.SGD(0.0) for player in ("generator", "discriminator")}
    gan.compile(**rates)
    return gan


def pass_of(gan, a=A, b=B):
    return gan.forward_pass(gan, {"a": tf.fill([1, 2], a), "b": tf.fill([1, 2], b)}, None, "test")


def gradients_of(gan, a=A, b=B):
    """Returns the slope of G's loss by a factor that multiplies all of G_AB, and by one of G_BA."""
    with gan.generator_player.tape() as tape:
        loss = gan.generator_loss(pass_of(gan, a, b))
    weights = [network.trainable_variables[0].value for network in (gan.a_to_b, gan.b_to_a)]
    return [float(tf.linalg.trace(slope)) for slope in tape.gradient(loss, weights)]


def softplus(logit):
    return math.log1p(math.exp(logit))


def test_losses_by_hand():
    gan = linear(1.0)
    forward = pass_of(gan)
    in_b, in_a = G * A, F * B
    of_d = softplus(-A) + softplus(in_a) + softplus(-B) + softplus(in_b)
    assert float(gan.discriminator_loss(forward)) == pytest.approx(of_d, rel=1e-5)
    cycles = (0.75 * A - A) ** 2 + (0.75 * B - B) ** 2  # a mean over both coordinates
    assert float(gan.generator_loss(forward)) == pytest.approx(softplus(-in_a) + softplus(-in_b) + cycles, rel=1e-5)


def test_each_cycle_reaches_both_generators_by_its_own_error():
    """(FGa − a)² has the slopes 2(FG − 1)a²F and 2(FG − 1)a²G; nothing is cut at the fake."""
    gan, error = linear(), 2 * (F * G - 1)
    assert gradients_of(gan, b=0.0) == pytest.approx([error * A**2 * F, error * A**2 * G])
    assert gradients_of(gan, a=0.0) == pytest.approx([error * B**2 * F, error * B**2 * G])
    assert gradients_of(gan) == pytest.approx([error * (A**2 + B**2) * F, error * (A**2 + B**2) * G])


def test_the_cycle_can_be_cut():
    gan = linear(1.0, cycle_weight=0.0)
    forward = pass_of(gan)
    assert float(gan.generator_loss(forward)) == pytest.approx(softplus(-F * B) + softplus(-G * A), rel=1e-5)
    assert "cycled" not in vars(forward)  # nor is it computed
    assert gradients_of(linear(cycle_weight=0.0)) == [0.0, 0.0]


def test_no_pair_is_looked_at():
    """The losses stay where B's examples come in another order."""
    shapes, rng = {"a": (2,), "b": (2,)}, np.random.default_rng(0)
    gan = build("discogan", shapes)
    a, b = (rng.normal(size=(4, 2)).astype(np.float32) for _ in range(2))
    losses = [gan.generator_loss(gan.forward_pass(gan, {"a": a, "b": other}, None, "t")) for other in (b, b[::-1])]
    assert float(losses[0]) == pytest.approx(float(losses[1]), rel=1e-5)
    assert not gan.admit(source_of(shapes)).has_pairs


def test_trains_as_the_paper_does():
    gan = ZOO["discogan"]({"a": (2,), "b": (2,)})
    for player in (gan.generator_player, gan.discriminator_player):
        assert float(player.optimizer.learning_rate) == pytest.approx(2e-4)
        assert (player.optimizer.beta_1, player.optimizer.beta_2) == (0.5, 0.999)
    assert (gan.batch_size, gan.cycle_weight) == (64, 1.0)
    assert [weight.shape for weight in gan.a_to_b.get_weights() if weight.ndim == 2] == [
        (2, 128),
        (128, 128),
        (128, 128),
        (128, 2),
    ]


def test_the_networks_of_images_are_the_papers():
    """4 × 4 convolutions 64-128-256-512 and mirrored, batch normalization but in the first and last."""
    gan = ZOO["discogan"]({"a": (64, 64, 3), "b": (64, 64, 1)}, width=2)
    kernels = [weight.shape for weight in gan.a_to_b.get_weights() if weight.ndim == 4]
    down = [(4, 4, 3, 2), (4, 4, 2, 4), (4, 4, 4, 8), (4, 4, 8, 16)]
    assert kernels == [*down, (4, 4, 8, 16), (4, 4, 4, 8), (4, 4, 2, 4), (4, 4, 1, 2)]
    norms = [layer for layer in gan.a_to_b.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(norms) == 6
    assert gan.b_to_a.output_shape == (None, 64, 64, 3)
    assert gan.discriminator_b.output_shape == (None, 1)


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        ((2,), {}, "discogan translates between two domains. Received: points of one"),
        ({"a": (30, 30, 1), "b": (30, 30, 1)}, {}, "square images of side 16, 20, 24"),
        ({"a": (16, 16, 1), "b": (2,)}, {}, "keeps the size"),
        ({"a": (16, 16, 1), "b": (16, 16, 1)}, {"normalization": "instanse"}, "Did you mean 'instance'"),
    ],
)
def test_what_it_refuses(shapes, options, message):
    with pytest.raises(UserError, match=message):
        build("discogan", shapes, **options)
