"""NaN and infinity are told by step and player."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.training.divergence import TrainingDiverged, check_losses, check_weights


def test_finite_numbers_pass(tiny_gan, real_batches):
    gan = tiny_gan()
    for batch in real_batches(3):
        gan.train_step(batch)
    check_losses(gan)
    check_weights(gan, 3)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_first_step_counts_and_both_players_are_named_if_it_was_both(tiny_gan, real_batches, bad):
    gan = tiny_gan()
    for number, batch in enumerate(real_batches(4), start=1):
        gan.train_step(tf.fill(batch.shape, bad) if number == 3 else batch)
        gan.reset_metrics()
    # D's loss was none in step 3; through its weights, from step 4 on, G's is none either.
    assert [int(player.first_bad_step) for player in (gan.discriminator_player, gan.generator_player)] == [3, 4]
    with pytest.raises(TrainingDiverged, match=r"^step 3: the discriminator's loss or gradient is no finite number"):
        check_losses(gan)
    gan.generator_player.first_bad_step.assign(3)
    with pytest.raises(TrainingDiverged, match=r"^step 3: the discriminator's and the generator's loss"):
        check_losses(gan)


def test_it_is_no_part_of_the_state(tiny_gan, arrays_of):
    gan = tiny_gan()
    before = len(arrays_of(gan))
    gan.generator_player.first_bad_step.assign(3)
    assert len(arrays_of(gan)) == before
    assert not any("first_bad_step" in variable.path for variable in gan.variables)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_weights_are_looked_at_before_they_are_saved(tiny_gan, player):
    gan = tiny_gan()
    weight = getattr(gan, player).trainable_variables[1]
    weight.assign(np.where(np.arange(len(weight.numpy())) == 0, math.inf, weight.numpy()))
    with pytest.raises(TrainingDiverged, match=f"^step 9: the {player}'s weights are no finite numbers"):
        check_weights(gan, 9)
