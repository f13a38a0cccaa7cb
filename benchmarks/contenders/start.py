"""TensorFlow started as `train.py` starts it for images, for the contenders that are measured with its settings."""

import os

from absl import flags

from tfgan_zoo.machine import fast_path
from tfgan_zoo.machine.runtime import start_tensorflow


def start_as_train_does() -> None:
    """Sets the variables that `train.py` sets without flags, and imports TensorFlow."""
    values = flags.FlagValues()
    fast_path.define_for_start(values)
    values(["train.py"])
    fast_path.prepare(values, os.environ, of_points=False)
    start_tensorflow()
