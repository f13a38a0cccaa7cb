"""What metrics of any kind have measured since the last row."""

import types

import keras
import numpy as np
import pytest

from tfgan_zoo.training.metric_values import read_and_reset


class Largest(keras.metrics.Metric):
    """Has no `count`."""

    def __init__(self, name="largest"):
        super().__init__(name=name)
        self.largest = self.add_weight(name="largest", initializer=lambda shape, dtype: np.float32(-np.inf))

    def update_state(self, values):
        self.largest.assign(keras.ops.maximum(self.largest, keras.ops.max(values)))

    def result(self):
        return self.largest

    def reset_state(self):
        self.largest.assign(-np.inf)


class Both(Largest):
    def result(self):
        return {"once": self.largest, "twice": 2 * self.largest}


def gan_of(*metrics):
    return types.SimpleNamespace(metrics=metrics, reset_metrics=lambda: [metric.reset_state() for metric in metrics])


METRICS = [
    (lambda: keras.metrics.Mean(name="mean"), [[1.0, 2.0]], {"mean": 1.5}),
    (lambda: keras.metrics.Mean(name="mean"), [[0.0]], {"mean": 0.0}),
    (lambda: keras.metrics.Sum(name="sum"), [[1.0, 2.0]], {"sum": 3.0}),
    (lambda: keras.metrics.MeanSquaredError(name="mse"), [[1.0, 2.0], [3.0, 2.0]], {"mse": 2.0}),
    (lambda: keras.metrics.AUC(name="auc"), [[0, 1], [0.2, 0.9]], {"auc": 1.0}),
    (
        lambda: keras.metrics.F1Score(average=None, threshold=0.5, name="f1"),
        [[[1.0, 0.0], [1.0, 1.0]], [[0.9, 0.1], [0.1, 0.1]]],
        # Of the first class one of two is found: precision 1, recall 1/2. Of the second none is.
        {"f1/0": 2 / 3, "f1/1": 0.0},
    ),
    (Largest, [[-3.0, -1.0]], {"largest": -1.0}),
    (lambda: Both(name="both"), [[-3.0, -1.0]], {"both/once": -1.0, "both/twice": -2.0}),
]


@pytest.mark.parametrize(("make", "data", "expected"), METRICS)
def test_what_has_been_measured_is_read_once(make, data, expected):
    metric = make()
    gan = gan_of(metric)
    nothing = dict.fromkeys(expected)
    metric.update_state(*map(np.array, data))
    metric.reset_state()
    assert read_and_reset(gan) == nothing
    for _ in range(2):
        metric.update_state(*map(np.array, data))
        assert read_and_reset(gan) == pytest.approx(expected, rel=1e-6)
        assert read_and_reset(gan) == nothing


def test_a_metric_that_its_first_update_builds():
    assert read_and_reset(gan_of(keras.metrics.F1Score(average=None, name="f1"))) == {"f1": None}


def test_one_of_two_has_had_a_turn():
    mean, total = keras.metrics.Mean(name="mean"), keras.metrics.Sum(name="sum")
    total.update_state([2.0])
    assert read_and_reset(gan_of(mean, total)) == {"mean": None, "sum": 2.0}


def test_a_turn_that_does_not_count_has_measured_nothing():
    """As one whose gradient overflowed in float16."""
    mean = keras.metrics.Mean(name="mean")
    mean.update_state(3.0, sample_weight=0.0)
    assert read_and_reset(gan_of(mean)) == {"mean": None}
