"""Mixed precision: layers that compute in half precision, and what has to stay in float32 around them.

Weights, losses, penalties, metrics and optimizers are float32 under every policy; so are the last layers of the zoo's
networks. What a player descends is scaled where a gradient could vanish in float16: see `tfgan_zoo.game.player`.
"""

import contextlib
from collections.abc import Iterable, Iterator

import keras
import tensorflow as tf


@contextlib.contextmanager
def building_in(policy: str) -> Iterator[None]:
    """Layers that are made in the block, and say nothing else, compute in `policy`, such as `"mixed_float16"`."""
    earlier = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(earlier)


def at_least_float32(output):
    """Casts what a network answers, a tensor or a structure of tensors, to float32 where it is narrower."""

    def widen(tensor):
        return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.float16, tf.bfloat16) else tensor

    return tf.nest.map_structure(widen, output)


def computes_in_float16(networks: Iterable[keras.Model]) -> bool:
    """Tells whether small gradients may vanish on their way through one of the networks."""
    return any(layer.compute_dtype == "float16" for layer in _layers(networks))


@contextlib.contextmanager
def in_float32(networks: Iterable[keras.Model]) -> Iterator[None]:
    """For the block, has the networks compute in float32, as an export does: not every server's CPU has half precision.

    What has been traced before keeps its precision.
    """
    mixed = [layer for layer in _layers(networks) if layer.compute_dtype != layer.variable_dtype]
    policies = [layer.dtype_policy for layer in mixed]
    for layer in mixed:
        layer.dtype_policy = layer.variable_dtype
    try:
        yield
    finally:
        for layer, policy in zip(mixed, policies, strict=True):
            layer.dtype_policy = policy


def _layers(networks: Iterable[keras.Model]) -> list[keras.layers.Layer]:
    """Returns the networks and all their layers, those within other layers too."""
    return [layer for network in networks for layer in network._flatten_layers()]
