"""One player: what its tape sees, what its loss adds up, and how it descends."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.game.penalties import HistoricalAveraging, Penalty
from tfgan_zoo.game.player import Player, with_loss_scale


@pytest.fixture
def network():
    """f(x) = w·x with w = (1, 2)."""
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    network.set_weights([np.array([[1.0], [2.0]])])
    return network


def first_step():
    """What the GAN's counter says."""
    return tf.constant(1, tf.int64)


class Records(Penalty):
    """Adds 0.25, and writes down what it is asked."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def loss(self, gan, forward, variables):
        self.calls.append(("loss", gan, forward, len(variables)))
        return tf.constant(0.25)

    def after_update(self, variables):
        self.calls.append(("after_update", variables[0].numpy().ravel().tolist()))


def test_a_step_by_hand(network):
    # loss = 3·1 + 4·2 = 11 with the gradient (3, 4), whose norm is 5; plain descent by 0.1 gives (0.7, 1.6).
    player = Player("discriminator", keras.optimizers.SGD(0.1), [], None, lambda: [network], first_step)
    with player.tape() as tape:
        loss = tf.reduce_mean(network(tf.constant([[3.0, 4.0]])))
    player.descend(tape, loss)
    np.testing.assert_allclose(network.get_weights()[0].ravel(), [0.7, 1.6], rtol=1e-6)
    assert player.mean_loss.result().numpy() == pytest.approx(11.0)
    assert player.gradient_norm.result().numpy() == pytest.approx(5.0)
    assert (player.mean_loss.name, player.gradient_norm.name) == ("d_loss", "d_gradient_norm")


def test_the_tape_sees_the_players_variables_alone(network):
    other = keras.Variable([1.0, 1.0])
    player = Player("generator", keras.optimizers.SGD(), [], None, lambda: [network], first_step)
    with player.tape() as tape:
        loss = tf.reduce_sum(network(tf.ones((1, 2))) * other)
    assert [v is w.value for v, w in zip(tape.watched_variables(), player.weights_trained, strict=True)] == [True]
    assert tape.gradient(loss, other.value) is None


def test_the_loss_gains_penalties_and_regularization(network):
    # 1 + 0.25 + 0.25 + L2 of factor 0.1 on (1, 2): 0.1·5 = 0.5.
    network.layers[0].kernel_regularizer = keras.regularizers.L2(0.1)
    network.layers[0].kernel.regularizer = keras.regularizers.L2(0.1)
    penalties = [Records(), Records()]
    player = Player("generator", keras.optimizers.SGD(), penalties, None, lambda: [network], first_step)
    total = player.total_loss(tf.constant(1.0), "the gan", "the pass")
    assert total.numpy() == pytest.approx(2.0)
    assert [penalty.calls for penalty in penalties] == [[("loss", "the gan", "the pass", 1)]] * 2


def test_penalties_and_the_average_see_the_updated_weights(network):
    penalty = Records()
    player = Player("generator", keras.optimizers.SGD(1.0), [penalty], 0.9, lambda: [network], first_step)
    with player.tape() as tape:
        loss = tf.reduce_mean(network(tf.constant([[1.0, 1.0]])))
    player.descend(tape, loss)
    assert penalty.calls == [("after_update", [0.0, 1.0])]
    np.testing.assert_allclose(player.average.read()[0].ravel(), [0.0, 1.0], atol=1e-6)


def test_a_player_may_own_several_networks(network):
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    player = Player(
        "generator",
        keras.optimizers.Adam(),
        [HistoricalAveraging()],
        0.5,
        lambda: [network, other],
        first_step,
    )
    assert [v.shape for v in player.weights_trained] == [(2, 1), (3, 2), (2,)]
    assert len(player.average.averages) == len(player.penalties[0].averages) == 3


def test_a_player_owns_none_of_its_networks_variables(network):
    player = Player("generator", keras.optimizers.SGD(), [], None, lambda: [network], first_step)
    assert player.trainable_variables == []
    assert not {id(v) for v in network.variables} & {id(v) for v in player.variables}


def test_the_optimizers_slots_exist_before_the_first_step(network):
    player = Player("generator", keras.optimizers.Adam(), [], None, lambda: [network], first_step)
    assert player.optimizer.built
    assert len(player.optimizer.variables) == 4  # iterations, rate and two moments


# The loss scale.


def player_of(network, scale, **options):
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=scale, **options)
    return Player("generator", optimizer, [], 0.5, lambda: [network], first_step)


def turn(player, network, factor=1.0):
    """Descends factor · f(3, 4), whose gradient is factor · (3, 4)."""
    with player.tape() as tape:
        loss = factor * tf.reduce_mean(network(tf.constant([[3.0, 4.0]])))
    player.descend(tape, loss)


def test_an_optimizer_is_scaled_once():
    optimizer = keras.optimizers.SGD(0.1)
    scaled = with_loss_scale(optimizer)
    assert scaled.inner_optimizer is optimizer
    assert with_loss_scale(scaled) is scaled


@pytest.mark.parametrize("scale", [1.0, 1024.0, 2.0**40])
def test_a_scaled_step_is_the_step_by_hand(network, scale):
    player = player_of(network, scale)
    turn(player, network)
    np.testing.assert_allclose(network.get_weights()[0].ravel(), [0.7, 1.6], rtol=1e-6)
    assert player.mean_loss.result().numpy() == pytest.approx(11.0)
    assert player.gradient_norm.result().numpy() == pytest.approx(5.0)


def test_a_gradient_that_overflows_only_when_scaled_is_skipped_and_is_no_divergence(network):
    player = player_of(network, 2.0**127)  # 4 · 2¹²⁷ is infinite in float32
    turn(player, network)
    np.testing.assert_array_equal(network.get_weights()[0].ravel(), [1.0, 2.0])
    assert float(player.loss_scale) == 2.0**126
    assert int(player.first_bad_step) == 0
    assert float(player.gradient_norm.count) == float(player.mean_loss.count) == 0.0  # rather than an infinite figure
    player.optimizer.dynamic_scale.assign(2.0**40)
    turn(player, network)
    np.testing.assert_allclose(network.get_weights()[0].ravel(), [0.7, 1.6], rtol=1e-6)
    assert player.gradient_norm.result().numpy() == pytest.approx(5.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_no_scale_would_mend_is_divergence(network, bad):
    player = player_of(network, 1.0)
    turn(player, network, factor=bad)
    assert int(player.first_bad_step) == 1


def test_a_loss_that_is_no_number_is_divergence_once_no_scale_has_mended_it(network):
    player = player_of(network, 4.0)
    noted = []
    for _ in range(3):  # at the scales 4, 2 and 1
        turn(player, network, factor=np.nan)
        noted.append(int(player.first_bad_step))
    assert noted == [0, 0, 1]
    np.testing.assert_array_equal(network.get_weights()[0].ravel(), [1.0, 2.0])


def test_the_scale_grows_after_a_while(network):
    player = player_of(network, 8.0, dynamic_growth_steps=2)
    scales = []
    for _ in range(4):
        turn(player, network)
        scales.append(float(player.loss_scale))
    assert scales == [8.0, 16.0, 16.0, 32.0]
