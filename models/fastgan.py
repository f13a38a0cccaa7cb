"""FastGAN: a light generator, and a discriminator that also reconstructs real pictures, for a few hundred pictures.

Paper: Liu, Zhu, Song & Elgammal 2021, "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image
Synthesis", arXiv:2101.04775.

Idea: in G, feature maps of small sides scale the channels of maps of much larger sides (skip-layer excitation). D is an
encoder, and small decoders reconstruct the real pictures from its feature maps. So D learns to describe the whole
picture, and not only what differs from a fake.

    skip-layer excitation:  y = large ⊙ σ(1×1(swish(4×4(mean to 4×4 of small))))
    D descends  E max(0, m − D(x)) + E max(0, m + D(G(z))) + Σ E|decoded(D's maps of x) − x|²     m ~ U(0.8, 1) each
    G descends  −E D(G(z))
    Σ over three decoders: of D's last maps, of the last maps of the small picture, and of a random quarter of the maps
    one level before the last

G also makes each picture at half the size. D judges both sizes and gives 5×5 patch logits for each. All convolutions
are spectrally normalized. The export has averaged weights and averaged moving statistics.

Colours and positions of all pictures that D sees are changed at random. `--augment=none` turns this off.

Command: python train.py --model=fastgan --dataset=folder:PATH --image_size=64

The model is made for 64 pixels and more; 16 and 32 work too.

Deviations: the decoders' error is the squared difference of pixels, where the authors compare features of VGG, which
would be a download. Width 16 where the paper has 64. Both players move at once. The second picture always has half the
sides, where the authors' has 128; for real pictures it is the mean of 2×2 pixels. Outputs end in tanh. G's first layer
is dense, where the authors' is a transposed convolution, whose spectral norm differs. At inference all samples share
one noise image, and batch normalization uses moving statistics, where the authors' code uses those of the batch.
"""

import math

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Hinge
from tfgan_zoo.layers import GatedLinearUnit, LearnedNoise, SpectralNormalization
from tfgan_zoo.machine.distribution import share_of
from tfgan_zoo.machine.precision import at_least_float32

from .dcgan import batch_normalization, normal
from .recipe import Recipe, completed_by
from .residual_networks import check_image_shape

RECIPE = Recipe(
    latent_dim=256,
    latent_distribution="normal",
    learning_rate=2e-4,
    beta_1=0.5,
    batch_size=8,
    ema={"generator": 0.999},
    augmentation="color,translation",
)
IMAGE_SIZES = (16, 32, 64, 128, 256)
MAPS = {4: 16, 8: 8, 16: 4, 32: 2, 64: 2, 128: 1, 256: 0.5}  # side → G's feature maps, in widths
WITH_NOISE = (8, 32, 128)  # sides at which G has two convolutions, with noise
# Side of the pictures → how much larger G's excited maps are than those that excite them.
EXCITED_OVER = {16: 4, 32: 8, 64: 8, 128: 16, 256: 16}
LEAST_MARGIN = 0.8


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RandomMarginHinge(Hinge):
    """D: E max(0, m − D(x)) + E max(0, m + D(G(z))), m ~ U(0.8, 1) for each logit. G: −E D(G(z)).

    Reference: the code of Liu et al. 2021, arXiv:2101.04775.
    """

    def discriminator(self, forward):
        real, fake = forward.real_logits, forward.fake_logits
        below = tf.nn.relu(_margins(forward, "real", real) - real)
        return tf.reduce_mean(below) + tf.reduce_mean(tf.nn.relu(_margins(forward, "fake", fake) + fake))


def _margins(forward, side: str, logits: tf.Tensor) -> tf.Tensor:
    key = forward.random_key(f"margins/{forward.purpose}/{side}")

    def draw(rows):
        return tf.random.stateless_uniform([rows, *logits.shape[1:]], key, LEAST_MARGIN, 1.0, alg="philox")

    return share_of(draw, tf.shape(logits)[0])


class TwoSizesPass(ForwardPass):
    """D sees pictures at both sizes; the small size of a real picture is computed from it."""

    @computed_once
    def shown_real(self):
        return self.real, halved(self.real)

    @computed_once
    def shown_fake(self):
        return self.gan.generate_both(self.latents, training=self.training)

    @property
    def fake(self):
        return self.shown_fake[0]


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FastGAN(GAN):
    """A GAN in which D's optimizer also trains decoders of D's feature maps."""

    discriminator_networks = ("discriminator", "decoder")
    forward_pass = TwoSizesPass
    averages_buffers = True

    def generate_both(self, latents, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns G(z) at both sizes."""
        made = at_least_float32(self.generator(latents, training=training))
        return made["images"], made["small_images"]

    def generate(self, latents, labels=None, training=False):
        return self.generate_both(latents, training)[0]

    @property
    def data_shape(self):
        return tuple(self.generator.output["images"].shape[1:])

    def discriminator_inputs(self, shown, labels=None):
        return list(shown) if isinstance(shown, (list, tuple)) else [shown, halved(shown)]

    def discriminate(self, shown, labels=None, training=False):
        """Returns logits, feature maps and what D saw. In training the logits are those of patches, else their mean."""
        images, small_images = self.discriminator_inputs(shown, labels)
        answer = at_least_float32(self.discriminator([images, small_images], training=training))
        if not training:
            answer["logits"] = tf.reduce_mean(answer["logits"], axis=1, keepdims=True)
        return {**answer, "small_images": small_images, "images": images}

    def discriminator_loss(self, forward):
        return super().discriminator_loss(forward) + self.reconstruction_error(forward)

    def reconstruction_error(self, forward) -> tf.Tensor:
        """Returns the sum of the decoders' mean squared errors on the real pictures, as D saw them."""
        seen = forward.real_output
        quarter = tf.random.stateless_uniform([2], forward.random_key("quarter"), 0, 2, tf.int32, alg="philox")
        maps = [seen["maps"], seen["small_maps"], quarter_of(seen["maps_before"], quarter)]
        decoded = at_least_float32(self.decoder(maps, training=forward.training))
        targets = halved(seen["images"]), seen["small_images"], quarter_of(seen["images"], quarter)
        errors = [tf.reduce_mean(tf.square(made - target)) for made, target in zip(decoded, targets, strict=True)]
        return tf.add_n(errors)


def halved(images: tf.Tensor) -> tf.Tensor:
    """Returns images of half the sides, by means of 2×2 pixels."""
    return tf.nn.avg_pool2d(images, 2, 2, "VALID")


def quarter_of(images: tf.Tensor, quarter: tf.Tensor) -> tf.Tensor:
    """Returns a quarter of images: `quarter` is int32 [2], 0 or 1 for the upper or lower and the left or right half."""
    _, height, width, channels = images.shape
    begin = tf.concat([[0], quarter * [height // 2, width // 2], [0]], axis=0)
    part = tf.slice(images, begin, [-1, height // 2, width // 2, channels])
    return tf.ensure_shape(part, [None, height // 2, width // 2, channels])


def maps_at(side: int, width: int) -> int:
    """Returns the feature maps of G, and in half the width of the decoders, at a side."""
    return max(int(MAPS[side] * width), 1)


class Parts:
    """Makes the parts of a network, their layers keyed by one seed after the other.

    Args:
        seed: of the model.
        network: name of the network.
    """

    def __init__(self, seed: int, network: str):
        self.seeds = layer_seeds(seed, network)

    def dense(self, units: int):
        return self._normalized(layers.Dense, units)

    def convolution(self, filters: int, size: int, strides: int = 1, padding: str = "same", **options):
        return self._normalized(layers.Conv2D, filters, size, strides, padding, **options)

    def _normalized(self, kind: type, *sizes, name: str | None = None, dtype: str | None = None, **options):
        kernel, u = normal(next(self.seeds)), keras.initializers.RandomNormal(seed=next(self.seeds))
        layer = kind(*sizes, use_bias=False, kernel_initializer=kernel, dtype=dtype, **options)
        return SpectralNormalization(layer, u, name=name, dtype=dtype)

    def gated(self, x, filters: int, noise: bool = False):
        """3×3, noise, batch normalization, gated linear unit."""
        x = self.convolution(2 * filters, 3)(x)
        x = LearnedNoise(next(self.seeds))(x) if noise else x
        return GatedLinearUnit()(batch_normalization()(x))

    def doubled(self, x, filters: int, noise: bool = False):
        """Nearest doubling and a gated convolution, two of them with noise."""
        x = self.gated(layers.UpSampling2D(2)(x), filters, noise)
        return self.gated(x, filters, noise) if noise else x

    def excited(self, x, by):
        """Skip-layer excitation of x."""
        filters = x.shape[-1]
        gates = layers.AveragePooling2D(by.shape[1] // 4)(by) if by.shape[1] > 4 else by
        gates = self.convolution(filters, 4, padding="valid", activation="silu")(gates)
        return layers.Multiply()([x, self.convolution(filters, 1, activation="sigmoid")(gates)])

    def leaky(self, x, filters: int, size: int, strides: int = 1, normalized: bool = True):
        """Convolution, batch normalization, LeakyReLU 0.2."""
        x = self.convolution(filters, size, strides)(x)
        return layers.LeakyReLU(0.2)(batch_normalization()(x) if normalized else x)

    def halved(self, x, filters: int):
        """The mean of two ways to halve the sides: 4×4 and 3×3 convolutions, or a mean of 2×2 and 1×1."""
        main = self.leaky(self.leaky(x, filters, 4, 2), filters, 3)
        return layers.Average()([main, self.leaky(layers.AveragePooling2D(2)(x), filters, 1)])

    def patches(self, x):
        """One logit for each of 5×5 patches, in a row."""
        return layers.Flatten()(self.convolution(1, 4, padding="valid")(x))

    def decoded(self, x, side: int, channels: int, width: int):
        """A picture of a side, from 8×8 maps."""
        while x.shape[1] < side:
            x = self.doubled(x, maps_at(2 * x.shape[1], width // 2))
        return self.convolution(channels, 3, activation="tanh", dtype="float32")(x)


def make_generator(image_shape: tuple, *, latent_dim: int = 256, width: int = 16, seed: int = 0) -> keras.Model:
    """z [latent_dim] → `images` and `small_images` of half the sides."""
    parts = Parts(seed, "generator")
    side, _, channels = image_shape
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Reshape((4, 4, 2 * maps_at(4, width)))(parts.dense(4 * 4 * 2 * maps_at(4, width))(latents))
    at = {4: GatedLinearUnit()(batch_normalization()(x))}
    for size in (2**k for k in range(3, int(math.log2(side)) + 1)):
        x = parts.doubled(at[size // 2], maps_at(size, width), noise=size in WITH_NOISE)
        small = size // EXCITED_OVER[side]
        at[size] = parts.excited(x, at[small]) if small >= 4 else x
    last = {"activation": "tanh", "dtype": "float32"}
    images = parts.convolution(channels, 3, name="images", **last)(at[side])
    small_images = parts.convolution(channels, 1, name="small_images", **last)(at[side // 2])
    return keras.Model(latents, {"images": images, "small_images": small_images}, name="generator")


def make_discriminator(image_shape: tuple, *, width: int = 16, seed: int = 0) -> keras.Model:
    """Image and its half size → `logits` of 5×5 patches of each; `maps` 8×8, `maps_before` 16×16, `small_maps` 8×8."""
    parts = Parts(seed, "discriminator")
    side, _, channels = image_shape
    halvings = int(math.log2(side // 8))
    images = keras.Input(image_shape, name="images")
    found = [parts.leaky(images, max(8 * width >> halvings, 1), 3, normalized=False)]
    for level in range(1, halvings + 1):
        x = parts.halved(found[-1], max(8 * width >> (halvings - level), 1))
        found.append(parts.excited(x, found[level - 3]) if level >= 3 else x)
    logits = parts.patches(parts.leaky(found[-1], 16 * width, 1))

    small_images = keras.Input((side // 2, side // 2, channels), name="small_images")
    x = small_images
    for level in range(1, halvings):
        x = parts.leaky(x, max(4 * width >> (halvings - 1 - level), 1), 4, 2, normalized=level > 1)
    logits = layers.Concatenate(dtype="float32", name="logits")([logits, parts.patches(x)])
    maps = {"maps": found[-1], "maps_before": found[-2], "small_maps": x}
    return keras.Model([images, small_images], {"logits": logits, **maps}, name="discriminator")


def make_decoder(discriminator: keras.Model, *, width: int = 16, seed: int = 0) -> keras.Model:
    """D's last maps, those of the small picture, a quarter of the maps before → three pictures of half the sides."""
    parts = Parts(seed, "decoder")
    small_side, _, channels = discriminator.input[1].shape[1:]
    answer = discriminator.output
    inputs = [keras.Input((8, 8, answer[name].shape[-1]), name=name) for name in ("maps", "small_maps", "maps_before")]
    return keras.Model(inputs, [parts.decoded(x, small_side, channels, width) for x in inputs], name="decoder")


@completed_by(Recipe.changed)
def build(image_shape: tuple, *, width: int = 16, loss=None, seed: int = 0, **options) -> FastGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: (side, side, channels): side a power of 2 from 16 to 256; 1, 3 or 4 channels.
        width: the unit of the networks' feature maps. The paper's is 64.
        loss: in place of the hinge with random margins: see `GAN.compile`.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of the authors': see `Recipe.changed`.

    Raises:
        UserError: an image shape that the networks cannot make.
    """
    check_image_shape("fastgan", image_shape, IMAGE_SIZES)
    recipe = RECIPE.changed(loss=RandomMarginHinge() if loss is None else loss, **options)
    generator = make_generator(image_shape, latent_dim=recipe.latent_dim, width=width, seed=seed)
    discriminator = make_discriminator(image_shape, width=width, seed=seed)
    decoder = make_decoder(discriminator, width=width, seed=seed)
    return recipe.assemble(FastGAN, generator, discriminator, decoder, seed=seed)
