"""CycleGAN: translation between two sets of images without pairs.

Paper: Zhu, Park, Isola & Efros 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
Networks", arXiv:1703.10593.

Idea: learn to take images of A to B and images of B to A, so that they look like the other domain to its
discriminator, and so that the way there and back ends at the image where it began. That ties an output to its input,
where no pair could.

    G: A → B, F: B → A, D_A and D_B judge patches
    D_B descends   ½ [E(D_B(b) − 1)² + E D_B(G(a))²]                           D_A likewise
    G, F descend   E(D_B(G(a)) − 1)² + E(D_A(F(b)) − 1)²
                   + λ (E|F(G(a)) − a| + E|G(F(b)) − b|)                       λ = 10
                   + λ w (E|G(b) − b| + E|F(a) − a|)                           w = `identity_weight`, 0 unless given

D is shown fakes of a pool of the last 50 besides the newest. E|·| are means over pixels.

Command: python train.py --model=cyclegan

Deviations: batch 16 and the simultaneous schedule (one shared forward pass), where the paper has batch 1 and one
network after the other; a constant rate unless `decay_steps` is given, and then the rate ends at a hundredth, not at 0;
no crops and flips (see the dataset's flags); images below 128 pixels have width 32, fewer residual blocks and smaller
patches; padding "same" in D.
"""

import dataclasses

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.losses import LeastSquares
from tfgan_zoo.game.optimizers import LinearDecay
from tfgan_zoo.game.two_domains import DOMAINS, OTHER, TwoDomainGAN, TwoDomainPass
from tfgan_zoo.layers import HistoryPool, ReflectPadding
from tfgan_zoo.machine.distribution import num_replicas

from .image_networks import (
    check_two_domains,
    convolution,
    deconvolution,
    instance_normalization,
    make_patch_discriminator,
)
from .recipe import Recipe, completed_by

DATASET = "edges:digits"


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CycleGANLeastSquares(LeastSquares):
    """D: ½ E(D(x) − b)² + ½ E(D(G) − a)². G: E(D(G) − c)², which the paper does not halve: λ counts against it."""

    def generator(self, forward):
        return 2.0 * super().generator(forward)


RECIPE = Recipe(
    latent_dim=0,
    latent_distribution="normal",
    learning_rate=2e-4,
    beta_1=0.5,
    batch_size=16,
    loss=CycleGANLeastSquares(),
)


class CyclePass(TwoDomainPass):
    """D is shown fakes of the pools in place of some of the newest."""

    @computed_once
    def exchanges(self):
        pools = {"a": self.gan.pool_a, "b": self.gan.pool_b}
        return {d: pools[d].exchange(self.fake[d], self.random_key(f"pool/{self.purpose}/{d}")) for d in DOMAINS}

    @computed_once
    def for_discriminator(self):
        if not self.gan.pool_size:
            return self
        self.gan.check_pool(self.fake["b"].shape[0])
        return self.with_fakes({domain: exchange.shown for domain, exchange in self.exchanges.items()})

    @computed_once
    def kept(self):
        """What the generators make of examples that are of their target domain already."""
        return {domain: self.gan.translate(self.real[domain], domain, self.training) for domain in DOMAINS}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CycleGAN(TwoDomainGAN):
    """Two generators that undo each other.

    Args:
        *networks: those of `TwoDomainGAN`.
        cycle_weight: λ.
        identity_weight: w, the share of λ that an image of the target domain is kept with: G(b) ≈ b. 0 for none.
        pool_size: earlier fakes of each domain that D may be shown again; 0 for none.
        **kwargs: those of `GAN`.
    """

    forward_pass = CyclePass

    def __init__(
        self,
        *networks,
        cycle_weight: float = 10.0,
        identity_weight: float = 0.0,
        pool_size: int = 50,
        **kwargs,
    ):
        super().__init__(*networks, **kwargs)
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.pool_size = pool_size
        if pool_size:
            self.pool_a, self.pool_b = (HistoryPool(pool_size, self.data_shape[domain]) for domain in DOMAINS)

    def generator_loss(self, forward):
        loss = super().generator_loss(forward) + self.cycle_weight * _distance(forward.cycled, forward.real)
        if self.identity_weight:
            loss += self.cycle_weight * self.identity_weight * _distance(forward.kept, forward.real)
        return loss

    def after_update(self, forward):
        if self.pool_size:
            self.pool_a.keep(forward.exchanges["a"])
            self.pool_b.keep(forward.exchanges["b"])

    def check_pool(self, batch_size: int | None) -> None:
        """Refuses a batch that the pool cannot hold.

        Raises:
            UserError: it is larger.
        """
        batch_size = (batch_size or 0) * num_replicas()
        if batch_size > self.pool_size:
            raise UserError(
                f"--batch_size={batch_size}: more than cyclegan's pool_size={self.pool_size}; expected a smaller "
                "batch, --set=pool_size=N, or 0 for no pool."
            )

    def get_config(self):
        own = ("cycle_weight", "identity_weight", "pool_size")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def _distance(found: dict, expected: dict) -> tf.Tensor:
    """Returns the sum over both domains of the mean distance of pixels."""
    return tf.add_n([tf.reduce_mean(tf.abs(found[domain] - expected[domain])) for domain in DOMAINS])


def make_generator(shape: tuple, channels: int, *, width: int, blocks: int, seed: int, name: str) -> keras.Model:
    """Image → 7×7, two halvings, residual blocks, two doublings, 7×7 → image of other channels and the same size."""
    seeds = layer_seeds(seed, name)

    def normalized(x, layer, activation=True):
        x = instance_normalization()(layer(x))
        return layers.ReLU()(x) if activation else x

    def bare(filters, size, **options):
        return convolution(filters, seeds, size, strides=1, padding="valid", use_bias=False, **options)

    images = keras.Input(shape, name="images")
    x = normalized(ReflectPadding(3)(images), bare(width, 7))
    for filters in (2 * width, 4 * width):
        x = normalized(x, convolution(filters, seeds, 3, use_bias=False))
    for _ in range(blocks):
        residual = normalized(ReflectPadding(1)(x), bare(4 * width, 3))
        x = layers.Add()([x, normalized(ReflectPadding(1)(residual), bare(4 * width, 3), activation=False)])
    for filters in (2 * width, width):
        x = normalized(x, deconvolution(filters, seeds, 3, use_bias=False))
    last = convolution(channels, seeds, 7, strides=1, padding="valid", activation="tanh", dtype="float32")
    return keras.Model(images, last(ReflectPadding(3)(x)), name=name)


@completed_by(Recipe.changed)
def build(
    shapes: dict,
    *,
    width: int | None = None,
    blocks: int | None = None,
    cycle_weight: float = 10.0,
    identity_weight: float = 0.0,
    pool_size: int = 50,
    decay_steps: int | None = None,
    seed: int = 0,
    **options,
) -> CycleGAN:
    """Builds the compiled GAN.

    Args:
        shapes: (height, width, channels) of each domain, `{"a": …, "b": …}`: sides are multiples of 4 from 16 on.
        width: feature maps next to the image; unset: the paper's 64 from 128 pixels on, else 32.
        blocks: residual blocks; unset: the paper's 9 from 256 pixels on and 6 from 128 on, else 4.
        cycle_weight: λ, of the way there and back.
        identity_weight: share of λ with which G(b) is kept near b; the paper's for photos of paintings is 0.5.
        pool_size: earlier fakes of each domain that D may be shown again, at least a batch; 0 for none.
        decay_steps: the rate is constant for half of these steps, then falls linearly to a hundredth, where it stays:
            give the run's --steps. Unset: it stays constant.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: shapes that the networks cannot make.
    """
    _check(shapes, identity_weight)
    side = min(shapes["a"][:2])
    width = width or (64 if side >= 128 else 32)
    blocks = (9 if side >= 256 else 6 if side >= 128 else 4) if blocks is None else blocks
    generators = [
        make_generator(
            shapes[OTHER[to]], shapes[to][-1], width=width, blocks=blocks, seed=seed, name=f"{OTHER[to]}_to_{to}"
        )
        for to in ("b", "a")
    ]
    discriminators = [
        make_patch_discriminator(shapes[domain], width=width, seed=seed, name=f"discriminator_{domain}")
        for domain in DOMAINS
    ]
    recipe = RECIPE.changed(**options)
    if decay_steps:
        recipe = dataclasses.replace(recipe, learning_rate=LinearDecay(recipe.learning_rate, decay_steps))
    weights = {"cycle_weight": cycle_weight, "identity_weight": identity_weight, "pool_size": pool_size}
    return recipe.assemble(CycleGAN, *generators, *discriminators, seed=seed, **weights)


def _check(shapes: dict, identity_weight: float) -> None:
    check_two_domains("cyclegan", shapes)
    if any(len(shape) != 3 for shape in shapes.values()):
        raise UserError("cyclegan takes images, not points: take discogan, or a dataset of images.")
    if any(side % 4 or side < 16 for side in shapes["a"][:2]):
        size = "×".join(map(str, shapes["a"][:2]))
        raise UserError(f"cyclegan takes sides that are multiples of 4 from 16 on: see --image_size. Received: {size}.")
    if identity_weight and shapes["a"][-1] != shapes["b"][-1]:
        raise UserError(
            f"--set=identity_weight={identity_weight}: cyclegan can keep an image of the other domain only where both "
            f"have as many channels. Received: {shapes['a'][-1]} and {shapes['b'][-1]}."
        )
