"""Imported first by what trains: refuses another Keras backend than TensorFlow, before Keras looks for its package."""

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.runtime import check_backend

check_backend()

import keras  # noqa: E402

if keras.config.backend() != "tensorflow":
    raise UserError(
        f"Keras has to run on TensorFlow. Received: backend {keras.config.backend()} of ~/.keras/keras.json; "
        "accepted: KERAS_BACKEND=tensorflow."
    )
