"""Context encoder: what belongs into a hole, from what is around it.

Paper: Pathak, Krähenbühl, Donahue, Darrell & Efros 2016, "Context Encoders: Feature Learning by Inpainting",
arXiv:1604.07379.

Idea: an encoder sees an image with a hole, a decoder makes the hole's content. The distance to the truth alone makes
a blurred mean of what would fit; a discriminator of the content asks that it be one of them.

    M: 1 in the hole, where G sees the mean colour; x_M: the hole's content, G(x): what G makes of the rest
    D descends   E ζ(−D(x_M)) + E ζ(D(G(x)))                                   ζ(l) = log(1 + eˡ)
    G descends   λ_rec E(x_M − G(x))² + λ_adv E ζ(−D(G(x)))                    λ_rec = 0.999, λ_adv = 0.001

`region="center"`: the hole is the middle half of each side, and D sees its content alone. `region="random"`: a quarter
of the pixels in patches of random shapes; G makes the whole image, D and the distance see all of it.

Command: python train.py --model=context_encoder

Measured, 2 CPU cores (AMD, no AVX-512), 2026-11-28: the command above with `--threads=1`, seed 0, 1,500 steps in less
than 5 minutes, then `python -m tfgan_zoo.evaluate --export=RUN`. On the 360 held-out digits the hole's content has a
PSNR of 21.8 dB, where the mean colour has 8.1 dB; its gradient energy is 0.074, that of the true content 0.077.

Deviations: no band of overlap around the hole, which the paper predicts with a larger weight; a mask of its own for
each image, where the authors' code has one a batch, with a quarter of the pixels exactly, where it has 20 to 30 %; the
mean colour is the dataset's; images below 64 pixels have a bottleneck of 512 units.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.randomness import key, layer_seeds
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.translation import Translation
from tfgan_zoo.machine.distribution import share_of

from .dcgan import doublings, normal
from .image_networks import check_sides, decode, encode, make_discriminator, normalization_of, width_at
from .recipe import Recipe, completed_by

REGIONS = ("center", "random")
CELLS = 8  # a side: the random regions are the low values of so coarse a noise
EXAMPLES = 1000  # that the mean colour is taken of
RECIPE = Recipe(
    latent_dim=0,
    latent_distribution="normal",
    learning_rate=2e-4,
    generator_learning_rate=2e-3,
    beta_1=0.5,
    batch_size=64,
)


class HolePass(ForwardPass):
    """G is given images with a hole; D is shown what belongs into it, and what G makes of it."""

    @computed_once
    def mask(self):
        return self.gan.draw_masks(self)

    @computed_once
    def context(self):
        return self.gan.cut(self.real, self.mask)

    @computed_once
    def fake(self):
        return self.gan.generate(self.context, training=self.training)

    @property
    def target(self):
        return self.gan.content(self.real)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ContextEncoder(GAN):
    """Fills holes.

    Args:
        *networks: `generator`: images with a hole → the hole's content, or whole images where regions are random;
            `discriminator`: the same → logits.
        region: `"center"` or `"random"`.
        reconstruction_weight, adversarial_weight: λ_rec, λ_adv.
        **kwargs: those of `GAN`.
    """

    forward_pass = HolePass
    takes = "images"
    scores_singly = False

    def __init__(
        self,
        *networks,
        region: str = "center",
        reconstruction_weight: float = 0.999,
        adversarial_weight: float = 0.001,
        **kwargs,
    ):
        super().__init__(*networks, **kwargs)
        self.region = region
        self.reconstruction_weight = reconstruction_weight
        self.adversarial_weight = adversarial_weight
        options = {"trainable": False, "aggregation": "only_first_replica", "initializer": "zeros"}
        self.mean_colour = self.add_weight(shape=self.data_shape[-1:], name="mean_colour", **options)

    # Holes.

    @property
    def data_shape(self):
        return tuple(self.generator.input_shape[1:])

    @property
    def border(self) -> int:
        """Pixels on each side of a centre hole."""
        return self.data_shape[0] // 4

    @property
    def center_mask(self) -> np.ndarray:
        """float32 [1, H, W, 1], 1 in the hole."""
        mask, inside = np.zeros((1, *self.data_shape[:2], 1), np.float32), slice(self.border, -self.border)
        mask[:, inside, inside] = 1.0
        return mask

    def draw_masks(self, forward) -> tf.Tensor:
        """Returns the holes of a pass: float32 [n or 1, H, W, 1]; those at inference are always the same."""
        if self.region == "center":
            return tf.constant(self.center_mask)
        count, side = tf.shape(forward.real)[0], self.data_shape[0]
        if not forward.training:
            return random_masks(count, side, key(self.seed, 0, "mask at inference"))
        drawing_key = forward.random_key(f"mask/{forward.purpose}")
        return share_of(lambda count: random_masks(count, side, drawing_key), count)

    def cut(self, images, mask):
        """Returns images whose hole has the mean colour."""
        return images * (1.0 - mask) + self.mean_colour.value * mask

    def content(self, images):
        """Returns what G is to make of images with a hole."""
        inside = slice(self.border, -self.border)
        return images[:, inside, inside] if self.region == "center" else images

    def blend(self, images, mask, made):
        """Returns the images with what G has made in their hole."""
        if self.region == "center":
            both = [self.border, self.border]
            made = tf.pad(made, [[0, 0], both, both, [0, 0]])
        return images * (1.0 - mask) + made * mask

    def fill(self, images, mask=None):
        """Returns images whose hole G has filled.

        Args:
            images: float32 [n, H, W, C] in [−1, 1].
            mask: float32 [n, H, W, 1], 1 where pixels are to be filled; None for the centre.
        """
        mask = self.center_mask if mask is None else tf.round(mask)
        return self.blend(images, mask, self.generate(self.cut(images, mask)))

    # The game.

    def initialize_from(self, source):
        images, _ = next(source.once(EXAMPLES, count=EXAMPLES, seed=self.seed))
        self.mean_colour.assign(images.mean(axis=(0, 1, 2)))

    def generator_loss(self, forward):
        reconstruction = tf.reduce_mean(tf.square(forward.target - forward.fake))
        adversarial = super().generator_loss(forward)
        return self.reconstruction_weight * reconstruction + self.adversarial_weight * adversarial

    def translations(self):
        has_mask = self.region == "random"
        return [Translation("translate", self.fill, self.data_shape, self.data_shape, mask=has_mask)]

    def views(self, forward):
        filled = self.blend(forward.real, forward.mask, forward.fake)
        return {"hole": forward.context, "filled": filled, "true": forward.real}

    def get_config(self):
        own = ("region", "reconstruction_weight", "adversarial_weight")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def random_masks(count, side: int, key: tf.Tensor) -> tf.Tensor:
    """Draws patches of random shapes: float32 [count, side, side, 1], exactly a quarter of each image 1."""
    coarse = tf.random.stateless_uniform([count, CELLS, CELLS, 1], key, alg="philox")
    noise = tf.reshape(tf.image.resize(coarse, [side, side], "bicubic"), [count, side * side])
    ranks = tf.argsort(tf.argsort(noise, stable=True))
    return tf.reshape(tf.cast(ranks < side * side // 4, tf.float32), [count, side, side, 1])


def make_generator(
    shape: tuple, *, levels: int, width: int, bottleneck: int, normalization: str, seed: int
) -> keras.Model:
    """Image → halvings down to sides of 4 … 7 → bottleneck → `levels` doublings → image."""
    seeds, halvings, normalize = layer_seeds(seed, "generator"), doublings(shape[0]), normalization_of(normalization)
    start = shape[0] // 2**halvings
    images = keras.Input(shape)
    x = layers.Flatten()(encode(images, halvings, width, seeds, normalize))
    x = layers.Dense(bottleneck, kernel_initializer=normal(next(seeds)))(x)
    if normalization == "batch":  # a unit of one image has nothing to be normalized by
        x = normalize()(x)
    filters = width_at(levels - 1, width)
    x = layers.Dense(start * start * filters, kernel_initializer=normal(next(seeds)))(layers.LeakyReLU(0.2)(x))
    x = layers.ReLU()(normalize()(layers.Reshape((start, start, filters))(x)))
    return keras.Model(images, decode(x, levels, width, shape[-1], seeds, normalize), name="generator")


@completed_by(Recipe.changed)
def build(
    image_shape: tuple,
    *,
    region: str = "center",
    width: int = 64,
    bottleneck: int | None = None,
    reconstruction_weight: float = 0.999,
    adversarial_weight: float = 0.001,
    normalization: str = "batch",
    seed: int = 0,
    **options,
) -> ContextEncoder:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels), of a side that DCGAN has.
        region: what is cut out: `"center"`, the middle half of each side, or `"random"`, a quarter of all pixels.
        width: feature maps next to the image.
        bottleneck: units between encoder and decoder; unset: the authors' 4000 from 64 pixels on, else 512.
        reconstruction_weight, adversarial_weight: λ_rec and λ_adv, of the distance to the truth and of D's answer.
        normalization: `"batch"`, or `"instance"`, for which the images of a batch do not meet.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make, or no such region.
    """
    check_sides("context_encoder", image_shape)
    if region not in REGIONS:
        raise unknown("region", region, REGIONS)
    side, halvings = image_shape[0], doublings(image_shape[0])
    is_center = region == "center"
    generator = make_generator(
        image_shape,
        levels=halvings - 1 if is_center else halvings,
        width=width,
        bottleneck=bottleneck or (4000 if side >= 64 else 512),
        normalization=normalization,
        seed=seed,
    )
    judged = (side // 2, side // 2, image_shape[-1]) if is_center else image_shape
    discriminator = make_discriminator(
        judged, width=width, normalization=normalization_of(normalization), seed=seed, name="discriminator"
    )
    weights = {"reconstruction_weight": reconstruction_weight, "adversarial_weight": adversarial_weight}
    recipe = RECIPE.changed(**options)
    return recipe.assemble(ContextEncoder, generator, discriminator, seed=seed, region=region, **weights)
