"""The trainer: what a step changes, by which gradients, and what goes on around it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit, log_expit

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import NonSaturating, Wasserstein
from tfgan_zoo.game.penalties import HistoricalAveraging, WeightClipping

SCHEDULES = ["simultaneous", "sequential", "n_critic:2", "alternating"]
BOTH_EMAS = {"generator": 0.9, "discriminator": 0.5}


# Whose variables a step changes.


def snapshot(variables):
    return [variable.numpy().copy() for variable in variables]


def belongings(player):
    """All that one player owns: its networks' trained weights, optimizer slots, averages and penalties' state."""
    return player.weights_trained + player.optimizer.variables + player.non_trainable_variables


@pytest.fixture
def two_full_players(tiny_gan):
    """A GAN with everything that a player can own, and batch normalization in both networks."""

    def build(schedule):
        penalties = {"generator": [HistoricalAveraging()], "discriminator": [HistoricalAveraging(), WeightClipping(1)]}
        return tiny_gan(schedule=schedule, penalties=penalties, ema=BOTH_EMAS, networks={"batch_norm": True})

    return build


@pytest.mark.parametrize("mover", ["generator", "discriminator"])
def test_an_update_changes_its_own_player_alone(two_full_players, real_batches, mover):
    gan = two_full_players("sequential")
    players = {"generator": gan.generator_player, "discriminator": gan.discriminator_player}
    other = players["generator" if mover == "discriminator" else "discriminator"]
    before, others_before = snapshot(players[mover].weights_trained), snapshot(belongings(other))
    getattr(gan, f"update_{mover}")(real_batches(1)[0], None)
    # The output bias has no batch normalization after it, so nothing cancels its gradient.
    assert (players[mover].weights_trained[-1].numpy() != before[-1]).all()
    assert int(players[mover].optimizer.iterations) == 1
    for old, new in zip(others_before, snapshot(belongings(other)), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_under_each_schedule_a_player_moves_what_is_its_own(two_full_players, real_batches, monkeypatch, schedule):
    gan = two_full_players(schedule)
    turns = []

    def watch(player, other, descend):
        def watched(tape, loss):
            before = snapshot(belongings(other))
            descend(tape, loss)
            turns.append(player.name[0])
            for old, new in zip(before, snapshot(belongings(other)), strict=True):
                np.testing.assert_array_equal(old, new)

        return watched

    pair = (gan.generator_player, gan.discriminator_player)
    for player, other in (pair, pair[::-1]):
        monkeypatch.setattr(player, "descend", watch(player, other, player.descend))
    for batch in real_batches(2):
        gan.train_step(batch)
    expected = {"simultaneous": "dgdg", "sequential": "dgdg", "n_critic:2": "ddg", "alternating": "dg"}
    assert "".join(turns) == expected[schedule]


def test_g_moves_only_the_moving_averages_of_d(tiny_gan, real_batches):
    # Documented: state that is not trained follows wherever its network runs in training mode.
    gan = tiny_gan(networks={"batch_norm": True})
    before = snapshot(gan.discriminator.variables)
    gan.update_generator(real_batches(1)[0], None)
    changed = [v for v, old in zip(gan.discriminator.variables, before, strict=True) if (v.numpy() != old).any()]
    assert {variable.name for variable in changed} == {"moving_mean", "moving_variance"}


# By which gradients.


def gradient_of_g(gan, update, batch):
    """Returns G's gradient: what plain gradient descent of rate 1 subtracts."""
    before = snapshot(gan.generator_player.weights_trained)
    update(batch, None)
    after = snapshot(gan.generator_player.weights_trained)
    return [old - new for old, new in zip(before, after, strict=True)]


@pytest.mark.parametrize("loss", ["non_saturating", "minimax", "least_squares", "hinge"])
def test_gs_gradient_is_the_finite_difference_through_a_frozen_d(tiny_gan, real_batches, loss):
    options = {"networks": {"dtype": "float64"}, "loss": loss, "generator_optimizer": keras.optimizers.SGD(1.0)}
    gan, frozen = tiny_gan(**options), tiny_gan(**options)
    batch = tf.cast(real_batches(1)[0], tf.float64)
    gradient = gradient_of_g(gan, gan.update_generator, batch)

    @tf.function
    def loss_of_g():
        return frozen.generator_loss(ForwardPass(frozen, batch, None, "generator"))

    epsilon = 1e-6
    for weight, found in zip(frozen.generator_player.weights_trained, gradient, strict=True):
        start = weight.numpy().copy()
        for index in np.ndindex(*start.shape):
            sides = []
            for sign in (1, -1):
                moved = start.copy()
                moved[index] += sign * epsilon
                weight.assign(moved)
                sides.append(loss_of_g().numpy())
            weight.assign(start)
            assert found[index] == pytest.approx((sides[0] - sides[1]) / (2 * epsilon), rel=1e-5, abs=1e-9)


def test_simultaneous_takes_both_gradients_before_either_moves(tiny_gan, real_batches):
    # G's gradient is the same whether D moves by much or not at all in the same step.
    batch = real_batches(1)[0]
    gradients = []
    for rate in (0.0, 1.0):
        optimizers = {
            "generator_optimizer": keras.optimizers.SGD(1.0),
            "discriminator_optimizer": keras.optimizers.SGD(rate),
        }
        gan = tiny_gan(**optimizers)
        gradients.append(gradient_of_g(gan, tf.function(gan.update_both), batch))
    for still, moved in zip(*gradients, strict=True):
        np.testing.assert_array_equal(still, moved)


@keras.saving.register_keras_serializable(package="test_gan")
class Constant(keras.layers.Layer):
    """G(z) = θ, whatever z is: a generator with one parameter."""

    def build(self, shape):
        self.theta = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.5), name="theta")

    def call(self, latents):
        return tf.zeros_like(latents) + self.theta


@pytest.fixture
def toy_game():
    """The game of D(x) = w·x and G(z) = θ on x = 2: D descends w·θ − 2w, G descends −w·θ, from w = 1 and θ = ½."""

    def build(schedule, loss=None):
        generator = keras.Sequential([keras.Input((1,)), Constant()], name="generator")
        one = keras.initializers.Ones()
        slope = keras.layers.Dense(1, use_bias=False, kernel_initializer=one)
        discriminator = keras.Sequential([keras.Input((1,)), slope], name="discriminator")
        gan = GAN(generator, discriminator, latent_dim=1)
        gan.compile(
            generator_optimizer=keras.optimizers.SGD(0.1),
            discriminator_optimizer=keras.optimizers.SGD(0.1),
            loss=loss or Wasserstein(),
            schedule=schedule,
            penalties={"discriminator": [WeightClipping(100.0)]},
        )
        return gan

    return build


def play(gan, steps, in_graph):
    step = tf.function(gan.train_step) if in_graph else gan.train_step
    for _ in range(steps):
        step(tf.fill([4, 1], 2.0))
    (w,), (theta,) = gan.discriminator_player.weights_trained, gan.generator_player.weights_trained
    return w.numpy().item(), theta.numpy().item()


@pytest.mark.parametrize("in_graph", [False, True], ids=["eager", "graph"])
@pytest.mark.parametrize(
    ("schedule", "after_one", "after_two"),
    [
        # dD/dw = θ − 2 and dG/dθ = −w, both at the old point.
        # w: 1 + 0.15 = 1.15, then + 0.1·(2 − 0.6) = 1.29.    θ: 0.5 + 0.1·1 = 0.6, then + 0.1·1.15 = 0.715.
        ("simultaneous", (1.15, 0.6), (1.29, 0.715)),
        # G goes by the updated w.
        # w: 1.15, then + 0.1·(2 − 0.615) = 1.2885.           θ: 0.5 + 0.115 = 0.615, then + 0.12885 = 0.74385.
        ("sequential", (1.15, 0.615), (1.2885, 0.74385)),
        # D alone, then D and G.    w: 1.15, 1.3.             θ: 0.5, 0.5 + 0.13 = 0.63.
        ("n_critic:2", (1.15, 0.5), (1.3, 0.63)),
        # D, then G.    w: 1.15, 1.15.                        θ: 0.5, 0.5 + 0.115 = 0.615.
        ("alternating", (1.15, 0.5), (1.15, 0.615)),
    ],
)
def test_the_toy_game_by_hand(toy_game, schedule, after_one, after_two, in_graph):
    assert play(toy_game(schedule), 1, in_graph) == pytest.approx(after_one, rel=1e-6)
    assert play(toy_game(schedule), 2, in_graph) == pytest.approx(after_two, rel=1e-6)


def test_the_toy_game_with_cross_entropy(toy_game):
    # D descends −log σ(2w) − log(1 − σ(wθ)): dD/dw = −2(1 − σ(2w)) + θ σ(wθ).
    # G descends −log σ(wθ):                  dG/dθ = −w (1 − σ(wθ)).
    w, theta = 1.0, 0.5
    new_w = w - 0.1 * (-2 * (1 - expit(2 * w)) + theta * expit(w * theta))
    simultaneous = theta + 0.1 * w * (1 - expit(w * theta))
    sequential = theta + 0.1 * new_w * (1 - expit(new_w * theta))
    assert play(toy_game("simultaneous", NonSaturating()), 1, False) == pytest.approx((new_w, simultaneous), rel=1e-6)
    assert play(toy_game("sequential", NonSaturating()), 1, False) == pytest.approx((new_w, sequential), rel=1e-6)
    assert abs(simultaneous - sequential) > 1e-4


# What the networks see.


@keras.saving.register_keras_serializable(package="test_gan")
class WatchedGAN(GAN):
    """Writes down every call of its networks."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.log = []

    def generate(self, latents, labels=None, training=False):
        self.log.append(("G", latents.shape[0], labels, training))
        return super().generate(latents, labels, training)

    def discriminate(self, data, labels=None, training=False):
        self.log.append(("D", data.shape[0], labels, training))
        return super().discriminate(data, labels, training)


@pytest.mark.parametrize(
    ("schedule", "calls"),
    [("simultaneous", "GDD"), ("sequential", "GDDGD"), ("n_critic:2", "GDD"), ("alternating", "GDD")],
)
def test_d_sees_real_and_fake_in_separate_calls(tiny_gan, real_batches, schedule, calls):
    gan = tiny_gan(model=WatchedGAN, schedule=schedule)
    labels = tf.range(8)
    gan.train_step((real_batches(1)[0], labels))
    assert sorted(call[0] for call in gan.log) == sorted(calls)
    assert all(size == 8 and training for _, size, _, training in gan.log)
    assert all(seen is labels for _, _, seen, _ in gan.log)


def test_labels_are_none_where_there_are_none(tiny_gan, real_batches):
    gan = tiny_gan(model=WatchedGAN)
    gan.train_step(real_batches(1)[0])
    assert [labels for _, _, labels, _ in gan.log] == [None] * 3


def test_fakes_are_data_to_d(tiny_gan, real_batches):
    gan = tiny_gan()
    with gan.discriminator_player.tape() as tape:
        loss = gan.discriminator_loss(ForwardPass(gan, real_batches(1)[0], None, "discriminator"))
    watched = {id(variable) for variable in tape.watched_variables()}
    assert watched == {id(variable.value) for variable in gan.discriminator.trainable_variables}
    assert tape.gradient(loss, [v.value for v in gan.generator.trainable_variables]) == [None] * 4


def test_each_turn_draws_latents_of_its_own(tiny_gan, real_batches):
    class KeepsLatents(GAN):
        def generate(self, latents, labels=None, training=False):
            drawn.append(latents.numpy())
            return super().generate(latents, labels, training)

    drawn = []
    gan = tiny_gan(model=KeepsLatents, schedule="sequential")
    for batch in real_batches(2):
        gan.train_step(batch)
    assert len({latents.tobytes() for latents in drawn}) == 4


def test_a_discriminator_may_return_features_beside_its_logits(tiny_gan, real_batches):
    class WithFeatures(GAN):
        def discriminate(self, data, labels=None, training=False):
            return {"logits": super().discriminate(data, labels, training), "features": data}

    plain, rich = tiny_gan(), tiny_gan(model=WithFeatures)
    batch = real_batches(1)[0]
    assert plain.train_step(batch) == rich.train_step(batch)


def test_regularization_of_a_network_joins_its_players_loss(tiny_gan, tiny_networks, real_batches):
    generator, discriminator = tiny_networks()
    last = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(3.0), name="regularized")
    discriminator = keras.Sequential([keras.Input((2,)), *discriminator.layers, last])
    gan = GAN(generator, discriminator, latent_dim=3)
    gan.compile()
    kernel = last.get_weights()[0]
    gan.step.assign(1)
    expected = gan.discriminator_loss(ForwardPass(gan, real_batches(1)[0], None, "simultaneous")).numpy()
    gan.step.assign(0)
    values = gan.train_step(real_batches(1)[0])
    assert float(values["d_loss"]) == pytest.approx(expected + 3.0 * np.square(kernel).sum(), rel=1e-5)


# Metrics.


def test_metrics_of_the_first_step_against_numpy(real_batches):
    """D(x) = x·a + b and G(z) = z·W + c, with the gradients of the cross-entropy written out."""
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="generator")
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="discriminator")
    gan = GAN(generator, discriminator, latent_dim=3, seed=7)
    gan.compile()
    (kernel, offset), (slope, bias) = generator.get_weights(), discriminator.get_weights()
    gan.step.assign(1)
    latents = gan.draw_latents(8, "latents/simultaneous").numpy().astype(float)
    gan.step.assign(0)

    real = real_batches(1)[0].numpy().astype(float)
    fake = latents @ kernel + offset
    d_real, d_fake = real @ slope + bias, fake @ slope + bias
    # dD/da = −E[(1 − σ(D(x))) x] + E[σ(D(G(z))) G(z)], and the same for b with 1 in place of the data.
    d_slope = (-(1 - expit(d_real)) * real + expit(d_fake) * fake).mean(0)
    d_bias = (-(1 - expit(d_real)) + expit(d_fake)).mean()
    # dG/dG(z) = −(1 − σ(D(G(z)))) a / n, then back through z·W + c.
    back = -(1 - expit(d_fake)) * slope.T / len(fake)

    values = gan.train_step(real_batches(1)[0])
    expected = {
        "d_loss": -log_expit(d_real).mean() - log_expit(-d_fake).mean(),
        "g_loss": -log_expit(d_fake).mean(),
        "real_probability": expit(d_real).mean(),
        "fake_probability": expit(d_fake).mean(),
        "d_gradient_norm": np.sqrt((d_slope**2).sum() + d_bias**2),
        "g_gradient_norm": np.sqrt(((latents.T @ back) ** 2).sum() + (back.sum(0) ** 2).sum()),
    }
    assert list(values) == list(expected)
    assert {name: float(value) for name, value in values.items()} == pytest.approx(expected, rel=1e-5)


def test_where_the_logit_is_no_log_odds_the_logit_is_watched(tiny_gan):
    names = [metric.name for metric in tiny_gan(loss="hinge").metrics]
    assert names == ["d_loss", "g_loss", "real_logit", "fake_logit", "d_gradient_norm", "g_gradient_norm"]


# fit.


def test_fit_on_a_bare_array(tiny_gan):
    images = np.random.default_rng(0).uniform(-1, 1, (32, 4, 4, 1)).astype(np.float32)
    gan = tiny_gan((4, 4, 1))
    history = gan.fit(images, batch_size=8, epochs=2, verbose=0).history
    assert int(gan.step) == 8
    assert set(history) == {metric.name for metric in gan.metrics}
    assert all(np.isfinite(value) for values in history.values() for value in values)


def test_fit_takes_integers_as_pixels(tiny_gan):
    pixels = np.random.default_rng(0).integers(0, 256, (16, 4, 4, 1), np.uint8)
    floats = pixels.astype(np.float32) / 127.5 - 1.0
    weights = []
    for images in (pixels, floats, floats.astype(float)):
        gan = tiny_gan((4, 4, 1), run_eagerly=True)
        gan.fit(images, batch_size=8, shuffle=False, verbose=0)
        weights.append(gan.get_weights())
    for a, b, c in zip(*weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
        np.testing.assert_allclose(c, b, atol=1e-5)


def test_train_step_takes_arrays_too(tiny_gan, real_batches):
    batch = real_batches(1)[0]
    by_tensor, by_array = tiny_gan(), tiny_gan()
    assert by_tensor.train_step(batch) == by_array.train_step(batch.numpy())


def test_fit_takes_datasets_and_labels(tiny_gan):
    points, labels = np.zeros((16, 2), np.float32), np.arange(16)
    gan = tiny_gan(model=WatchedGAN, run_eagerly=True)
    gan.fit(points, labels, batch_size=8, verbose=0)
    assert all(seen is not None for _, _, seen, _ in gan.log)
    gan.fit(tf.data.Dataset.from_tensor_slices(points).batch(8), shuffle=False, verbose=0)
    assert int(gan.step) == 4


def test_fit_takes_the_models_batch_size_unless_told(tiny_gan):
    gan = tiny_gan(run_eagerly=True)
    gan.fit(np.zeros((2 * 128, 2), np.float32), verbose=0)
    assert int(gan.step) == 2
    gan.batch_size = 64
    gan.fit(np.zeros((2 * 128, 2), np.float32), verbose=0)
    assert int(gan.step) == 2 + 4


def test_n_critic_consumes_one_batch_a_step(tiny_gan):
    gan = tiny_gan(schedule="n_critic:2")
    gan.fit(np.zeros((32, 2), np.float32), batch_size=8, verbose=0)
    assert int(gan.step) == 4
    assert int(gan.discriminator_player.optimizer.iterations) == 4
    assert int(gan.generator_player.optimizer.iterations) == 2


@pytest.mark.parametrize("shape", [(8, 5, 4, 1), (8, 4, 4, 3), (8, 4, 4), (8, 2)])
def test_an_array_of_another_shape_is_refused(tiny_gan, shape):
    with pytest.raises(ValueError, match=r"shape \(n, 4, 4, 1\)\. Received: \(8,"):
        tiny_gan((4, 4, 1)).fit(np.zeros(shape, np.float32), verbose=0)


@pytest.mark.parametrize(
    ("images", "received"),
    [
        (np.full((4, 4, 4, 1), 255.0), r"float64 in \[255, 255\]"),
        (np.full((4, 4, 4, 1), -1.1, np.float32), r"float32 in \[-1.1, -1.1\]"),
        (np.full((4, 4, 4, 1), np.nan, np.float32), r"float32 in \[nan, nan\]"),
        (np.full((4, 4, 4, 1), 256, np.int32), r"int32 in \[256, 256\]"),
        (np.full((4, 4, 4, 1), -1, np.int64), r"int64 in \[-1, -1\]"),
    ],
    ids=["0…255 as floats", "below −1", "NaN", "above 255", "below 0"],
)
def test_an_array_of_another_range_is_refused(tiny_gan, images, received):
    with pytest.raises(ValueError, match=received):
        tiny_gan((4, 4, 1)).fit(images, verbose=0)


def test_points_have_no_range(tiny_gan):
    tiny_gan(run_eagerly=True).fit(np.full((8, 2), 40.0, np.float32), batch_size=8, verbose=0)


def test_predict_generates(tiny_gan):
    gan = tiny_gan((4, 4, 1))
    latents = np.zeros((3, 3), np.float32)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), gan.generate(latents).numpy(), atol=1e-6)


# Settings.


def test_an_unknown_latent_distribution_is_refused(tiny_networks):
    with pytest.raises(UserError, match="Did you mean 'normal'"):
        GAN(*tiny_networks(), latent_dim=3, latent_distribution="norml")


def test_a_keras_file_keeps_the_latents_settings(tiny_networks, tmp_path):
    gan = GAN(*tiny_networks(latent_dim=5), latent_dim=5, latent_distribution="unit_uniform", seed=12, name="mine")
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    found = (again.latent_dim, again.latent_distribution, again.seed, again.name)
    assert found == (5, "unit_uniform", 12, "mine")


def test_two_gans_of_one_seed_are_the_same_and_of_two_are_not(tiny_gan, real_batches, arrays_of, assert_same_bits):
    gans = [tiny_gan(seed=seed) for seed in (3, 3, 4)]
    for gan in gans:
        gan.train_step(real_batches(1)[0])
    assert_same_bits(arrays_of(gans[0]), arrays_of(gans[1]))
    kernels = [gan.generator.get_weights()[0] for gan in gans]
    assert (kernels[0] != kernels[2]).any()


# Other backends.


def test_another_backend_is_told_in_one_line(run_python):
    result = run_python("-c", "import tfgan_zoo.game.gan", KERAS_BACKEND="numpy")
    last = result.stderr.strip().splitlines()[-1]
    assert result.returncode == 1
    assert "Received: KERAS_BACKEND=numpy; accepted: KERAS_BACKEND=tensorflow" in last


def test_another_backend_on_the_command_line(run_python, tmp_path):
    result = run_python("train.py", f"--workdir={tmp_path / 'run'}", "--steps=1", KERAS_BACKEND="jax")
    (line,) = result.stderr.strip().splitlines()
    assert "KERAS_BACKEND=jax" in line
    assert "KERAS_BACKEND=tensorflow" in line
    assert result.returncode == 2
    assert not (tmp_path / "run").exists()
