"""Every random number is a pure function of (seed, step, purpose); nothing here keeps state."""

import zlib
from collections.abc import Iterator

SEEDS = 2**31  # seeds are 0 … SEEDS − 1


def purpose_id(purpose: str) -> int:
    """Maps the name of a use of randomness to 32 bits, the same on every machine and in every version."""
    return zlib.crc32(purpose.encode())


def key(seed: int, step, purpose: str):
    """Returns the key of one draw, for the `seed` argument of `tf.random.stateless_*`.

    Args:
        seed: the run's seed, 0 … 2³¹ − 1.
        step: int or scalar integer tensor.
        purpose: what is drawn, such as `"latents/generator"`; another purpose draws independent numbers.

    Returns:
        int64 tensor of shape (2,).
    """
    import tensorflow as tf

    return tf.stack([tf.constant(seed << 32 | purpose_id(purpose), tf.int64), tf.cast(step, tf.int64)])


def layer_seeds(seed: int, network: str) -> Iterator[int]:
    """Yields one seed after another for the initializers and noise layers of a network."""
    layer = 0
    while True:
        yield purpose_id(f"{seed}/{network}/{layer}") % SEEDS
        layer += 1
