"""R3GAN: a relativistic loss with zero-centred gradient penalties on both sides, and none of the usual tricks.

Paper: Huang, Gokaslan, Kuleshov & Tompkin 2024, "The GAN is dead; long live the GAN! A modern baseline GAN",
arXiv:2501.05441.

Idea: D scores each fake against a real example, which the paper shows to leave no minima where modes are dropped;
penalties on D's slope at real (R1) and fake data (R2) make the game converge locally.

    D descends  E ζ(D(G(z)) − D(x)) + ½ γ E‖∇ D(x)‖² + ½ γ E‖∇ D(G(z))‖²       ζ(l) = log(1 + eˡ)
    G descends  E ζ(D(x) − D(G(z)))

Over `decay_steps` the learning rates fall to a hundredth by a cosine, and γ to `final_gamma`, geometrically, so that D
may be steeper as the modes are found; after that they stay. G is exported with the average of its weights.

Command: python train.py --model=r3gan --dataset=grid25 --steps=60000 --set=decay_steps=60000

Measured (docs/benchmarks.md), 3 seeds, 2 CPU cores, 2026-11-28. `grid25`, the command above: 25 modes, 96.8 to 97.8 %
of high quality, in 12.6 minutes at most. `ring8`, 60,000 steps: 8 modes, 97.5 to 98.6 %, in 13.1 minutes at most.
After 40,000 steps (1 CPU core, 2026-11-24) one seed of three has 24 modes of `grid25`.

Measured beside the other models (docs/benchmarks.md, 1 CPU core, 2026-11-24). MNIST, 128,000 images seen, seed 0:
Fréchet distance 124, coverage 0.23, by the classifier. `grid25`, a minute, 3 seeds: 23.3 ± 0.9 modes, 40 ± 5 % of high
quality.

Deviations: the networks are DCGAN's, D's without batch normalization (PacGAN's on points), not the paper's residual
ones. The rates and γ on points are our own, and γ falls geometrically, not by a cosine.
"""

import keras
from keras.optimizers import schedules

from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Relativistic
from tfgan_zoo.game.optimizers import GeometricDecay
from tfgan_zoo.game.penalties import R1, R2

from .baseline import Changes, build_on_baseline
from .recipe import completed_by

ON_IMAGES = {"learning_rate": 2e-4, "generator_learning_rate": 2e-4, "gamma": 1.0, "final_gamma": 0.1}
ON_POINTS = {"learning_rate": 1e-3, "generator_learning_rate": 4e-3, "gamma": 0.2, "final_gamma": 2e-4}
FINAL_RATE = 0.01  # of the learning rates at the start


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R3GAN(GAN):
    """The relativistic GAN regularized by R1 and R2."""

    def compile_from_config(self, config):
        if "augmentation" not in config:  # a file of 0.1, where the class had the relativistic loss built in
            config = {**config, "loss": keras.saving.serialize_keras_object(Relativistic())}
        super().compile_from_config(config)


@completed_by(build_on_baseline)
def build(
    image_shape: tuple,
    *,
    gamma: float | None = None,
    final_gamma: float | None = None,
    decay_steps: int | None = None,
    learning_rate: float | None = None,
    generator_learning_rate: float | None = None,
    **baseline,
) -> R3GAN:
    """Builds the compiled GAN.

    Args:
        image_shape: of an image or a point.
        gamma, final_gamma: γ of both penalties at the first step and after `decay_steps`, between them geometrically; 1
            and 0.1 on images, 0.2 and 0.0002 on points unless given.
        decay_steps: over which the learning rates fall to a hundredth by a cosine, and γ falls; None for none of them
            to fall.
        learning_rate, generator_learning_rate: D's and G's: 2e-4 for both on images, 1e-3 and 4e-3 on points unless
            given.
        **baseline: as for `build_on_baseline`.
    """
    given = {
        "learning_rate": learning_rate,
        "generator_learning_rate": generator_learning_rate,
        "gamma": gamma,
        "final_gamma": final_gamma,
    }
    defaults = ON_POINTS if len(image_shape) == 1 else ON_IMAGES
    chosen = {name: defaults[name] if value is None else value for name, value in given.items()}
    rates, gamma = {name: chosen[name] for name in ("learning_rate", "generator_learning_rate")}, chosen["gamma"]
    if decay_steps is not None:
        rates = {name: schedules.CosineDecay(rate, decay_steps, alpha=FINAL_RATE) for name, rate in rates.items()}
        gamma = GeometricDecay(gamma, chosen["final_gamma"], decay_steps)
    changes = Changes(
        discriminator_normalization="none",
        recipe={
            "loss": "relativistic",
            "penalties": {"discriminator": [R1(gamma), R2(gamma)]},
            "ema": {"generator": 0.995},
            "beta_1": 0.0,
            "beta_2": 0.99,
        },
    )
    return build_on_baseline(R3GAN, image_shape, changes, **rates, **baseline)
