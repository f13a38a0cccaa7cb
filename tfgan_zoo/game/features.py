"""Feature matching: G's aim is that its batch looks like a real one to an inner layer of D."""

import keras
import tensorflow as tf


def feature_matching_loss(real_features: tf.Tensor, fake_features: tf.Tensor) -> tf.Tensor:
    """Returns the mean over features of (E f(x) − E f(G(z)))²: batch means first, then the distance.

    The paper writes the squared norm, a sum over the features; its code takes their mean, as here.

    Args:
        real_features, fake_features: float32 [batch, …], the same shape but for the batch. Both get a gradient.

    Reference: Salimans et al. 2016, arXiv:1606.03498, §3.1.
    """
    difference = tf.reduce_mean(real_features, axis=0) - tf.reduce_mean(fake_features, axis=0)
    return tf.reduce_mean(tf.square(difference))


def with_features(network: keras.Model, layer: str) -> keras.Model:
    """Returns the same network, its weights shared, with the outputs `{"logits": …, "features": …}`.

    Args:
        network: a functional or sequential discriminator.
        layer: name of the layer whose outputs are the features.

    Raises:
        ValueError: the network has no such layer.
    """
    features = network.get_layer(layer).output
    inputs = network.inputs[0] if len(network.inputs) == 1 else network.inputs
    return keras.Model(inputs, {"logits": network.outputs[0], "features": features}, name=network.name)
