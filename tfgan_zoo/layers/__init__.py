"""Keras layers: the techniques of GAN papers, and what Keras has itself in fewer passes over the data."""

from tfgan_zoo.layers.batch_normalization import BatchNormalization
from tfgan_zoo.layers.dropout import Dropout
from tfgan_zoo.layers.gated_linear_unit import GatedLinearUnit
from tfgan_zoo.layers.grouped_convolution import GroupedConvolution
from tfgan_zoo.layers.history_pool import HistoryPool
from tfgan_zoo.layers.initialization import initialize_from_data
from tfgan_zoo.layers.learned_image import LearnedImage
from tfgan_zoo.layers.maxout import Maxout
from tfgan_zoo.layers.minibatch_discrimination import (
    MinibatchDiscrimination,
    WeightNormalizedMinibatchDiscrimination,
)
from tfgan_zoo.layers.noise import LearnedNoise
from tfgan_zoo.layers.reflect_padding import ReflectPadding
from tfgan_zoo.layers.resampling import FilteredDownsampling, FilteredUpsampling
from tfgan_zoo.layers.spectral_normalization import SpectralNormalization
from tfgan_zoo.layers.virtual_batch_normalization import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
    refresh_reference_statistics,
)
from tfgan_zoo.layers.weight_normalization import WeightNormalization

__all__ = [
    "BatchNormalization",
    "DropReference",
    "Dropout",
    "FilteredDownsampling",
    "FilteredUpsampling",
    "GatedLinearUnit",
    "GroupedConvolution",
    "HistoryPool",
    "LearnedImage",
    "LearnedNoise",
    "Maxout",
    "MinibatchDiscrimination",
    "ReferenceBatch",
    "ReflectPadding",
    "SpectralNormalization",
    "VirtualBatchNormalization",
    "WeightNormalization",
    "WeightNormalizedMinibatchDiscrimination",
    "initialize_from_data",
    "refresh_reference_statistics",
]
