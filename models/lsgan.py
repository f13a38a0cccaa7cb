"""LSGAN: D's logits are pulled towards targets by least squares.

Paper: Mao et al. 2017, "Least Squares Generative Adversarial Networks", arXiv:1611.04076.

Idea: the cross-entropy hardly moves a fake that D already takes for real, however far it lies from the data. The square
of the distance to a target moves it still, and penalizes a D that is surer than it has to be.

    D descends  ½ E(D(x) − b)² + ½ E(D(G(z)) − a)²
    G descends  ½ E(D(G(z)) − c)²

(a, b, c) = (0, 1, 1) asks G for what D answers to real data: the default. (−1, 1, 0) satisfies b − c = 1 and b − a = 2,
under which G descends the Pearson χ² divergence of (data + fakes) from twice the fakes. For a fixed G the best D is
D(x) = (b p(x) + a q(x)) / (p(x) + q(x)), with p the data's density and q G's: (a + b)/2 where they are equal.

Command: python train.py --model=lsgan
         python train.py --model=lsgan --set=a=-1 --set=b=1 --set=c=0

Measured, 2 CPU cores (AMD, no AVX-512), shared, 2026-11-28: `--dataset=ring8 --steps=10000 --evaluate_every=2000
--threads=1`, seed 0: 8 of 8 modes at each of the five evaluations. At the end D answers 0.60 to real points and 0.40 to
fakes, on their way to (a + b)/2.

Deviations: networks and settings are DCGAN's (PacGAN's on points); D ends in its logit, with no sigmoid. The authors'
code sums the squares over the batch where we take the mean, which Adam does not notice.
"""

import keras

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import LeastSquares

from .baseline import Changes, build_on_baseline
from .recipe import completed_by

TARGETS = (0.0, 1.0, 1.0)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LSGAN(GAN):
    """A GAN that comes with the least-squares loss."""


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, a: float = 0.0, b: float = 1.0, c: float = 1.0, loss=None, **baseline) -> LSGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        a, b: D's targets for fakes and for real data.
        c: G's target for fakes.
        loss: another loss in place of the least squares.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: equal targets for D, or targets beside another loss.
    """
    if a == b:
        raise UserError(f"a={a}, b={b}: lsgan's D needs different targets for fakes (a) and for real data (b).")
    if loss is not None and (a, b, c) != TARGETS:
        raise UserError(f"loss={loss}, a={a}, b={b}, c={c}: the targets are those of lsgan's own loss; leave loss out.")
    changes = Changes(recipe={"loss": LeastSquares(a, b, c)})
    return build_on_baseline(LSGAN, image_shape, changes, loss=loss, **baseline)
