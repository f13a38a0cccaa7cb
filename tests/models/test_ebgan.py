from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from models.ebgan import EnergyMargin, pulling_away_term
from tfgan_zoo.common.errors import UserError

SHAPE = (16, 16, 1)


def answers(real, fake, codes=None):
    """As much of a forward pass as the loss reads."""
    fake_output = {"energies": tf.constant(fake)}
    if codes is not None:
        fake_output["codes"] = tf.constant(codes)
    return SimpleNamespace(real_output={"energies": tf.constant(real)}, fake_output=fake_output)


@pytest.fixture(scope="module")
def gan():
    return ZOO["ebgan"](SHAPE, width=4)


@pytest.fixture(scope="module")
def images():
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (5, *SHAPE)), tf.float32)


# The pulling-away term.


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([[2.0, 0.0], [0.0, 3.0]], 0.0),
        ([[1.0, 2.0], [3.0, 6.0], [0.5, 1.0]], 1.0),
        ([[1.0, 0.0], [-4.0, 0.0]], 1.0),  # the cosine is squared
        ([[1.0, 0.0], [0.5, 0.75**0.5]], 0.25),  # 60 degrees
        ([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]], 1 / 3),  # one of three pairs
    ],
)
def test_the_pulling_away_term_is_the_mean_squared_cosine(codes, expected):
    assert float(pulling_away_term(tf.constant(codes))) == pytest.approx(expected, abs=1e-6)


def test_codes_of_any_shape_are_vectors():
    codes = np.random.default_rng(1).normal(size=(4, 2, 2, 3)).astype(np.float32)
    flat = codes.reshape(4, 12)
    cosines = (flat @ flat.T) / np.outer(*[np.linalg.norm(flat, axis=1)] * 2)
    expected = (np.sum(cosines**2) - 4) / (4 * 3)
    assert float(pulling_away_term(tf.constant(codes))) == pytest.approx(expected, rel=1e-5)


def test_it_weighs_in_gs_loss_and_not_in_ds():
    loss = EnergyMargin(margin=1.0, pulling_away_weight=0.5)
    equal, orthogonal = [[1.0, 0.0], [2.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]]
    # E e(G) = 0.3, and w · 1 beside it where the codes are equal.
    assert float(loss.generator(answers([0.0], [0.2, 0.4], equal))) == pytest.approx(0.3 + 0.5)
    assert float(loss.generator(answers([0.0], [0.2, 0.4], orthogonal))) == pytest.approx(0.3)
    # D's loss is 0.1 + ((1 − 0.2) + (1 − 0.4))/2, of any codes or none.
    for codes in (equal, orthogonal, None):
        assert float(loss.discriminator(answers([0.1], [0.2, 0.4], codes))) == pytest.approx(0.8)


def test_without_weight_it_is_not_computed():
    loss = ZOO["ebgan"](SHAPE, width=4, pulling_away_weight=0).loss
    assert float(loss.generator(answers([0.0], [0.2, 0.4]))) == pytest.approx(0.3)


def test_the_codes_of_a_pass_are_those_of_the_fakes(gan):
    forward = gan.forward_pass(gan, tf.zeros((4, *SHAPE)), None, "test", training=False)
    expected = gan.discriminator(forward.fake, training=False)["codes"]
    np.testing.assert_allclose(forward.fake_output["codes"], expected, atol=1e-6)
    value = gan.generator_loss(forward)
    energy = tf.reduce_mean(forward.fake_output["energies"])
    assert float(value) == pytest.approx(float(energy + 0.1 * pulling_away_term(expected)), rel=1e-5)


# The energy and the margin.


def test_the_energy_is_the_mean_squared_error_of_each_example(gan, images):
    again = gan.discriminator(images, training=False)["reconstructions"].numpy()
    expected = ((again - images.numpy()) ** 2).reshape(5, -1).mean(axis=1)
    np.testing.assert_allclose(gan.discriminate(images)["energies"], expected, rtol=1e-5)


def test_the_hinge_is_of_each_example():
    """Of the batch's mean energy, 1, nothing is below the margin; of the first example's, 0, all of it is."""
    assert float(EnergyMargin(margin=1.0).discriminator(answers([0.25], [0.0, 2.0]))) == pytest.approx(0.25 + 0.5)


def test_a_fake_beyond_the_margin_gives_d_no_gradient_and_g_one():
    fake = tf.constant([0.5, 1.5])
    forward = SimpleNamespace(real_output={"energies": tf.zeros(2)}, fake_output={"energies": fake})
    loss = EnergyMargin(margin=1.0, pulling_away_weight=0.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(fake)
        d_loss, g_loss = loss.discriminator(forward), loss.generator(forward)
    np.testing.assert_allclose(tape.gradient(d_loss, fake), [-0.5, 0.0])
    np.testing.assert_allclose(tape.gradient(g_loss, fake), [0.5, 0.5])


def test_the_gradient_passes_through_the_target_too(gan, images):
    """Against differences along a direction; with the target held constant the slope is another."""
    direction = tf.constant(np.random.default_rng(2).choice([-1.0, 1.0], images.shape), tf.float32)
    step = 1e-2

    def energy(x):
        return tf.reduce_sum(gan.discriminate(x)["energies"])

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        value = energy(images)
        again = gan.discriminator(images, training=False)["reconstructions"]
        of_constant_target = tf.reduce_sum(tf.reduce_mean(tf.square(again - tf.stop_gradient(images)), [1, 2, 3]))
    slope = float(tf.reduce_sum(tape.gradient(value, images) * direction))
    differences = float(energy(images + step * direction) - energy(images - step * direction)) / (2 * step)
    assert slope == pytest.approx(differences, rel=2e-3, abs=1e-4)
    detached = float(tf.reduce_sum(tape.gradient(of_constant_target, images) * direction))
    assert abs(detached - differences) > 0.1 * abs(differences)


def test_what_is_watched_are_both_energies(gan):
    assert gan.loss.watched == ("real_energy", "fake_energy")
    real, fake = gan.loss.watch(answers([0.1, 0.3], [0.5]))
    np.testing.assert_allclose(real, [0.1, 0.3])
    np.testing.assert_allclose(fake, [0.5])


def test_d_is_sure_where_its_loss_is_a_small_part_of_the_margin():
    assert EnergyMargin(margin=0.5).is_sure({"d_loss": 0.009})
    assert not EnergyMargin(margin=0.5).is_sure({"d_loss": 0.011})
    assert not EnergyMargin(margin=0.5).is_sure({"d_loss": None})


# The networks and what is refused.


@pytest.mark.parametrize(("side", "codes"), [(16, (4, 4, 4)), (28, (7, 7, 4)), (48, (6, 6, 8)), (128, (4, 4, 32))])
def test_d_reconstructs_images_of_any_size_of_the_zoo(side, codes):
    network = ZOO["ebgan"]((side, side, 3), width=2).discriminator
    assert network.output["codes"].shape == (None, *codes)
    assert network.output["reconstructions"].shape == (None, side, side, 3)


@pytest.mark.parametrize("options", [{"margin": 0.0}, {"margin": -1.0}, {"pulling_away_weight": -0.1}])
def test_numbers_out_of_range_are_refused(options):
    (name, value), *_ = options.items()
    with pytest.raises(UserError, match=f"{name}={value}.*ebgan's margin is above 0"):
        ZOO["ebgan"](SHAPE, width=4, **options)


def test_a_loss_of_logits_is_refused():
    with pytest.raises(UserError, match=r"EBGAN does not admit the loss Hinge\. Valid: its own"):
        ZOO["ebgan"](SHAPE, width=4, loss="hinge")
