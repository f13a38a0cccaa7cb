"""Augmentations of what the discriminator is shown, real and fake, in both players' turns."""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfgan_zoo.common.randomness import purpose_id
from tfgan_zoo.machine.distribution import share_of


class Augmentation(keras.layers.Layer):
    """Changes each image that D is shown in a random way; gradients pass through it to G.

    A subclass overrides `augment`. Where D is shown several images of one example, such as the two of a pair, all of
    them are changed alike; what is no image, such as latents, is left alone. State is Keras weights of the layer.

    Reference: Zhao et al. 2020, arXiv:2006.10738; Karras et al. 2020, arXiv:2006.06676.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"trainable": False, **kwargs})
        self.built = True

    def augment(self, images: tf.Tensor, draw: Callable[[str, tuple], tf.Tensor]) -> tf.Tensor:
        """Returns changed images.

        Args:
            images: float32 [n, H, W, C] in [−1, 1].
            draw: function (purpose, shape) → uniform numbers in [0, 1), float32 [n, *shape], the same ones whenever it
                is called with the same purpose for one batch.
        """
        raise NotImplementedError

    def transform(self, shown, key: tf.Tensor):
        """Returns what D is shown, changed.

        Args:
            shown: a tensor float32 [n, …], or a structure of such.
            key: int64 [2], of this batch.
        """

        def change(tensor):
            if tensor.shape.rank != 4:
                return tensor
            return self.augment(tensor, lambda purpose, shape: _uniform(key, purpose, tf.shape(tensor)[0], shape))

        return tf.nest.map_structure(change, shown)


def _uniform(key: tf.Tensor, purpose: str, count, shape: tuple) -> tf.Tensor:
    own_key = tf.stack([key[0] ^ purpose_id(purpose), key[1]])
    return share_of(lambda rows: tf.random.stateless_uniform((rows, *shape), own_key, alg="philox"), count)
