"""The extractor of stacked digits: the classifier of the single digits, on each channel."""

import numpy as np

from tfgan_zoo.data.stacked import CHANNELS
from tfgan_zoo.extractors.classifier import Classifier


class StackedClassifier:
    """Reads three digits off three channels.

    Features are those of the channels side by side. The probability of a number is the product of its digits'.

    Args:
        digits: the classifier of one channel.
    """

    kind = "classifier"
    knows_classes = True

    def __init__(self, digits: Classifier):
        self._digits = digits
        self.description = {**digits.description, "extractor": "classifier on each channel"}

    @property
    def name(self) -> str:
        return f"{self._digits.name} on each channel"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns features float32 [n, 384] and probabilities float32 [n, 1000] of images [n, H, W, 3] in [−1, 1]."""
        images = np.asarray(images)
        channels = [self._digits(images[..., channel : channel + 1]) for channel in range(CHANNELS)]
        features = np.concatenate([features for features, _ in channels], axis=1)
        a, b, c = (probabilities for _, probabilities in channels)
        return features, np.einsum("na,nb,nc->nabc", a, b, c).reshape(len(images), -1)
