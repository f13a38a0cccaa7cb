"""Augmentations of what the discriminator is shown, real and fake, in both players' turns."""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import purpose_id
from tfgan_zoo.machine.distribution import share_of


class Augmentation(keras.layers.Layer):
    """Changes each image that D is shown in a random way; gradients pass through it to G.

    A subclass overrides `augment`. Where D is shown several images of one example, such as the two of a pair, all of
    them are changed alike; what is no image, such as latents, is left alone. State is Keras weights of the layer, which
    `observe` moves.

    Attributes:
        needs_signs: it reads the sign of D's logits, which must have a meaning under the loss.
        watched: metrics of its state, a column each in a run's log.

    Reference: Zhao et al. 2020, arXiv:2006.10738; Karras et al. 2020, arXiv:2006.06676.
    """

    needs_signs = False
    watched = ()

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

        Raises:
            UserError: nothing of it is an image.
        """
        if all(tensor.shape.rank != 4 for tensor in tf.nest.flatten(shown)):
            raise UserError("augmentation: changes images, and D is shown none here; leave --augment out.")

        def change(tensor):
            if tensor.shape.rank != 4:
                return tensor
            return self.augment(tensor, lambda purpose, shape: _uniform(key, purpose, tf.shape(tensor)[0], shape))

        return tf.nest.map_structure(change, shown)

    def observe(self, forward) -> None:
        """Moves the state, after each update of D, from the pass that its loss was computed from.

        Every replica runs this, on its share of the batch, and has to assign the same values.
        """


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InTurn(Augmentation):
    """Several augmentations, one after the other.

    Args:
        parts: list of `Augmentation`.
    """

    def __init__(self, parts: list, **kwargs):
        super().__init__(**kwargs)
        self.parts = [keras.saving.deserialize_keras_object(p) if isinstance(p, dict) else p for p in parts]

    @property
    def needs_signs(self) -> bool:
        return any(part.needs_signs for part in self.parts)

    @property
    def watched(self) -> tuple:
        return tuple(metric for part in self.parts for metric in part.watched)

    def augment(self, images, draw):
        for part in self.parts:
            images = part.augment(images, draw)
        return images

    def observe(self, forward):
        for part in self.parts:
            part.observe(forward)

    def get_config(self):
        return {**super().get_config(), "parts": [keras.saving.serialize_keras_object(part) for part in self.parts]}


def _uniform(key: tf.Tensor, purpose: str, count, shape: tuple) -> tf.Tensor:
    own_key = tf.stack([key[0] ^ purpose_id(purpose), key[1]])
    return share_of(lambda rows: tf.random.stateless_uniform((rows, *shape), own_key, alg="philox"), count)
