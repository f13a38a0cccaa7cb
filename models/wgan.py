"""WGAN: D estimates how far G's samples have to be moved to become the data.

Paper: Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN", arXiv:1701.07875.

Idea: the Wasserstein distance is the maximum of E D(x) − E D(G(z)) over all D with slope at most 1. It measures how far
apart two distributions are even if they do not overlap. So G has a gradient everywhere, and −(D's loss) falls as the
samples get better. Clipping D's weights bounds its slope by some constant.

    D descends  E D(G(z)) − E D(x), then every weight is clipped to [−0.01, 0.01]; five steps of D for one of G
    G descends  −E D(G(z))

Command: python train.py --model=wgan

RMSProp at 5e-5 (ρ 0.99, the default of the authors' framework) and batches of 64 are the paper's.

Deviations: the networks are DCGAN's, D's without batch normalization (PacGAN's on points). D always has five steps,
where the authors' code gives it 100 for each of G's first 25 steps and for every 500th. Weights are clipped after each
step of D, where the authors clip before it.
"""

import keras

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.penalties import WeightClipping

from .baseline import Changes, build_on_baseline
from .recipe import completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WGAN(GAN):
    """A GAN that comes with the Wasserstein loss and clipped weights."""


def rmsprop(learning_rate, beta_1: float, beta_2: float) -> keras.optimizers.Optimizer:
    """Returns RMSProp with momentum `beta_1` and ρ = `beta_2`."""
    return keras.optimizers.RMSprop(learning_rate, rho=beta_2, momentum=beta_1, epsilon=1e-8)


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, limit: float = 0.01, **baseline) -> WGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        limit: D's weights are clipped to [−limit, limit]; above 0.
        **baseline: as for `build_on_baseline`. `beta_1` is RMSProp's momentum, `beta_2` its ρ.
    """
    recipe = {
        "loss": "wasserstein",
        "schedule": "n_critic:5",
        "penalties": {"discriminator": [WeightClipping(limit)]},
        "optimizer": rmsprop,
        "learning_rate": 5e-5,
        "beta_1": 0.0,
        "beta_2": 0.99,
        "batch_size": 64,
    }
    return build_on_baseline(WGAN, image_shape, Changes(discriminator_normalization="none", recipe=recipe), **baseline)
