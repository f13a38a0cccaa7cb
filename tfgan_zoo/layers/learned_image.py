"""A learned image, the first feature maps of a generator."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LearnedImage(keras.layers.Layer):
    """A learned image; each input multiplies one of its channels.

    Args:
        side: of the image.
        initializer: of its weights.

    Call arguments:
        inputs: float tensor [n, C].

    Returns:
        Float tensor [n, side, side, C].
    """

    def __init__(self, side: int, initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.side = side
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape):
        shape = (self.side, self.side, input_shape[-1])
        self.image = self.add_weight(shape, self.initializer, name="image")

    def call(self, inputs):
        return inputs[:, None, None, :] * self.image

    def compute_output_shape(self, input_shape):
        batch, channels = input_shape
        return batch, self.side, self.side, channels

    def get_config(self):
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "side": self.side, "initializer": initializer}
