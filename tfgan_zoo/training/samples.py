"""The sample pictures of a run: always the same latents, so that one sees them change."""

import pathlib

import numpy as np
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.data.mixtures import MIXTURES
from tfgan_zoo.data.source import Source
from tfgan_zoo.pictures import animation, grids, points
from tfgan_zoo.training.folder import RunFolder

IMAGES = 64
POINTS = 2500


class Samples:
    """Draws `samples/step-000500.png`: a grid of images, or generated points over real ones and a mixture's modes.

    Args:
        gan: the compiled `GAN`; its averaged weights are used where there are some.
        source: the dataset, for the real points.
        folder: of the run.
    """

    def __init__(self, gan, source: Source, folder: RunFolder):
        self.gan = gan
        self.folder = folder
        count = POINTS if source.has_points else IMAGES
        self.latents = gan.sample_latents(count, randomness.key(gan.seed, 0, "samples"))
        self.labels = tf.range(count) % gan.num_classes if gan.num_classes else None
        self._generate = tf.function(lambda: gan.generate(self.latents, self.labels, training=False))
        self._mixture = MIXTURES.get(source.name)
        self._real_points = None
        if source.has_points:
            some = tf.range(min(POINTS, source.num_examples), dtype=tf.int64)
            self._real_points = source.fetch(some)[0].numpy()

    def draw(self, step: int) -> np.ndarray:
        """Writes the picture of a step and returns it, uint8 [H, W, C]."""
        with self.gan.inference_weights():
            fake = self._generate().numpy()
        if self._real_points is None:
            picture = grids.grid(grids.to_pixels(fake))
        else:
            picture = points.scatter(fake, self._real_points, self._mixture)
        grids.save(picture, self.folder.samples / f"step-{step:06d}.png")
        return np.atleast_3d(np.asarray(picture))

    def cut(self, step: int) -> None:
        """Removes the pictures of later steps."""
        for path in self._paths():
            if _step_of(path) > step:
                path.unlink()

    def animate(self) -> None:
        """Joins all pictures of the run into `samples.webp`."""
        animation.animate(self._paths(), self.folder.animation)

    def _paths(self) -> list[pathlib.Path]:
        return sorted(self.folder.samples.glob("step-*.png"), key=_step_of)


def _step_of(path: pathlib.Path) -> int:
    return int(path.stem.removeprefix("step-"))
