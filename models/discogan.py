"""DiscoGAN: two mappings between two domains, each the inverse of the other, learned without pairs.

Paper: Kim, Cha, Kim, Lee & Kim 2017, "Learning to Discover Cross-Domain Relations with Generative Adversarial
Networks", arXiv:1703.05192.

Idea: a GAN that maps A to B may take all of A to a few modes of B. A second one from B to A, and a loss on the way
there and back, make the mapping one to one: what was merged could not be told apart again.

    G_AB: A → B, G_BA: B → A, D_A, D_B                                         ζ(l) = log(1 + eˡ)
    D_B descends         E ζ(−D_B(b)) + E ζ(D_B(G_AB(a)))                      D_A likewise
    G_AB, G_BA descend   E ζ(−D_B(G_AB(a))) + E‖G_BA(G_AB(a)) − a‖²
                         + E ζ(−D_A(G_BA(b))) + E‖G_AB(G_BA(b)) − b‖²

Command: python train.py --model=discogan

Measured, 2 CPU cores (AMD, no AVX-512), 2026-11-28: `--steps=10000 --ema=0.995 --threads=1`, seeds 0, 1 and 2, less
than 2 minutes each, then `python -m tfgan_zoo.evaluate --export=RUN`: 2,500 held-out points of each ring. The map of
modes is a permutation in both directions in 3 of 3 and covers all 8 modes of either ring. 84 to 86 % of A's points land
within 3 σ of a mode of B, 94 to 97 % of B's the other way. The way there and back ends 0.73 to 1.22 σ from where it
began (RMS of a coordinate). With `--set=cycle_weight=0` besides it ends 97 to 136 σ away, in another mode: the maps
know nothing of each other. Each by itself is a permutation all the same, in 5 of 6 cases: eight equal masses do not
need the cycle for that. Without `--ema`, seed 0: a permutation, 1.4 σ, and 7 of 8 modes.

Deviations: the reconstruction has the paper's weight, 1, from the first step on, where the authors' code has 0.01 for
10,000 steps and then 0.5, matches D's features besides, decays weights, and moves D in every third step alone; the
distance is a mean over pixels or coordinates. On points the networks are MLPs of three hidden layers. Images lie in
[−1, 1], and G ends in tanh where the authors' ends in a sigmoid.
"""

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.two_domains import DOMAINS, OTHER, TwoDomainGAN

from .dcgan import doublings
from .image_networks import check_sides, check_two_domains, decode, encode, make_discriminator, normalization_of
from .recipe import Recipe, completed_by

DATASET = "rings"
RECIPE = Recipe(
    latent_dim=0,
    latent_distribution="normal",
    learning_rate=2e-4,
    beta_1=0.5,
    batch_size=64,
)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DiscoGAN(TwoDomainGAN):
    """Two generators that undo each other.

    Args:
        *networks: those of `TwoDomainGAN`.
        cycle_weight: of the distance of the way there and back; 0 leaves two GANs that know nothing of each other.
        **kwargs: those of `GAN`.
    """

    def __init__(self, *networks, cycle_weight: float = 1.0, **kwargs):
        super().__init__(*networks, **kwargs)
        self.cycle_weight = cycle_weight

    def generator_loss(self, forward):
        loss = super().generator_loss(forward)
        if not self.cycle_weight:
            return loss
        squares = [tf.reduce_mean(tf.square(forward.cycled[d] - forward.real[d])) for d in DOMAINS]
        return loss + self.cycle_weight * tf.add_n(squares)

    def get_config(self):
        return {**super().get_config(), "cycle_weight": self.cycle_weight}


def make_dense(outputs: int, *, width: int, seed: int, name: str) -> keras.Model:
    """Point → 3 × (width, ReLU) → vector, linear."""
    seeds = layer_seeds(seed, name)
    points = keras.Input((2,), name="points")
    x = points
    for _ in range(3):
        x = layers.Dense(width, "relu", kernel_initializer=keras.initializers.HeNormal(next(seeds)))(x)
    last = layers.Dense(outputs, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)), dtype="float32")
    return keras.Model(points, last(x), name=name)


def make_generator(shape: tuple, channels: int, *, width: int, normalization, seed: int, name: str) -> keras.Model:
    """Image → halvings down to sides of 4 … 7, and as many doublings → image."""
    seeds, levels = layer_seeds(seed, name), doublings(shape[0])
    images = keras.Input(shape)
    code = encode(images, levels, width, seeds, normalization)
    return keras.Model(images, decode(code, levels, width, channels, seeds, normalization), name=name)


@completed_by(Recipe.changed)
def build(
    shapes: dict,
    *,
    width: int | None = None,
    cycle_weight: float = 1.0,
    normalization: str = "batch",
    seed: int = 0,
    **options,
) -> DiscoGAN:
    """Builds the compiled GAN.

    Args:
        shapes: of an image or a point of each domain, `{"a": …, "b": …}`: square images of a side that DCGAN has.
        width: feature maps next to the image, 64 unless given; on points units of a layer, 128 unless given.
        cycle_weight: of the distance of the way there and back; 0 for none.
        normalization: of images: `"batch"`, or `"instance"`, for which the images of a batch do not meet.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: shapes that the networks cannot make.
    """
    check_two_domains("discogan", shapes)
    normalize = normalization_of(normalization)
    ways = [(f"{OTHER[to]}_to_{to}", shapes[OTHER[to]], shapes[to][-1]) for to in ("b", "a")]
    judges = [(f"discriminator_{domain}", shapes[domain]) for domain in DOMAINS]
    if len(shapes["a"]) == 1:
        given = {"width": width or 128, "seed": seed}
        networks = [make_dense(outputs, name=name, **given) for name, _, outputs in ways]
        networks += [make_dense(1, name=name, **given) for name, _ in judges]
    else:
        check_sides("discogan", shapes["a"])
        given = {"width": width or 64, "seed": seed, "normalization": normalize}
        networks = [make_generator(shape, channels, name=name, **given) for name, shape, channels in ways]
        networks += [make_discriminator(shape, name=name, **given) for name, shape in judges]
    recipe = RECIPE.changed(**options)
    return recipe.assemble(DiscoGAN, *networks, seed=seed, cycle_weight=cycle_weight)
