"""The average of a player's weights against NumPy's recursion."""

import keras
import numpy as np
import pytest

from tfgan_zoo.game.averaging import AveragedWeights


@pytest.fixture
def variables():
    return [keras.Variable([1.0, -2.0]), keras.Variable([[3.0]])]


def test_against_the_recursion(variables):
    # decay ½ on 1, 3, 5: ½·1 = 0.5; ½·0.5 + ½·3 = 1.75; ½·1.75 + ½·5 = 3.375; divided by 1 − ⅛: 27/7.
    average = AveragedWeights(0.5)
    average.begin(variables)
    for value, expected in [(1.0, 1.0), (3.0, 1.75 / 0.75), (5.0, 27 / 7)]:
        variables[1].assign([[value]])
        average.after_update(variables)
        assert average.read()[1].item() == pytest.approx(expected, rel=1e-6)


def test_constant_weights_average_to_themselves_from_the_first_update_on(variables):
    average = AveragedWeights(0.999)
    average.begin(variables)
    for _ in range(3):
        average.after_update(variables)
        np.testing.assert_allclose(average.read()[0], [1.0, -2.0], rtol=1e-5)


def test_before_the_first_update_there_is_nothing_to_read(variables):
    average = AveragedWeights(0.9)
    average.begin(variables)
    assert not average.started
    with pytest.raises(ValueError, match="train at least one step"):
        average.read()
    average.after_update(variables)
    assert average.started


def test_it_trains_nothing(variables):
    average = AveragedWeights(0.9)
    average.begin(variables)
    assert average.trainable_variables == []
    assert len(average.variables) == 3  # the number of updates, and an average for each variable


@pytest.mark.parametrize("decay", [0.0, 1.0, -0.5, 1.5])
def test_a_decay_outside_of_0_and_1_is_refused(decay):
    with pytest.raises(ValueError, match=f"decay={decay}"):
        AveragedWeights(decay)


def test_serialization_round_trip():
    config = keras.saving.serialize_keras_object(AveragedWeights(0.75))
    assert keras.saving.deserialize_keras_object(config).decay == 0.75


def test_a_decay_may_follow_a_schedule_from_0_on(variables):
    # Decays 0, ½, ½ on 1, 3, 5: 1; ½·1 + ½·3 = 2; ½·2 + ½·5 = 3.5. Nothing is biased, so nothing is corrected.
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.0, 0.5])
    average = AveragedWeights.from_config(AveragedWeights(schedule).get_config())
    average.begin(variables)
    for value, expected in [(1.0, 1.0), (3.0, 2.0), (5.0, 3.5)]:
        variables[1].assign([[value]])
        average.after_update(variables)
        assert average.read()[1].item() == pytest.approx(expected)
