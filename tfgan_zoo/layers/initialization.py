"""Data-dependent initialization: one forward pass in which layers choose their scales and biases from what they see.

Reference: Salimans & Kingma 2016, "Weight Normalization", arXiv:1602.07868, section 3.
"""

import contextvars

import tensorflow as tf

_initializing = contextvars.ContextVar("initializing", default=False)


def initializing() -> bool:
    """Tells a layer's `call` whether to initialize itself from its inputs before it answers."""
    return _initializing.get()


def initialize_from_data(network, inputs, training: bool = True):
    """Initializes the scales and biases of a network's layers from one batch.

    The network runs once, eagerly; each `WeightNormalization` and `WeightNormalizedMinibatchDiscrimination` layer on
    the way sets itself from its own inputs and goes on with its initialized outputs, so a layer sees what the
    initialized layers below it say. All other layers run as ever. A second call starts from the directions of the
    weights alone: it does not depend on the first.

    Args:
        network: a Keras model or layer; it is built first if it is not yet.
        inputs: one batch of its inputs, such as 500 images. The same batch gives the same initialization, up to the
            noise that the network itself adds.
        training: the mode that the network runs in. The authors initialize with noise and dropout on.

    Returns:
        The outputs of the initialized network on this batch.

    Raises:
        RuntimeError: if called while a `tf.function` is traced.
        ValueError: if a layer's outputs do not vary over the batch, so that no scale can be found.

    Reference:
        Salimans & Kingma 2016, arXiv:1602.07868, section 3.
    """
    if tf.inside_function():
        raise RuntimeError("initialize_from_data runs once and eagerly: call it outside of tf.function.")
    if not network.built:
        network(inputs, training=training)
    token = _initializing.set(True)
    try:
        return network(inputs, training=training)
    finally:
        _initializing.reset(token)
