"""TensorFlow started as `train.py` starts it for images, for the contenders that are measured with its settings."""

import os

from tfgan_zoo.machine import fast_path
from tfgan_zoo.machine.runtime import start_tensorflow


def start_as_train_does() -> None:
    """Sets the variables that `train.py` sets without flags, and imports TensorFlow."""
    fast_path.prepare(fast_path.StartChoices(), os.environ, of_points=False)
    start_tensorflow()
