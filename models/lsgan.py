"""LSGAN: least squares pull D's logits towards targets.

Paper: Mao et al. 2017, "Least Squares Generative Adversarial Networks", arXiv:1611.04076.

Idea: if D takes a fake for real, the cross-entropy gives G almost no gradient, however far the fake is from the data.
The squared distance to a target still gives one. It also penalizes logits beyond the target.

    D descends  ½ E(D(x) − b)² + ½ E(D(G(z)) − a)²
    G descends  ½ E(D(G(z)) − c)²

The default (a, b, c) = (0, 1, 1) gives G the target of real data. (−1, 1, 0) satisfies b − c = 1 and b − a = 2, for
which G descends the Pearson χ² divergence between p + q and 2q, with p the data's density and q G's. For a fixed G the
best D is D(x) = (b p(x) + a q(x)) / (p(x) + q(x)), which is (a + b)/2 where p = q.

Command: python train.py --model=lsgan
         python train.py --model=lsgan --set=a=-1 --set=b=1 --set=c=0

Measured, 2 CPU cores (AMD, no AVX-512), shared, 2026-11-28: `--dataset=ring8 --steps=10000 --evaluate_every=2000
--threads=1`, seed 0: 8 of 8 modes at each of the five evaluations. At the end the mean of D is 0.60 on real points and
0.40 on fakes; (a + b)/2 is 0.5.

Deviations: the networks and settings are DCGAN's (PacGAN's on points). D ends in its logit, with no sigmoid. We take
the mean of the squares where the authors' code takes the sum; for Adam the scale makes no difference.
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
