"""Terms of a player's loss, and constraints on its weights, by hand and by NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tests.toys import compiled
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.penalties import R1, R2, GradientPenalty, HistoricalAveraging, LeCam, WeightClipping
from tfgan_zoo.machine.precision import building_in


def flat(variables):
    return np.concatenate([variable.numpy().ravel() for variable in variables]).astype(float)


# Historical averaging.


def test_historical_averaging_starts_at_the_current_weights(tiny_gan, real_batches):
    penalty = HistoricalAveraging()
    gan = tiny_gan(penalties={"generator": [penalty]})
    assert penalty.loss(gan, None, gan.generator_player.weights_trained).numpy() == 0.0
    plain = tiny_gan()
    batch = real_batches(1)[0]
    assert gan.train_step(batch)["g_loss"] == plain.train_step(batch)["g_loss"]


def test_historical_averaging_against_numpy(tiny_gan, real_batches):
    """After t updates the term is weight · ‖θ − mean of θ[0] … θ[t]‖²."""
    penalty = HistoricalAveraging(weight=0.5)
    gan = tiny_gan(penalties={"discriminator": [penalty]}, learning_rate=0.1)
    weights = gan.discriminator_player.weights_trained
    history = [flat(weights)]
    for batch in real_batches(4):
        gan.train_step(batch)
        history.append(flat(weights))
        expected = 0.5 * np.square(history[-1] - np.mean(history, axis=0)).sum()
        assert penalty.loss(gan, None, weights).numpy() == pytest.approx(expected, rel=1e-4)
    assert expected > 1e-3


def test_historical_averaging_pulls_towards_the_average(tiny_gan):
    """Its gradient is 2 · weight · (θ − average): the average is a constant."""
    penalty = HistoricalAveraging(weight=0.5)
    gan = tiny_gan(penalties={"generator": [penalty]})
    weights = gan.generator_player.weights_trained
    start = flat(weights)
    for weight in weights:
        weight.assign_add(tf.ones_like(weight.value))
    with gan.generator_player.tape() as tape:
        loss = penalty.loss(gan, None, weights)
    gradient = np.concatenate([g.numpy().ravel() for g in tape.gradient(loss, [w.value for w in weights])])
    np.testing.assert_allclose(gradient, np.ones_like(start), rtol=1e-5)


# Weight clipping.


def test_clipped_weights_stay_within_the_limit(tiny_gan, real_batches):
    gan = tiny_gan(penalties={"discriminator": [WeightClipping(0.05)]}, learning_rate=1.0)
    gan.train_step(real_batches(1)[0])
    weights = flat(gan.discriminator_player.weights_trained)
    # An Adam step of 1 is far more than the limit, so that nearly every weight ends on a bound.
    assert np.abs(weights).max() == np.float32(0.05)
    assert (np.abs(weights) == np.float32(0.05)).mean() > 0.5
    assert np.abs(flat(gan.generator_player.weights_trained)).max() > 0.5


def test_clipping_leaves_the_loss_alone(tiny_gan, real_batches):
    batch = real_batches(1)[0]
    clipped = tiny_gan(penalties={"discriminator": [WeightClipping(0.05)]})
    assert clipped.train_step(batch)["d_loss"] == tiny_gan().train_step(batch)["d_loss"]


@pytest.mark.parametrize(
    ("loss", "penalties", "expected"),
    [
        ("wasserstein", [], [WeightClipping]),
        ("wasserstein", [HistoricalAveraging], [WeightClipping, HistoricalAveraging]),
        ("wasserstein", [GradientPenalty], [GradientPenalty]),
        ("wasserstein", [WeightClipping], [WeightClipping]),
        ("hinge", [], []),
    ],
)
def test_wasserstein_brings_clipping_unless_a_penalty_keeps_d_lipschitz(tiny_gan, loss, penalties, expected):
    gan = tiny_gan(loss=loss, penalties={"discriminator": [penalty() for penalty in penalties]})
    assert [type(penalty) for penalty in gan.discriminator_player.penalties] == expected
    assert gan.generator_player.penalties == []


def test_the_clipping_that_wasserstein_brings_is_the_papers(tiny_gan, real_batches):
    gan = tiny_gan(loss="wasserstein")
    gan.train_step(real_batches(1)[0])
    assert np.abs(flat(gan.discriminator_player.weights_trained)).max() <= np.float32(0.01)


# Gradient penalty.


@pytest.fixture
def linear_gan():
    """A GAN with D(x) = 3 x₁ + 4 x₂, whose gradient is (3, 4) everywhere: its norm is 5."""

    def build(model=GAN, **options):
        generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)], name="generator")
        slope = keras.layers.Dense(1, use_bias=False)
        discriminator = keras.Sequential([keras.Input((2,)), slope], name="discriminator")
        slope.set_weights([np.array([[3.0], [4.0]])])
        gan = model(generator, discriminator, latent_dim=1)
        gan.compile(**options)
        return gan

    return build


def penalty_of(gan, penalty, real):
    forward = ForwardPass(gan, real, None, "discriminator")
    return penalty.loss(gan, forward, gan.discriminator_player.weights_trained)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize(("weight", "expected"), [(10.0, 160.0), (2.5, 40.0)])
def test_gradient_penalty_by_hand(linear_gan, real_batches, weight, expected, policy):
    # weight · (5 − 1)²; 3, 4 and 5 are exact in half precision.
    with building_in(policy):
        gan = linear_gan()
    if policy == "mixed_float16":
        gan.discriminator_player.optimizer.dynamic_scale.assign(2.0**12)
    assert penalty_of(gan, GradientPenalty(weight), real_batches(1)[0]).numpy() == pytest.approx(expected, rel=1e-5)


def test_gradient_penalty_that_overflows_is_a_turn_left_out_and_no_divergence(linear_gan, real_batches):
    with building_in("mixed_float16"):
        gan = linear_gan(penalties={"discriminator": [GradientPenalty()]})
    for batch in real_batches(9):
        gan.train_step(batch)
    # Both the norm's (3, 4) and the term's (48, 64), scaled by 2¹⁵, are above float16's 65504.
    assert 1.0 < float(gan.discriminator_player.loss_scale) < 2.0**11
    assert int(gan.discriminator_player.first_bad_step) == 0
    assert 0 < float(gan.discriminator_player.mean_loss.count) < 9
    assert np.isfinite(gan.discriminator.get_weights()[0]).all()


@pytest.mark.parametrize("scale", [1.0, 2.0**15])
def test_gradient_penalty_in_float16_needs_the_loss_scale(real_batches, scale):
    """D(x) = 2⁻¹⁴ (2⁻¹⁴ · 1024 x₁): the gradient 2⁻¹⁸ passes through 2⁻²⁸ at the scale 1, which is 0 in float16."""
    layers = [
        keras.layers.Dense(1, use_bias=False, dtype="float32"),
        keras.layers.Rescaling(1024.0, dtype="float32"),
        keras.layers.Rescaling(2.0**-14, dtype="mixed_float16"),
        keras.layers.Rescaling(2.0**-14, dtype="mixed_float16"),
    ]
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)], name="generator")
    gan = GAN(generator, keras.Sequential([keras.Input((2,)), *layers], name="discriminator"), latent_dim=1)
    layers[0].set_weights([np.array([[1.0], [0.0]])])
    gan.compile(loss="wasserstein", penalties={"discriminator": [GradientPenalty(1.0)]})
    gan.discriminator_player.optimizer.dynamic_scale.assign(scale)
    # (2⁻¹⁸ − 1)², or 1 where the gradient has vanished but for the 1e-6 in the root.
    norm = 2.0**-18 if scale > 1.0 else 0.0
    expected = (np.sqrt(norm**2 + 1e-12) - 1.0) ** 2
    found = penalty_of(gan, gan.discriminator_player.penalties[0], real_batches(1)[0]).numpy()
    assert found == pytest.approx(expected, abs=3e-7)


def test_gradient_penalty_trains_d_by_a_gradient_of_second_order(linear_gan, real_batches):
    # d/dw 10 (‖w‖ − 1)² = 20 (‖w‖ − 1) w/‖w‖ = 20 · 4 · (3, 4)/5 = (48, 64).
    gan = linear_gan()
    with gan.discriminator_player.tape() as tape:
        penalty = penalty_of(gan, GradientPenalty(), real_batches(1)[0])
    (gradient,) = tape.gradient(penalty, [v.value for v in gan.discriminator_player.weights_trained])
    np.testing.assert_allclose(gradient.numpy().ravel(), [48.0, 64.0], rtol=1e-5)


def test_gradient_penalty_is_finite_where_the_gradient_is_zero(linear_gan, real_batches):
    # The norm's own gradient is infinite there: 10 · (0 − 1)² = 10, and a gradient that is a number.
    gan = linear_gan()
    gan.discriminator.set_weights([np.zeros((2, 1))])
    with gan.discriminator_player.tape() as tape:
        penalty = penalty_of(gan, GradientPenalty(), real_batches(1)[0])
    (gradient,) = tape.gradient(penalty, [v.value for v in gan.discriminator_player.weights_trained])
    assert penalty.numpy() == pytest.approx(10.0, rel=1e-4)
    assert np.isfinite(gradient.numpy()).all()


def test_gradient_penalty_joins_ds_loss(linear_gan, real_batches):
    batch = real_batches(1)[0]
    penalized = linear_gan(loss="wasserstein", penalties={"discriminator": [GradientPenalty()]})
    generator = penalized.generator.get_weights()
    plain = linear_gan(loss="wasserstein")
    plain.generator.set_weights(generator)
    difference = penalized.train_step(batch)["d_loss"] - plain.train_step(batch)["d_loss"]
    assert difference.numpy() == pytest.approx(160.0, rel=1e-4)


def test_the_mixing_factor_is_uniform_and_one_for_each_example(linear_gan):
    """With x = (1, 1) and G(z) = 0 the mixture αx + (1 − α)G(z) is α itself."""

    class KeepsData(GAN):
        def discriminate(self, data, labels=None, training=False):
            seen.append(data.numpy())
            return super().discriminate(data, labels, training)

    seen = []
    gan = linear_gan(KeepsData)
    gan.generator.set_weights([np.zeros((1, 2)), np.zeros(2)])
    penalty_of(gan, GradientPenalty(), tf.ones((4000, 2)))
    (alpha,) = seen
    np.testing.assert_array_equal(alpha[:, 0], alpha[:, 1])
    assert alpha.min() >= 0.0
    assert alpha.max() <= 1.0
    assert stats.kstest(alpha[:, 0], "uniform").pvalue > 0.01


def test_the_mixing_factor_works_on_images(tiny_gan):
    gan = tiny_gan((4, 4, 1), loss="wasserstein", penalties={"discriminator": [GradientPenalty()]})
    values = gan.train_step(tf.zeros((8, 4, 4, 1)))
    assert np.isfinite(values["d_loss"])


# R1 and R2.


@pytest.fixture
def quadratic_gan():
    """A GAN with D(x) = ½ ‖x‖², whose gradient is x, and G(z) = (0, 2)."""
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)], name="generator")
    generator.layers[0].set_weights([np.zeros((1, 2)), np.array([0.0, 2.0])])
    points = keras.Input((2,))
    logits = keras.ops.sum(0.5 * points**2, axis=-1, keepdims=True) + 0.0 * keras.layers.Dense(1)(points)
    gan = GAN(generator, keras.Model(points, logits), latent_dim=1)
    gan.compile()
    return gan


@pytest.mark.parametrize(("penalty", "expected"), [(R1(3.0), 3.0 / 2 * (25 + 1) / 2), (R2(3.0), 3.0 / 2 * 4.0)])
def test_zero_centred_penalties_by_hand(quadratic_gan, penalty, expected):
    # ½ γ times the mean of ‖x‖² over the data: x is (3, 4) and (1, 0), G(z) always (0, 2).
    real = tf.constant([[3.0, 4.0], [1.0, 0.0]])
    assert penalty_of(quadratic_gan, penalty, real).numpy() == pytest.approx(expected, rel=1e-5)


def test_a_penalty_on_fakes_is_ds_alone(quadratic_gan):
    with quadratic_gan.generator_player.tape() as tape:
        penalty = penalty_of(quadratic_gan, R2(), tf.zeros((4, 2)))
    gradients = tape.gradient(penalty, [v.value for v in quadratic_gan.generator_player.weights_trained])
    assert gradients == [None, None]


def test_a_penalty_whose_weight_falls_with_the_step(quadratic_gan):
    # A cosine from 2 to 0.5 over 10 steps is halfway, at 1.25, after 5.
    falling = R1(keras.optimizers.schedules.CosineDecay(2.0, 10, alpha=0.25))
    real = tf.constant([[3.0, 4.0]])
    for step, weight in ((0, 2.0), (5, 1.25), (10, 0.5), (99, 0.5)):
        quadratic_gan.step.assign(step)
        assert penalty_of(quadratic_gan, falling, real).numpy() == pytest.approx(weight / 2 * 25, rel=1e-5)


# All.


@pytest.mark.parametrize(
    "penalty",
    [
        HistoricalAveraging(0.5),
        WeightClipping(0.1),
        GradientPenalty(3.0),
        R1(0.5),
        R2(keras.optimizers.schedules.CosineDecay(2.0, 10)),
    ],
)
def test_serialization_round_trip(penalty):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
    assert type(again) is type(penalty)
    assert again.get_config() == penalty.get_config()


def test_one_penalty_for_both_players_is_refused(tiny_gan):
    # Its state is one player's: the second would overwrite the first's history.
    shared = HistoricalAveraging()
    with pytest.raises(ValueError, match="a penalty keeps the state of one player"):
        tiny_gan(penalties={"generator": [shared], "discriminator": [shared]})


def test_histories_begin_after_the_weights_were_initialized_from_data(tiny_gan, real_batches):
    """A recipe may set weights from data between compiling and training."""

    class SetsItsWeights(GAN):
        def initialize_from(self, source):
            for variable in self.discriminator.trainable_variables:
                variable.assign(tf.ones_like(variable))

    gan = tiny_gan(model=SetsItsWeights, penalties={"discriminator": [HistoricalAveraging()]})
    (penalty,) = gan.discriminator_player.penalties
    gan.prepare(source=None)
    assert float(penalty.loss(gan, None, gan.discriminator_player.weights_trained)) == 0.0
    gan.train_step(real_batches(1)[0])
    assert int(penalty.count) == 2
    for average, variable in zip(penalty.averages, gan.discriminator.trainable_variables, strict=True):
        np.testing.assert_allclose(average, (1.0 + variable.numpy()) / 2.0, atol=1e-6)


# LeCam.


def lecam_terms(tiny_gan, reals, fakes, **options):
    """Returns the term of each update of a D that answers the given logits."""
    penalty = LeCam(**options)
    gan = tiny_gan(penalties={"discriminator": [penalty]})
    terms = []
    for real, fake in zip(reals, fakes, strict=True):
        forward = gan.forward_pass(gan, tf.zeros((2, 2)), None, "discriminator")
        forward.real_output, forward.fake_output = tf.constant(real), tf.constant(fake)
        terms.append(float(penalty.loss(gan, forward, [])))
        penalty.observe(forward)
    return terms


def test_lecam_is_about_the_means_of_the_updates_before(tiny_gan):
    reals, fakes = [[1.0, 3.0], [2.0, 0.0], [1.0, -1.0]], [[-1.0, -2.0], [-0.5, 3.0], [0.5, 0.5]]
    found = lecam_terms(tiny_gan, reals, fakes, weight=0.5, decay=0.9)
    # Before the second update the means are those of the first: 2 of reals, −1.5 of fakes.
    # 0.5 · ((3.5² + 1.5²)/2 + (2.5² + 0)/2).
    second = 0.5 * (7.25 + 3.125)
    # Then (0.9 · 0.1 · first + 0.1 · second) / (1 − 0.81): (0.18 + 0.1)/0.19 of reals, (−0.135 + 0.125)/0.19 of fakes.
    real, fake = 0.28 / 0.19, -0.01 / 0.19
    third = 0.5 * (((1.0 - fake) ** 2 + 0.0) / 2 + (real - 0.5) ** 2)
    assert found == pytest.approx([0.0, second, third], rel=1e-4)


def test_lecam_moves_d_alone_and_its_means_are_state(tiny_gan, real_batches, tmp_path):
    gan = tiny_gan(penalties="lecam")
    (penalty,) = gan.discriminator_player.penalties
    assert (type(penalty), penalty.weight, gan.generator_player.penalties) == (LeCam, 0.3, [])
    for batch in real_batches(3):
        gan.train_step(batch)
    assert int(penalty.updates) == 3
    gan.save(tmp_path / "gan.keras")
    (loaded,) = keras.models.load_model(tmp_path / "gan.keras").discriminator_player.penalties
    np.testing.assert_array_equal(loaded.means, penalty.means)
    assert (int(loaded.updates), loaded.decay) == (3, 0.99)


def test_lecam_is_refused_where_it_has_no_meaning(tiny_gan):
    with pytest.raises(UserError, match=r"^penalties: LeCam is a term of the discriminator's loss"):
        tiny_gan(penalties={"generator": ["lecam"]})
    gan = compiled("energies", penalties="lecam")
    with pytest.raises(UserError, match=r"^penalty lecam: reads D's logits; Energies's D answers energies\.$"):
        gan.train_step(tf.zeros((4, 2)))
    gan = compiled("cycles", penalties="lecam")
    with pytest.raises(UserError, match=r"^penalty lecam: is for one discriminator; Cycles has 2\.$"):
        gan.train_step({"a": tf.zeros((4, 2)), "b": tf.zeros((4, 2))})
    with pytest.raises(ValueError, match="decay=1"):
        LeCam(decay=1.0)


@pytest.mark.parametrize("kind", [R1, R2, GradientPenalty, HistoricalAveraging, LeCam])
def test_a_negative_weight_is_refused(kind):
    with pytest.raises(ValueError, match=r"a penalty's weight is a number of 0 or more. Received: weight=-1.0"):
        kind(-1.0)


@pytest.mark.parametrize("limit", [0.0, -0.01])
def test_a_limit_of_clipping_is_above_0(limit):
    with pytest.raises(ValueError, match=f"weights are clipped to a limit above 0. Received: limit={limit}"):
        WeightClipping(limit)
