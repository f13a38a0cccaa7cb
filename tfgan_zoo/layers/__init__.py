"""Keras layers of the techniques that GAN papers bring: usable in any model, saved and loaded like Keras's own."""

from tfgan_zoo.layers.initialization import initialize_from_data
from tfgan_zoo.layers.maxout import Maxout
from tfgan_zoo.layers.minibatch_discrimination import (
    MinibatchDiscrimination,
    WeightNormalizedMinibatchDiscrimination,
)
from tfgan_zoo.layers.virtual_batch_normalization import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
    refresh_reference_statistics,
)
from tfgan_zoo.layers.weight_normalization import WeightNormalization

__all__ = [
    "DropReference",
    "Maxout",
    "MinibatchDiscrimination",
    "ReferenceBatch",
    "VirtualBatchNormalization",
    "WeightNormalization",
    "WeightNormalizedMinibatchDiscrimination",
    "initialize_from_data",
    "refresh_reference_statistics",
]
