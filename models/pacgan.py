"""PacGAN: D judges several examples at once, so that it sees how varied they are.

Paper: Lin et al. 2018, "PacGAN: The power of two samples in generative adversarial networks", arXiv:1712.04086.

Idea: give D m examples side by side, all real or all fake. Packs from a generator that lacks modes are more alike
than real packs, and D finds out; nothing else changes.

    D(x₁, …, x_m), G as ever

Command: python train.py --model=pacgan --dataset=grid25 --set=pack=4

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 228, coverage 0.13, by the classifier. `grid25`, a minute, 3 seeds: 12.3 ± 0.9 modes, 2 ± 0 % of high
quality.

Deviations: on images the networks and settings are DCGAN's; on points they are the paper's.
"""

import keras
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN

from .baseline import Changes, build_on_baseline
from .recipe import completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PacGAN(GAN):
    """D sees `pack` examples at once.

    Args:
        pack: m; the batch size has to be a multiple of it. Unless given, what D's number of channels says.
        **kwargs: those of `GAN`.
    """

    scores_singly = False

    def __init__(self, *networks, pack: int | None = None, **kwargs):
        super().__init__(*networks, **kwargs)
        self.pack = pack or self.discriminator.input_shape[-1] // self.data_shape[-1]

    def discriminator_inputs(self, shown, labels=None):
        if shown.shape[0] is not None and shown.shape[0] % self.pack:
            raise UserError(f"batch_size={shown.shape[0]}: pacgan needs a multiple of pack={self.pack}.")
        packs = tf.reshape(shown, [-1, self.pack, *self.data_shape])
        return tf.concat(tf.unstack(packs, axis=1), axis=-1)

    def get_config(self):
        return {**super().get_config(), "pack": self.pack}


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, pack: int = 2, **baseline) -> PacGAN:
    """Builds the compiled GAN. Its batch is `pack` times the baseline's, as many packs as that has examples.

    Args:
        image_shape: of an image or a point.
        pack: m, the number of examples that D sees at once.
        **baseline: as for `build_on_baseline`.
    """
    changes = Changes(discriminator_channels=lambda channels: channels * pack)
    gan = build_on_baseline(PacGAN, image_shape, changes, {"pack": pack}, **baseline)
    gan.batch_size *= pack
    return gan
