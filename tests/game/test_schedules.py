"""Whose turn it is, written down by a GAN that only records its turns."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import LOSSES, SCHEDULES
from tfgan_zoo.game.schedules import Alternating, NCritic, Sequential, Simultaneous, schedule_of


class Recorder:
    """Writes down (step, turn) of each update, in a variable, so that it works inside a graph too."""

    TURNS = ("both", "D", "G")

    def __init__(self):
        self.step = types.SimpleNamespace(value=tf.Variable(0, dtype=tf.int64))
        self.record = tf.Variable(tf.zeros([0, 2], tf.int64), shape=[None, 2])

    def _write(self, turn):
        row = tf.stack([self.step.value.read_value(), turn])
        self.record.assign(tf.concat([self.record, row[None]], axis=0))

    def update_both(self, real, labels):
        self._write(0)

    def update_discriminator(self, real, labels):
        self._write(1)

    def update_generator(self, real, labels):
        self._write(2)

    def play(self, schedule, in_graph):
        def step(real):
            self.step.value.assign_add(1)
            schedule(self, real, None)

        step = tf.function(step) if in_graph else step
        for _ in range(6):
            step(tf.zeros([1]))
        turns = [[] for _ in range(6)]
        for number, turn in self.record.numpy():
            turns[number - 1].append(self.TURNS[turn])
        return turns


@pytest.mark.parametrize("in_graph", [False, True], ids=["eager", "graph"])
@pytest.mark.parametrize(
    ("schedule", "turns"),
    [
        ("simultaneous", [["both"]] * 6),
        ("sequential", [["D", "G"]] * 6),
        ("n_critic:1", [["D", "G"]] * 6),
        ("n_critic:2", [["D"], ["D", "G"]] * 3),
        ("n_critic", [["D"], ["D"], ["D"], ["D"], ["D", "G"], ["D"]]),
        ("alternating", [["D"], ["G"]] * 3),
    ],
)
def test_turns_of_six_steps(schedule, turns, in_graph):
    assert Recorder().play(schedule_of(schedule), in_graph) == turns


def test_names():
    types_of = {name: type(schedule_of(name)) for name in SCHEDULES}
    assert types_of == {
        "simultaneous": Simultaneous,
        "sequential": Sequential,
        "n_critic": NCritic,
        "alternating": Alternating,
    }


@pytest.mark.parametrize(("text", "k"), [("n_critic", 5), ("n_critic:1", 1), ("n_critic:12", 12)])
def test_n_critic_takes_a_number(text, k):
    assert schedule_of(text).k == k


@pytest.mark.parametrize("text", ["n_critic:0", "n_critic:-1", "n_critic:", "n_critic:many", "sequential:2"])
def test_numbers_that_no_schedule_takes_are_refused(text):
    with pytest.raises(ValueError, match=r"k|literal|n_critic:K"):
        schedule_of(text)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UserError, match="Did you mean 'simultaneous'"):
        schedule_of("simultanous")


@pytest.mark.parametrize("schedule", [Simultaneous(), Sequential(), NCritic(3), Alternating()])
def test_serialization_round_trip(schedule):
    config = keras.saving.serialize_keras_object(schedule)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(schedule)
    assert again.get_config() == schedule.get_config()


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("schedule", ["simultaneous", "sequential", "n_critic:2", "alternating"])
def test_each_schedule_with_each_loss_trains_three_finite_steps(tiny_gan, real_batches, schedule, loss):
    gan = tiny_gan(schedule=schedule, loss=loss)
    before = [network.get_weights() for network in (gan.generator, gan.discriminator)]
    for batch in real_batches(3):
        values = gan.train_step(batch)
    after = [network.get_weights() for network in (gan.generator, gan.discriminator)]
    assert all(np.isfinite(value) for value in values.values())
    assert all(np.isfinite(weight).all() for weights in after for weight in weights)
    for old, new in zip(before, after, strict=True):
        assert any((a != b).any() for a, b in zip(old, new, strict=True)), "a player did not move"


@pytest.mark.parametrize("schedule", ["simultaneous", "sequential", "n_critic:2", "alternating"])
def test_a_graph_trains_as_eager_steps_do(tiny_gan, real_batches, schedule):
    eager, traced = tiny_gan(schedule=schedule), tiny_gan(schedule=schedule)
    step = tf.function(traced.train_step)
    for batch in real_batches(4):
        eager.train_step(batch)
        step(batch)
    for a, b in zip(eager.get_weights(), traced.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
