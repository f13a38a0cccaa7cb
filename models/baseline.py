"""What the techniques are added to: DCGAN's networks on images, PacGAN's on points.

A technique's file states what it changes, and takes everything else from here; so do its keyword arguments.
"""

import dataclasses
from collections.abc import Callable, Mapping

import keras

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN

from . import dcgan, point_networks
from .recipe import Recipe, completed_by


@dataclasses.dataclass(frozen=True)
class Changes:
    """What a technique changes about the baseline.

    Attributes:
        normalization: makes a normalization layer of G, one at each call; None for batch normalization.
        before_logits: a layer between D's features and its logit.
        generator, discriminator: functions from the finished network to the one that is used.
        generator_inputs: how many inputs G has besides its latents.
        discriminator_normalization: D's on images, as `dcgan.build` takes it; the networks on points have none there.
        discriminator_channels: function from the data's number of channels to that which D sees.
        recipe: fields of `Recipe` → the technique's own values.
    """

    normalization: Callable[[], keras.layers.Layer] | None = None
    before_logits: keras.layers.Layer | None = None
    generator: Callable[[keras.Model], keras.Model] = lambda network: network
    discriminator: Callable[[keras.Model], keras.Model] = lambda network: network
    generator_inputs: int = 0
    discriminator_normalization: str = "batch"
    discriminator_channels: Callable[[int], int] = lambda channels: channels
    recipe: Mapping = dataclasses.field(default_factory=dict)


@completed_by(Recipe.changed)
def build_on_baseline(
    model: type[GAN],
    image_shape: tuple,
    changes: Changes,
    arguments: Mapping = {},
    *,
    width: int | None = None,
    discriminator_normalization: str | None = None,
    seed: int = 0,
    **options,
) -> GAN:
    """Builds a compiled `model` of the baseline's networks with some changes.

    Args:
        model: the class of the GAN.
        image_shape: of an image (side, side, channels), as `dcgan` takes it, or (2,) for points.
        changes: to the networks and the recipe.
        arguments: further ones of the model's constructor.
        width: feature maps next to the image, 64 unless given. The networks on points have a fixed width.
        discriminator_normalization: D's on images, batch or none; the model's own unless given.
        seed: keys the initial weights and every random draw of the training.
        **options: of the training, in place of DCGAN's or PacGAN's: see `Recipe.changed`.

    Raises:
        UserError: a shape that the networks cannot make, or an argument about images for points.
    """
    if len(image_shape) == 1:
        for name, value in {"width": width, "discriminator_normalization": discriminator_normalization}.items():
            if value is not None:
                raise UserError(f"{name}={value}: the networks on points have it fixed; it is for images alone.")
        networks, options_of_both, options_of_d = point_networks, {}, {}
    else:
        dcgan.check_image_shape(model.__name__, image_shape)
        networks, options_of_both = dcgan, {"width": 64 if width is None else width}
        options_of_d = {"normalization": discriminator_normalization or changes.discriminator_normalization}
    recipe = dataclasses.replace(networks.RECIPE, **changes.recipe).changed(**options)
    generator = networks.make_generator(
        image_shape,
        latent_dim=recipe.latent_dim + changes.generator_inputs,
        normalization=changes.normalization or networks.batch_normalization,
        seed=seed,
        **options_of_both,
    )
    discriminator = networks.make_discriminator(
        (*image_shape[:-1], changes.discriminator_channels(image_shape[-1])),
        before_logits=changes.before_logits,
        seed=seed,
        **options_of_both,
        **options_of_d,
    )
    players = changes.generator(generator), changes.discriminator(discriminator)
    return recipe.assemble(model, *players, seed=seed, **arguments)
