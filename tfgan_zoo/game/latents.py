"""The distributions that a generator's latents are drawn from, and the way between two draws."""

import math

import tensorflow as tf


def _normal(shape, key):
    return tf.random.stateless_normal(shape, key, alg="philox")


def _uniform(shape, key):
    return tf.random.stateless_uniform(shape, key, -1.0, 1.0, alg="philox")


def _unit_uniform(shape, key):
    return tf.random.stateless_uniform(shape, key, 0.0, 1.0, alg="philox")


def _along_line(a, b, position):
    return (1.0 - position) * a + position * b


def _along_arc(a, b, position):
    # cos² + sin² = 1, so that what lies between two normal draws is as far from the origin as they are.
    angle = position * (math.pi / 2.0)
    return tf.cos(angle) * a + tf.sin(angle) * b


# name → draw(shape, key): float32 of that shape, a pure function of the key.
DISTRIBUTIONS = {"normal": _normal, "uniform": _uniform, "unit_uniform": _unit_uniform}

# name → between(a, b, position): latents on the way from a (position 0) to b (position 1).
INTERPOLATIONS = {"normal": _along_arc, "uniform": _along_line, "unit_uniform": _along_line}
