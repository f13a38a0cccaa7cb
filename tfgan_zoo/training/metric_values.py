"""What a model's metrics have measured since the last row."""

import keras
import numpy as np
import tensorflow as tf


def read_and_reset(gan) -> dict[str, float | None]:
    """Returns name → value of all metrics, and begins them anew.

    The value is None where a metric has measured nothing, such as the loss of a player that had no turn: its variables
    are then as a reset leaves them. A result of several numbers has a name for each: `name/0`, `name/1` …
    """
    measured = [(metric, _state(metric), _numbers(metric)) for metric in gan.metrics]
    gan.reset_metrics()
    values = {}
    for metric, state, numbers in measured:
        values |= numbers if state != _state(metric) else dict.fromkeys(numbers)
    return values


def _state(metric: keras.metrics.Metric) -> list[bytes]:
    return [tf.convert_to_tensor(variable).numpy().tobytes() for variable in metric.variables]


def _numbers(metric: keras.metrics.Metric) -> dict[str, float]:
    if not metric.variables:
        return {metric.name: 0.0}  # some are built by their first update, and have no result before
    result = metric.result()
    results = result if isinstance(result, dict) else {"": result}
    arrays = {f"{metric.name}/{key}".rstrip("/"): np.asarray(value, float) for key, value in results.items()}
    return {
        f"{name}/{index}" if array.ndim else name: float(number)
        for name, array in arrays.items()
        for index, number in enumerate(array.ravel())
    }
