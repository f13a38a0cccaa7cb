"""What the techniques are added to: DCGAN's networks on images, PacGAN's on points.

A technique's file states what it changes, and takes everything else from here; so do its keyword arguments.
"""

import dataclasses
import inspect
from collections.abc import Callable

import keras

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN

from . import dcgan, point_networks


@dataclasses.dataclass(frozen=True)
class Changes:
    """What a technique changes about the networks.

    Attributes:
        normalization: makes a normalization layer of G, one at each call; None for batch normalization.
        before_logits: a layer between D's features and its logit.
        generator, discriminator: functions from the finished network to the one that is used.
        generator_inputs: how many inputs G has besides its latents.
        discriminator_normalization: the same of D; the networks on points have none there.
        discriminator_channels: function from the data's number of channels to that which D sees.
    """

    normalization: Callable[[], keras.layers.Layer] | None = None
    before_logits: keras.layers.Layer | None = None
    generator: Callable[[keras.Model], keras.Model] = lambda network: network
    discriminator: Callable[[keras.Model], keras.Model] = lambda network: network
    generator_inputs: int = 0
    discriminator_normalization: Callable[[], keras.layers.Layer] = dcgan.batch_normalization
    discriminator_channels: Callable[[int], int] = lambda channels: channels


def build_on_baseline(
    model: type[GAN],
    image_shape: tuple,
    changes: Changes,
    *,
    width: int | None = None,
    latent_dim: int | None = None,
    learning_rate: float | None = None,
    generator_learning_rate: float | None = None,
    beta_1: float | None = None,
    beta_2: float | None = None,
    loss="non_saturating",
    schedule="simultaneous",
    penalties: dict | None = None,
    ema: dict | None = None,
    seed: int = 0,
) -> GAN:
    """Builds a compiled `model` of the baseline's networks with some changes.

    Args:
        model: the class of the GAN.
        image_shape: of an image (side, side, channels), as `dcgan` takes it, or (2,) for points.
        changes: to the networks.
        width: feature maps next to the image, 64 unless given. The networks on points have a fixed width.
        latent_dim, learning_rate, beta_1, beta_2: unless given, DCGAN's (100, 2e-4, 0.5, 0.999) or PacGAN's (2, 1e-4,
            0.8, 0.999).
        generator_learning_rate: G's, where it is to have one of its own (Heusel et al. 2017, arXiv:1706.08500).
        loss, schedule, penalties, ema: as `GAN.compile` takes them.
        seed: keys the initial weights and every random draw of the training.

    Raises:
        UserError: a shape that the networks cannot make, or a width for points.
    """
    if len(image_shape) == 1:
        if width is not None:
            raise UserError(f"width={width}: the networks on points have a fixed width; accepted on images alone.")
        networks, options, d_options = point_networks, {}, {}
    else:
        dcgan.check_image_shape(model.__name__, image_shape)
        networks, options = dcgan, {"width": 64 if width is None else width}
        d_options = {"normalization": changes.discriminator_normalization}
    recipe = networks.RECIPE.replace(
        latent_dim=latent_dim,
        learning_rate=learning_rate,
        generator_learning_rate=generator_learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
    )
    generator = networks.make_generator(
        image_shape,
        latent_dim=recipe.latent_dim + changes.generator_inputs,
        normalization=changes.normalization or networks.batch_normalization,
        seed=seed,
        **options,
    )
    discriminator = networks.make_discriminator(
        (*image_shape[:-1], changes.discriminator_channels(image_shape[-1])),
        before_logits=changes.before_logits,
        seed=seed,
        **options,
        **d_options,
    )
    compile_options = {"loss": loss, "schedule": schedule, "penalties": penalties, "ema": ema}
    return recipe.assemble(
        model, changes.generator(generator), changes.discriminator(discriminator), seed, **compile_options
    )


def on_baseline(build: Callable) -> Callable:
    """Completes the signature of a technique's `build(image_shape, *, …, **baseline)` by the baseline's keywords."""
    own = [p for p in inspect.signature(build).parameters.values() if p.kind is not p.VAR_KEYWORD]
    names = {parameter.name for parameter in own}
    inherited = [
        parameter
        for parameter in inspect.signature(build_on_baseline).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in names
    ]
    build.__signature__ = inspect.Signature([*own, *inherited])
    return build
