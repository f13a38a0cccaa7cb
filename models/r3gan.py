"""R3GAN: a relativistic loss with zero-centred gradient penalties on both sides, and none of the usual tricks.

Paper: Huang, Gokaslan, Kuleshov & Tompkin 2024, "The GAN is dead; long live the GAN! A modern baseline GAN",
arXiv:2501.05441.

Idea: D scores each fake against a real example. The paper shows that this loss has no minima in which modes are
dropped. Penalties on D's slope at real data (R1) and at fakes (R2) make the game converge locally. Plain residual
networks without normalization then suffice.

    D descends  E ζ(D(G(z)) − D(x)) + ½ γ E‖∇ D(x)‖² + ½ γ E‖∇ D(G(z))‖²       ζ(l) = log(1 + eˡ)
    G descends  E ζ(D(x) − D(G(z)))

    block: x + 1×1 (to 2C maps) → 3×3 in groups of 16 → 1×1 (to C), LeakyReLU 0.2 between; the last kernel starts at 0
    G: z(64) → learned image s × s × C ⊙ linear(z) → blocks → k × (1×1 where C differs, doubling, blocks) → 1×1
    D: 1×1 → blocks → k × (halving, 1×1 where C differs, blocks) → depthwise s × s → linear      sides s·2^k, s = 4 … 7

On images, these figures follow a half cosine over `decay_steps` and then stay constant: the learning rates fall to a
quarter, γ falls to a tenth, β₂ rises from 0.9 to 0.99, the half-life of G's average from 0 to a quarter of
`decay_steps`, and the probability of ADA's operations from 0 to `final_augmentation`. On points, the rates fall to a
hundredth by a cosine, and γ to `final_gamma` geometrically. Without `decay_steps` all figures are constant.

Command: python train.py --model=r3gan --dataset=grid25 --steps=60000 --set=decay_steps=60000

Measured (docs/benchmarks.md), 3 seeds, 2 CPU cores, 2026-11-28. `grid25`, the command above: 25 modes, 96.8 to 97.8 %
of high quality, in 12.6 minutes at most. `ring8`, 60,000 steps: 8 modes, 97.5 to 98.6 %, in 13.1 minutes at most.
After 40,000 steps (1 CPU core, 2026-11-24) one seed of three has 24 modes of `grid25`. A minute of 1 CPU core, 3 seeds:
23.3 ± 0.9 modes of `grid25`, 40 ± 5 % of high quality.

Deviations: width 64 where the paper has 768, batch 64 where it has 512. Both players move at once, on the same real
images, where the paper's D moves first. The model is unconditional, and uses no augmentation by default. On points the
networks are PacGAN's, and the rates and γ are our own. DCGAN's networks under this loss:

    python train.py --model=dcgan --set=discriminator_normalization=none --set=beta_1=0 --set=beta_2=0.99
        --loss=relativistic --penalty=r1 --penalty=r2 --ema=0.995
"""

import dataclasses
import math

import keras
import tensorflow as tf
from keras import layers
from keras.optimizers import schedules

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.adaptive_augmentation import AdaptiveAugmentation
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Relativistic
from tfgan_zoo.game.optimizers import GeometricDecay, GrowingHalfLife, HalfCosine
from tfgan_zoo.game.penalties import R1, R2
from tfgan_zoo.layers import FilteredDownsampling, FilteredUpsampling, GroupedConvolution, LearnedImage

from .baseline import Changes, build_on_baseline
from .dcgan import doublings
from .recipe import Recipe, check_at_least_0, completed_by
from .residual_networks import add_branch, check_image_shape, convolution, fixup_gain, last_of_branch, scaled

RECIPE = Recipe(
    latent_dim=64,
    latent_distribution="normal",
    learning_rate=2e-4,
    beta_1=0.0,
    beta_2=0.99,
    batch_size=64,
    loss="relativistic",
    ema={"generator": 0.995},
)
WIDE_STAGES = 4  # have all feature maps, from the smallest sides on; each further one has half as many
GROUP = 16  # channels
ON_POINTS = {"learning_rate": 1e-3, "generator_learning_rate": 4e-3, "gamma": 0.2, "final_gamma": 2e-4}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R3GAN(GAN):
    """The relativistic GAN regularized by R1 and R2."""

    def generate(self, latents, labels=None, training=False):
        """Returns G(z). On images G's last layer is linear, so at inference its values are clipped to [−1, 1]."""
        made = super().generate(latents, labels, training)
        return made if training or made.shape.rank != 4 else tf.clip_by_value(made, -1.0, 1.0)

    def compile_from_config(self, config):
        if "augmentation" not in config:  # a file of 0.1, where the class had the relativistic loss built in
            config = {**config, "loss": keras.saving.serialize_keras_object(Relativistic())}
        super().compile_from_config(config)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ScheduledAugmentation(AdaptiveAugmentation):
    """ADA's operations with a scheduled probability: under a relativistic loss, the sign of D(x) has no meaning.

    Args:
        schedule: number of the step → p.
        **kwargs: those of `AdaptiveAugmentation`.
    """

    needs_signs = False

    def __init__(self, schedule, **kwargs):
        super().__init__(**kwargs)
        self.schedule = keras.saving.deserialize_keras_object(schedule) if isinstance(schedule, dict) else schedule
        self.watched = self.watched[:1]

    def observe(self, forward):
        self.p.assign(self.schedule(forward.gan.step.value))
        self.watched[0].update_state(self.p.value)

    def get_config(self):
        return {**super().get_config(), "schedule": keras.saving.serialize_keras_object(self.schedule)}


def widths(side: int, width: int) -> list[int]:
    """Returns the feature maps of each stage, from the smallest sides to the image's."""
    return [max(width >> max(0, stage + 1 - WIDE_STAGES), 1) for stage in range(doublings(side) + 1)]


def residual_block(x, blocks: int, seeds):
    """x + (1×1 to twice the maps, 3×3 in groups, 1×1 back); `blocks` is the number of such blocks in the network."""
    maps, gain = x.shape[-1], fixup_gain(blocks, depth=3)
    expand = convolution(2 * maps, seeds, 1, gain=gain)
    groups = 2 * maps // math.gcd(2 * maps, GROUP)
    kernel = scaled(next(seeds), gain)
    mix = GroupedConvolution(2 * maps, 3, padding="same", groups=groups, kernel_initializer=kernel)
    return add_branch(x, expand, mix, last_of_branch(maps, seeds, 1))


def pointwise(x, filters: int, seeds, **options):
    """x with another number of feature maps, or as it is where the number is the same."""
    if x.shape[-1] == filters:
        return x
    return convolution(filters, seeds, 1, gain=1.0, use_bias=False, **options)(x)


def make_generator(
    image_shape: tuple, *, latent_dim: int = 64, width: int = 64, blocks: int = 2, seed: int = 0
) -> keras.Model:
    """z [latent_dim] → learned image, blocks → stages × (1×1 where widths differ, doubling, blocks) → 1×1, linear."""
    seeds = layer_seeds(seed, "generator")
    side, _, channels = image_shape
    maps = widths(side, width)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(maps[0], use_bias=False, kernel_initializer=scaled(next(seeds)))(latents)
    x = LearnedImage(side >> doublings(side), keras.initializers.RandomNormal(stddev=1.0, seed=next(seeds)))(x)
    for stage, filters in enumerate(maps):
        if stage:
            x = FilteredUpsampling()(pointwise(x, filters, seeds))
        for _ in range(blocks):
            x = residual_block(x, blocks * len(maps), seeds)
    images = convolution(channels, seeds, 1, gain=1.0, use_bias=False, dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="generator")


def make_discriminator(image_shape: tuple, *, width: int = 64, blocks: int = 2, seed: int = 0) -> keras.Model:
    """Image → 1×1 → stages × (blocks, halving, 1×1 where widths differ) → a sum over each map → one logit."""
    seeds = layer_seeds(seed, "discriminator")
    maps = widths(image_shape[0], width)[::-1]
    images = keras.Input(image_shape, name="images")
    x = convolution(maps[0], seeds, 1, gain=1.0, use_bias=False)(images)
    for stage, filters in enumerate(maps):
        if stage:
            x = pointwise(FilteredDownsampling()(x), filters, seeds)
        for _ in range(blocks):
            x = residual_block(x, blocks * len(maps), seeds)
    side = x.shape[1]
    kernel = keras.initializers.RandomNormal(stddev=1.0 / side, seed=next(seeds))
    x = layers.DepthwiseConv2D(side, use_bias=False, depthwise_initializer=kernel)(x)
    x = layers.Flatten(name="features")(x)
    logits = layers.Dense(1, use_bias=False, kernel_initializer=scaled(next(seeds)), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple,
    *,
    width: int | None = None,
    blocks: int | None = None,
    gamma: float | None = None,
    final_gamma: float | None = None,
    final_augmentation: float = 0.0,
    decay_steps: int | None = None,
    learning_rate: float | None = None,
    generator_learning_rate: float | None = None,
    seed: int = 0,
    **options,
) -> R3GAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels) of an image: side one of `IMAGE_SIZES`, 8 to 256 pixels, 1, 3 or 4
            channels; or (2,) for points.
        width: feature maps at the four smallest sides; each doubling after that halves them. Default: 64. The paper's
            is 768. The networks on points have a fixed width.
        blocks: residual blocks per stage, on images only. Default: 2.
        gamma: γ of both penalties, at the first step. Default: 1 on images, 0.2 on points.
        final_gamma: γ after `decay_steps`. Default: a tenth of γ on images, 0.0002 on points.
        final_augmentation: probability of ADA's operations after `decay_steps`, to which it grows from 0; on images
            only. The paper's is 0.55 on CIFAR-10.
        decay_steps: steps over which the rates and γ fall. On images β₂ and the half-life of G's average grow over them
            too. None keeps all of them constant.
        learning_rate, generator_learning_rate: D's and G's. Default: 2e-4 for both on images; 1e-3 and 4e-3 on points.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training: see `Recipe.changed`.

    Raises:
        UserError: a shape that the networks cannot make, a value out of range, or an argument that has no effect here.
    """
    _check_decay(image_shape, decay_steps, final_gamma, final_augmentation)
    given = {
        "gamma": gamma,
        "final_gamma": final_gamma,
        "learning_rate": learning_rate,
        "generator_learning_rate": generator_learning_rate,
    }
    given = {name: value for name, value in given.items() if value is not None}
    check_at_least_0(**given)
    for name, value in {"width": width, "blocks": blocks, "decay_steps": decay_steps}.items():
        if value is not None and value < 1:
            raise UserError(f"{name}={value}: give a whole number from 1 on.")
    if len(image_shape) > 1:
        check_image_shape("r3gan", image_shape)
        recipe = dataclasses.replace(RECIPE, **_on_images(given, final_augmentation, decay_steps)).changed(**options)
        size = {"width": 64 if width is None else width, "blocks": 2 if blocks is None else blocks, "seed": seed}
        generator = make_generator(image_shape, latent_dim=recipe.latent_dim, **size)
        return recipe.assemble(R3GAN, generator, make_discriminator(image_shape, **size), seed=seed)
    if blocks is not None:
        raise UserError(f"blocks={blocks}: the networks on points have none; it is for images alone.")
    changes = Changes(recipe=_on_points(given, decay_steps))
    return build_on_baseline(R3GAN, image_shape, changes, width=width, seed=seed, **options)


def _check_decay(
    image_shape: tuple, decay_steps: int | None, final_gamma: float | None, final_augmentation: float
) -> None:
    if final_augmentation and (decay_steps is None or len(image_shape) == 1):
        raise UserError(f"final_augmentation={final_augmentation}: it is for images, and grows over decay_steps.")
    if not 0.0 <= final_augmentation <= 1.0:
        raise UserError(f"final_augmentation={final_augmentation}: give a probability from 0 to 1.")
    if final_gamma is not None and decay_steps is None:
        raise UserError(f"final_gamma={final_gamma}: γ reaches it after decay_steps; give those too.")


def _on_images(given: dict, final_augmentation: float, decay_steps: int | None) -> dict:
    """Returns the fields of the recipe that the arguments decide."""
    rate, gamma = given.get("learning_rate", RECIPE.learning_rate), given.get("gamma", 1.0)
    rates = {"learning_rate": rate, "generator_learning_rate": given.get("generator_learning_rate", rate)}
    if decay_steps is None:
        return {**rates, "penalties": _penalties(gamma)}
    final_gamma = given.get("final_gamma", 0.1 * gamma)
    probability = HalfCosine(0.0, final_augmentation, decay_steps)
    return {
        **{name: HalfCosine(rate, 0.25 * rate, decay_steps) for name, rate in rates.items()},
        "penalties": _penalties(HalfCosine(gamma, final_gamma, decay_steps)),
        "beta_2": HalfCosine(0.9, 0.99, decay_steps),
        "ema": {"generator": GrowingHalfLife(0.25 * decay_steps, decay_steps)},
        "augmentation": ScheduledAugmentation(probability) if final_augmentation else None,
    }


def _on_points(given: dict, decay_steps: int | None) -> dict:
    """Returns the fields of PacGAN's recipe that the arguments decide, and the paper's others."""
    chosen = {**ON_POINTS, **given}
    rates, gamma = {name: chosen[name] for name in ("learning_rate", "generator_learning_rate")}, chosen["gamma"]
    if decay_steps is not None:
        rates = {name: schedules.CosineDecay(rate, decay_steps, alpha=0.01) for name, rate in rates.items()}
        gamma = GeometricDecay(gamma, chosen["final_gamma"], decay_steps)
    paper = {name: getattr(RECIPE, name) for name in ("loss", "beta_1", "beta_2", "ema")}
    return {**paper, **rates, "penalties": _penalties(gamma)}


def _penalties(gamma) -> dict:
    return {"discriminator": [R1(gamma), R2(gamma)]}
