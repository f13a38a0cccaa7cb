"""pix2pix: images from images, learned from pairs.

Paper: Isola, Zhu, Zhou & Efros 2017, "Image-to-Image Translation with Conditional Adversarial Networks",
arXiv:1611.07004.

Idea: the distance to the true partner alone makes blurred images, since their mean is the safest answer. A
discriminator that sees input and output together, patch by patch, asks besides that the output looks like one of the
images that could belong to the input.

    G: U-Net, given a and dropout as the only noise; D judges patches of a and b side by side
    D descends   ½ [E ζ(−D(a, b)) + E ζ(D(a, G(a)))]                           ζ(l) = log(1 + eˡ)
    G descends   E ζ(−D(a, G(a))) + λ E|b − G(a)|                              λ = 100, a mean over pixels

Command: python train.py --model=pix2pix

Measured, 2 CPU cores (AMD, no AVX-512), 2026-11-28: the command above with `--threads=1`, seed 0, 1,500 steps in less
than 8 minutes on a busy machine, then `python -m tfgan_zoo.evaluate --export=RUN`. On the 360 held-out digits the L1
distance to the true partner is 0.026; that of a black image is 0.309, of the edges themselves 0.296. The Fréchet
distance is 7.2, where real test digits have 6.2, and 98.3 % keep their class (real digits: 99.4 %).

Deviations: batch 16; instance normalization, which is what the paper's batch normalization is at its batch of 1; the
noise stays on at inference, as in the paper, but always the same, so that an export gives one answer to one input; no
crops and flips; G is judged by D as it was before D's update, as in the authors' code (`--schedule=sequential` for the
updated one). A U-Net of fewer levels has dropout in fewer of them.
"""

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import key, layer_seeds
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.translation import Translation
from tfgan_zoo.machine.precision import at_least_float32

from .image_networks import (
    check_two_domains,
    convolution,
    deconvolution,
    instance_normalization,
    make_patch_discriminator,
    width_at,
)
from .recipe import Recipe, completed_by

DATASET = "edges:digits"
DROPOUT_LEVELS = 3  # the innermost ones of the decoder
RECIPE = Recipe(
    latent_dim=0,
    latent_distribution="normal",
    learning_rate=2e-4,
    beta_1=0.5,
    batch_size=16,
)


class PairPass(ForwardPass):
    """G is given a and its noise; D is shown (a, b) and (a, G(a))."""

    @computed_once
    def fake(self):
        noise = self.latents if self.training else None
        return self.gan.generate(self.real["a"], noise, training=self.training)

    @property
    def target(self):
        return self.real["b"]

    @property
    def shown_real(self):
        return self.real["a"], self.target

    @property
    def shown_fake(self):
        return self.real["a"], self.fake


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Pix2Pix(GAN):
    """G is given images, D judges pairs.

    Args:
        *networks: `generator`: [images, masks of the dropout …] → images; `discriminator`: both images, stacked along
            the channels → a logit for each patch.
        l1_weight: λ, of the distance to the true partner.
        **kwargs: those of `GAN`.
    """

    forward_pass = PairPass
    takes = "images"
    scores_singly = False

    def __init__(self, *networks, l1_weight: float = 100.0, **kwargs):
        super().__init__(*networks, **kwargs)
        self.l1_weight = l1_weight

    def admit(self, source):
        return source.paired()

    def sample_latents(self, batch_size, key):
        """Draws the dropout's masks, of which half are 0 and half 2: a list of float32 [batch_size, h, w, c]."""
        shapes = [mask.shape[1:] for mask in self.generator.inputs[1:]]
        sizes = [shape[0] * shape[1] * shape[2] for shape in shapes]
        drawn = tf.random.stateless_uniform([batch_size, sum(sizes)], key, alg="philox")
        masks = tf.split(2.0 * tf.cast(drawn < 0.5, tf.float32), sizes, axis=1)
        return [tf.reshape(mask, [-1, *shape]) for mask, shape in zip(masks, shapes, strict=True)]

    def generate(self, images, noise=None, training: bool = False):
        """Returns images of B, float32 [n, H, W, C] in [−1, 1].

        Args:
            images: of A, likewise.
            noise: what `sample_latents` draws; None for the same for each image, whatever else is in the batch.
            training: the network runs in training mode.
        """
        if noise is None:
            fixed = self.sample_latents(1, key(self.seed, 0, "noise at inference"))
            noise = [tf.repeat(mask, tf.shape(images)[0], axis=0) for mask in fixed]
        inputs = [tf.convert_to_tensor(images), *noise]
        return at_least_float32(self.generator(inputs, training=training))

    def discriminator_inputs(self, shown, labels=None):
        return tf.concat(shown, axis=-1)

    def discriminator_loss(self, forward):
        return 0.5 * super().discriminator_loss(forward)

    def generator_loss(self, forward):
        distance = tf.reduce_mean(tf.abs(forward.target - forward.fake))
        return super().generator_loss(forward) + self.l1_weight * distance

    def translations(self):
        return [Translation("translate", self.generate, *self.data_shape.values())]

    @property
    def data_shape(self) -> dict:
        """Shape of one example of each domain."""
        return {"a": tuple(self.generator.inputs[0].shape[1:]), "b": tuple(self.generator.output_shape[1:])}

    def views(self, forward):
        views = {"input": forward.real["a"], "output": forward.fake}
        return views | ({"true": forward.target} if forward.paired else {})

    def get_config(self):
        return {**super().get_config(), "l1_weight": self.l1_weight}


def make_generator(shapes: dict, *, width: int, seed: int) -> keras.Model:
    """The U-Net: halvings down to one pixel, and doublings that are given what had their size on the way down.

    Its inputs are the image and the masks of the dropout, one for each level that has it.
    """
    seeds = layer_seeds(seed, "generator")
    images = keras.Input(shapes["a"], name="images")
    levels = (min(shapes["a"][:2]) - 1).bit_length()
    x, steps = images, []
    for level in range(levels):
        # One pixel, at the bottom, would be all that its normalization sees: 0.
        is_normalized = 0 < level < levels - 1
        x = layers.LeakyReLU(0.2)(x) if level else x
        x = convolution(width_at(level, width), seeds, use_bias=not is_normalized)(x)
        x = instance_normalization()(x) if is_normalized else x
        steps.append(x)
    masks = []
    for level in reversed(range(1, levels)):
        x = deconvolution(width_at(level - 1, width), seeds, use_bias=False)(layers.ReLU()(x))
        x = instance_normalization()(_cropped(x, steps[level - 1]))
        if len(masks) < min(DROPOUT_LEVELS, levels - 2):
            masks.append(keras.Input(x.shape[1:], name=f"mask_{len(masks)}"))
            x = layers.Multiply()([x, masks[-1]])
        x = layers.Concatenate()([x, steps[level - 1]])
    last = deconvolution(shapes["b"][-1], seeds, activation="tanh", dtype="float32", name="made")
    return keras.Model([images, *masks], _cropped(last(layers.ReLU()(x)), images), name="generator")


def _cropped(x, other):
    """Cuts off what doubling an odd side has made too much."""
    excess = [x.shape[axis] - other.shape[axis] for axis in (1, 2)]
    return layers.Cropping2D([(0, size) for size in excess], dtype=x.dtype)(x) if any(excess) else x


@completed_by(Recipe.changed)
def build(shapes: dict, *, width: int | None = None, l1_weight: float = 100.0, seed: int = 0, **options) -> Pix2Pix:
    """Builds the compiled GAN.

    Args:
        shapes: (height, width, channels) of each domain, `{"a": …, "b": …}`: of one size, from 16 pixels on.
        width: feature maps next to the image; unset: the paper's 64 from 128 pixels on, else 32.
        l1_weight: λ, of the distance to the true partner.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the paper's: see `Recipe.changed`.

    Raises:
        UserError: shapes that the networks cannot make.
    """
    check_two_domains("pix2pix", shapes)
    if any(len(shape) != 3 for shape in shapes.values()):
        raise UserError("pix2pix takes images, not points: take discogan, or a dataset of images.")
    side = min(shapes["a"][:2])
    if side < 16:
        raise UserError(f"pix2pix takes sides from 16 pixels on: see --image_size. Received: {side}.")
    width = width or (64 if side >= 128 else 32)
    generator = make_generator(shapes, width=width, seed=seed)
    pair = (*shapes["a"][:2], shapes["a"][-1] + shapes["b"][-1])
    discriminator = make_patch_discriminator(pair, width=width, seed=seed, name="discriminator")
    return RECIPE.changed(**options).assemble(Pix2Pix, generator, discriminator, seed=seed, l1_weight=l1_weight)
