"""What an export would make of seeds, from a model in Python."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.precision import in_float32
from tfgan_zoo.serving.from_seeds import latents_of, made_of
from tfgan_zoo.serving.signatures import to_pixels


def sample(gan, num: int, labels=None, seed: int = 0) -> np.ndarray:
    """Returns images uint8 [num, H, W, C], or points float32 [num, 2]: see `GAN.sample`."""
    name = type(gan).__name__
    if gan.takes == "images":
        raise UserError(f"{name} is given images, not seeds: see gan.translations().")
    if isinstance(num, bool) or not isinstance(num, (int, np.integer)) or num < 1:
        raise UserError(f"num={num!r}: accepted: whole numbers from 1.")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63 - num:
        raise UserError(f"seed={seed!r}: accepted: whole numbers from 0, below 2⁶³ − num.")
    seeds = tf.constant(np.arange(num, dtype=np.int64) + seed)
    labels = _labels(gan, num, labels)
    draw = tf.function(lambda seeds, labels: made_of(gan, latents_of(gan, seeds), labels))
    with gan.inference_weights(), in_float32(gan.networks):
        data = draw(seeds, labels)
    return (to_pixels(data) if data.shape.rank == 4 else data).numpy()


def _labels(gan, num: int, labels) -> tf.Tensor | None:
    if not gan.num_classes:
        if labels is not None:
            raise UserError(f"labels: {type(gan).__name__} is not conditioned on labels.")
        return None
    labels = np.arange(num) % gan.num_classes if labels is None else np.asarray(labels)
    wrong = labels[(labels < 0) | (labels >= gan.num_classes) | (labels != np.round(labels))]
    if wrong.size:
        raise UserError(f"labels: {wrong.flat[0]} is none of 0 … {gan.num_classes - 1}.")
    if labels.shape not in ((), (num,)):
        raise UserError(f"labels has shape {labels.shape}; accepted: one label, or ({num},).")
    return tf.constant(np.broadcast_to(labels, [num]).astype(np.int32))
