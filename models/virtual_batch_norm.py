"""Virtual batch normalization: G's images no longer depend on what else is in their batch.

Paper: Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498, §3.5.

Idea: batch normalization ties the images of a batch together. Here each is normalised by a reference batch of
latents, drawn once and for ever, and by itself; the reference runs through G, with the current weights, ahead of each
batch.

    μ = (x̄ + R·μ_R) / (R + 1), the second moment likewise, σ² = second moment − μ²;  γ ~ N(1, 0.02)

Command: python train.py --model=virtual_batch_norm

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 118, coverage 0.25, by the classifier. `grid25`, a minute, 3 seeds: 10.0 ± 1.6 modes, 2 ± 0 % of high
quality.

Deviations: networks and settings are DCGAN's (PacGAN's on points); D keeps its batch normalization. An export holds
the reference's statistics as constants, so that one image costs one image.
"""

import keras

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.layers import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
    refresh_reference_statistics,
)

from .baseline import Changes, build_on_baseline
from .recipe import completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class VirtualBatchNorm(GAN):
    """A GAN whose G is normalised by a reference batch."""

    def refresh(self):
        refresh_reference_statistics(self.generator)


def virtual_batch_normalization(reference_size: int, image_shape: tuple, seed: int) -> Changes:
    """Returns the changes to G: its normalization layers, and the reference batch ahead of its inputs."""
    seeds = layer_seeds(seed, "virtual batch normalization")

    def normalization():
        gamma = keras.initializers.RandomNormal(mean=1.0, stddev=0.02, seed=next(seeds))
        return VirtualBatchNormalization(reference_size, gamma_initializer=gamma)

    def with_reference(network):
        # Drawn as the latents are: normal on points, uniform on images.
        on_points = len(image_shape) == 1
        draw = keras.initializers.RandomNormal(stddev=1.0, seed=next(seeds))
        draw = draw if on_points else keras.initializers.RandomUniform(-1.0, 1.0, seed=next(seeds))
        latents = keras.Input(network.input_shape[1:], name="latents")
        rows = network(ReferenceBatch(reference_size, draw, name="reference")(latents))
        return keras.Model(latents, DropReference(reference_size, dtype="float32", name="live")(rows), name="generator")

    return Changes(normalization=normalization, generator=with_reference)


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, reference_size: int = 64, seed: int = 0, **baseline) -> VirtualBatchNorm:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        reference_size: R, latents in the reference batch.
        seed: keys the initial weights, the reference batch and every random draw of the training.
        **baseline: as for `build_on_baseline`.
    """
    changes = virtual_batch_normalization(reference_size, image_shape, seed)
    return build_on_baseline(VirtualBatchNorm, image_shape, changes, seed=seed, **baseline)
