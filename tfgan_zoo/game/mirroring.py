"""Mirror images of the training data: twice as many pictures, where left and right mean nothing."""

import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.distribution import share_of


def mirrored(data, key: tf.Tensor):
    """Mirrors each example left to right, or not: a fair coin decides.

    Args:
        data: images float32 [n, H, W, C], or a structure of such, all of whose i-th images are treated alike.
        key: int64 [2], of this batch.

    Raises:
        UserError: the data are no images.
    """
    tensors = tf.nest.flatten(data)
    if any(tensor.shape.rank != 4 for tensor in tensors):
        raise UserError("flip: mirrors images, and the data are none; leave --flip out.")
    coins = share_of(lambda count: tf.random.stateless_uniform([count], key, alg="philox"), tf.shape(tensors[0])[0])
    heads = coins[:, None, None, None] < 0.5
    return tf.nest.map_structure(lambda images: tf.where(heads, tf.reverse(images, axis=[2]), images), data)
