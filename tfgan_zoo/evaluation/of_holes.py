"""The metrics of models that fill holes in images."""

import functools

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.source import Source
from tfgan_zoo.evaluation.comparison import Comparison, Result, check_same_shape
from tfgan_zoo.evaluation.of_translators import translate
from tfgan_zoo.metrics import pixels
from tfgan_zoo.pictures.grids import to_pixels

IMAGES = 1000


class Holes(Comparison):
    """Held-out images whose middle half of each side is cut out, and what a model fills it with."""

    @functools.cached_property
    def true(self) -> np.ndarray:
        """The holes' contents, float [n, h, w, C] in [0, 1]."""
        return self._hole(to_pixels(self._images)) / 255.0

    @functools.cached_property
    def filled(self) -> np.ndarray:
        """What the model makes of them."""
        made = translate(self.export, self._images, masks=self._masks)
        check_same_shape(self.export, made, self.test_source)
        return self._hole(made) / 255.0

    @functools.cached_property
    def mean_colour(self) -> np.ndarray:
        """Of training images, float [C] in [0, 1]."""
        return _images_of(self.train_source, self.count, self.seed).mean(axis=(0, 1, 2)) / 2.0 + 0.5

    @functools.cached_property
    def _images(self) -> np.ndarray:
        return _images_of(self.test_source, self.count, self.seed)

    @property
    def _masks(self) -> list[bytes] | None:
        if not self.export.takes_masks:  # its hole is there already
            return None
        mask = np.zeros((*self._images.shape[1:3], 1), np.uint8)
        self._hole(mask[None])[:] = 255
        return [tf.io.encode_png(mask).numpy()] * len(self._images)

    def _hole(self, images: np.ndarray) -> np.ndarray:
        rows, columns = (side // 4 for side in images.shape[1:3])
        return images[:, rows:-rows, columns:-columns]


def _images_of(source: Source, count: int, seed: int) -> np.ndarray:
    count = min(count, source.num_examples)
    return next(source.once(count, count=count, seed=seed))[0]


def hole(holes: Holes) -> Result:
    """Mean absolute difference of the holes' pixels in [0, 1], their peak signal-to-noise ratio in dB and that of the
    mean colour, and the gradient energy, whose reference is that of the true contents."""
    made, true = holes.filled, holes.true
    figures = {
        "l1": pixels.l1(made, true),
        "psnr": pixels.psnr(made, true),
        "psnr_of_mean_colour": pixels.psnr(holes.mean_colour, true),
        "gradient_energy": pixels.gradient_energy(made),
    }
    reference = {"gradient_energy": pixels.gradient_energy(true)}
    return Result(figures, reference, "pixels", len(made), len(true))


METRICS = {"hole": hole}
