"""The work that all contenders are given: the same networks, settings, batch size and images."""

import dataclasses
import pathlib

import numpy as np

IMAGE_SIZE = 28
EXAMPLES = 60_000  # as many as MNIST has


@dataclasses.dataclass(frozen=True)
class Numbers:
    """What the recipes state, without the import of TensorFlow that their files need: PyTorch's process has none."""

    latent_dim: int
    latent_distribution: str
    learning_rate: float
    beta_1: float
    batch_size: int


NUMBERS = {
    "dcgan": Numbers(100, "normal", 1e-4, 0.9, 256),
    "vanilla": Numbers(100, "uniform", 1e-3, 0.9, 128),
}


@dataclasses.dataclass(frozen=True)
class Work:
    """What is to be trained.

    Attributes:
        model: `"dcgan"`, the networks of the TensorFlow tutorial, or `"vanilla"`, those of the zoo's model.
        schedule: the zoo's name for the order of the players' updates.
        batch_size: real examples per step.
        images: the .npy file of the images, uint8 [n, 28, 28, 1].
    """

    model: str
    schedule: str
    batch_size: int
    images: str

    def load(self) -> np.ndarray:
        """Returns the images, uint8 [n, 28, 28, 1]."""
        return np.load(self.images)

    def load_floats(self) -> np.ndarray:
        """Returns the images as the tutorials hold them, float32 [n, 28, 28, 1] in [−1, 1]."""
        return (self.load().astype(np.float32) - 127.5) / 127.5

    def recipe(self):
        """Returns the module that has the networks and `build`."""
        if self.model == "dcgan":
            from benchmarks import tensorflow_tutorial

            return tensorflow_tutorial
        from models import vanilla

        return vanilla

    @property
    def numbers(self) -> Numbers:
        return NUMBERS[self.model]

    def build(self):
        """Returns the compiled `GAN`."""
        return self.recipe().build((IMAGE_SIZE, IMAGE_SIZE, 1), schedule=self.schedule)

    def networks(self) -> tuple:
        """Returns generator and discriminator as Keras models, of Keras's own layers."""
        from keras import layers

        recipe = self.recipe()
        if self.model == "dcgan":
            generator = recipe.make_generator(normalization=layers.BatchNormalization)
            return generator, recipe.make_discriminator(dropout=layers.Dropout)
        shape = (IMAGE_SIZE, IMAGE_SIZE, 1)
        return recipe.make_generator(shape), recipe.make_discriminator(shape)


def write_images(path: pathlib.Path) -> None:
    """Writes scikit-learn's digits, enlarged to MNIST's size and repeated to MNIST's number."""
    from PIL import Image
    from sklearn.datasets import load_digits

    from tfgan_zoo.data.images import resize

    pixels = np.round(load_digits().data * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    pixels = resize(pixels, IMAGE_SIZE, method=Image.Resampling.BICUBIC)
    np.save(path, np.resize(pixels, (EXAMPLES, *pixels.shape[1:])))
