"""What a model's metrics have measured since the last row."""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf


def read_and_reset(gan) -> dict[str, float | None]:
    """Returns name → value of all metrics, and begins them anew.

    The value is None where a metric has measured nothing, such as the loss of a player that had no turn: its variables
    are then as a reset leaves them. A result of several numbers has a name for each: `name/0`, `name/1` …
    """
    measured = [(metric, _state(metric), dict(_numbers(metric))) for metric in gan.metrics]
    gan.reset_metrics()
    values = {}
    for metric, state, numbers in measured:
        values |= numbers if state != _state(metric) else dict.fromkeys(numbers)
    return values


def _state(metric: keras.metrics.Metric) -> list[bytes]:
    return [tf.convert_to_tensor(variable).numpy().tobytes() for variable in metric.variables]


def _numbers(metric: keras.metrics.Metric) -> Iterator[tuple[str, float]]:
    result = metric.result()
    for key, value in result.items() if isinstance(result, dict) else [("", result)]:
        name = f"{metric.name}/{key}" if key else metric.name
        array = np.asarray(value, float)
        for index, number in enumerate(array.ravel()):
            yield (f"{name}/{index}" if array.ndim else name), float(number)
