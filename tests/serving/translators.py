"""Tiny models that are given images, with the attributes that an export reads."""

import contextlib
import io

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.translation import Translation


class Translator:
    """Convolves images, in one direction or both; with a mask, fills what it covers with white."""

    takes = "images"
    encodes = classifies = False
    num_classes = 0
    scores_singly = False

    def __init__(self, shape_a=(8, 8, 1), shape_b=(8, 8, 3), *, both=False, mask=False):
        self._pairs = [(shape_a, shape_b), (shape_b, shape_a)][: 1 + both]
        self.networks = [_network(*pair, seed=seed) for seed, pair in enumerate(self._pairs)]
        self._mask = mask
        self.step = tf.Variable(3)
        self.work_done = tf.Variable(0.0)

    def inference_weights(self):
        return contextlib.nullcontext()

    def translations(self):
        names = ["translate"] if len(self._pairs) == 1 else ["translate_a_to_b", "translate_b_to_a"]
        return [
            Translation(name, self._function(network), *pair, mask=self._mask)
            for name, network, pair in zip(names, self.networks, self._pairs, strict=True)
        ]

    def _function(self, network):
        def translate(examples, mask=None):
            self.work_done.assign_add(1.0)
            output = network(examples, training=False)
            return output if mask is None else tf.where(mask > 0.5, 1.0, output)

        return translate


def _network(shape, output_shape, seed):
    kernel = keras.initializers.GlorotUniform(seed=seed)
    if len(shape) == 1:
        return keras.Sequential([keras.Input(shape), keras.layers.Dense(output_shape[0], kernel_initializer=kernel)])
    convolution = keras.layers.Conv2D(output_shape[-1], 3, padding="same", activation="tanh", kernel_initializer=kernel)
    return keras.Sequential([keras.Input(shape), convolution])


class WithEncoder(GAN):
    """A GAN whose encoder is a linear map."""

    encodes = True

    def encode(self, data):
        rows = tf.reshape(data, [tf.shape(data)[0], -1])
        return rows[:, : self.latent_dim] * 0.5


def file_of(array, kind="PNG", **options):
    """Returns a file's bytes of a uint8 array [H, W, C]."""
    stream = io.BytesIO()
    Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array).save(stream, kind, **options)
    return stream.getvalue()


def smooth(height, width, channels, seed=0):
    """Returns a smooth random picture, uint8 [height, width, channels]."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 4, channels), dtype=np.uint8)
    planes = [
        Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC) for plane in coarse.transpose(2, 0, 1)
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1)
