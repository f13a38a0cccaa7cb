"""InceptionV3 as Keras Applications offers it, with weights for ImageNet.

They are not the weights of the papers' Inception network: a distance by these features is no FID, nor is it comparable
with one.

Reference: C. Szegedy et al., Rethinking the Inception architecture for computer vision, arXiv:1512.00567.
"""

import pathlib
import zlib

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.common.cache import cache_folder
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.hosts import silent_hosts
from tfgan_zoo.extractors.colours import to_rgb

SIZE = 299
ROWS_AT_ONCE = 32
FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels.h5"
URL = f"https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/{FILE}"
MD5 = "9a0d58056eeedaa3f26cb7ebd46da564"


class Inception:
    """The 2,048 features of the last pooling layer and the probabilities of 1,000 classes.

    Args:
        weights: a file in the format of Keras Applications, with the classification layer; None for Keras's own, from
            the user's cache or the network.

    Raises:
        UserError: the weights cannot be read or downloaded.
    """

    kind = "inception"
    knows_classes = False

    def __init__(self, weights: str | None = None):
        network = _network(weights or _downloaded())
        model = keras.Model(network.inputs, [network.get_layer("avg_pool").output, network.output])

        @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.float32)])
        def run(images):
            return model(tf.image.resize(images, (SIZE, SIZE), antialias=True), training=False)

        self._run = run
        self.description = {
            "extractor": "inception",
            "network": "Keras Applications InceptionV3, 299 px",
            "weights": f"{zlib.crc32(b''.join(weight.tobytes() for weight in network.get_weights())):08x}",
        }

    @property
    def name(self) -> str:
        return f"inception of Keras Applications (weights {self.description['weights']})"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns features float32 [n, 2048] and probabilities [n, 1000] of images [n, H, W, 1, 3 or 4] in [−1, 1]."""
        images = to_rgb(images)
        parts = [self._run(images[start : start + ROWS_AT_ONCE]) for start in range(0, len(images), ROWS_AT_ONCE)]
        features, probabilities = (np.concatenate(part) for part in zip(*parts, strict=True))
        return features, probabilities


def _network(weights: str) -> keras.Model:
    if not pathlib.Path(weights).is_file():
        raise UserError(f"--inception_weights={weights}: there is no such file.")
    try:
        return keras.applications.InceptionV3(weights=weights)
    except Exception as error:  # HDF5 and Keras raise OSError, ValueError, KeyError and more
        raise UserError(
            f"--inception_weights={weights}: cannot be read ({_one_line(error)}); accepted: a copy of {URL}."
        ) from error


def _downloaded() -> str:
    """Returns where Keras's weights lie in the user's cache, after a download where they do not."""
    folder = cache_folder()
    try:
        if not (folder / "inception" / FILE).is_file() and (silent := silent_hosts([URL])):
            raise OSError(f"{silent} cannot be reached")
        return keras.utils.get_file(FILE, URL, cache_dir=str(folder), cache_subdir="inception", file_hash=MD5)
    except Exception as error:  # Keras raises plain exceptions for a failing download
        raise UserError(
            f"--extractor=inception: the weights cannot be downloaded ({_one_line(error)}). Accepted: "
            f"--inception_weights=FILE with a copy of {URL}, or no --extractor, which needs no network."
        ) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200].removesuffix(".")
