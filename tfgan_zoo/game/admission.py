"""What goes together: the losses, penalties and augmentations that a model may be compiled with."""

import warnings

import keras

from tfgan_zoo.common.errors import Advice, UserError
from tfgan_zoo.common.registries import LOSSES
from tfgan_zoo.common.registry import resolve
from tfgan_zoo.game.augmentations import Augmentation
from tfgan_zoo.game.losses import Loss


def admitted_loss(gan, loss) -> Loss:
    """Returns the loss.

    Args:
        gan: the model.
        loss: the user's choice.

    Raises:
        UserError: it is not a loss, or the model does not admit it.
    """
    if not isinstance(loss, Loss):
        raise UserError(f"loss={loss!r}: give a name of {', '.join(LOSSES)}, or a tfgan_zoo.game.losses.Loss.")
    kinds = {name: resolve(LOSSES.targets[name]) for name in _losses_that_fit(gan)}
    restricted = gan.losses_admitted is not None
    if loss.reads != gan.answers or (restricted and not isinstance(loss, tuple(kinds.values()))):
        valid = ", ".join(kinds) or "its own"
        raise UserError(f"{type(gan).__name__} does not admit the loss {type(loss).__name__}. Valid: {valid}.")
    return loss


def _losses_that_fit(gan) -> list[str]:
    if gan.losses_admitted is not None:
        return list(gan.losses_admitted)
    return [name for name, target in LOSSES.targets.items() if resolve(target).reads == gan.answers]


def admitted_augmentation(loss: Loss, augmentation: Augmentation | None) -> Augmentation | None:
    """Returns the augmentation.

    Raises:
        UserError: it reads the signs of D's logits, and they have no meaning under this loss.
    """
    if augmentation is not None and augmentation.needs_signs and not loss.has_signs:
        raise UserError(
            f"augmentation: ada reads the signs of D's answers, which mean nothing under {type(loss).__name__}. "
            "Accepted: --augment=color,translation,cutout, or --loss=non_saturating, minimax or hinge."
        )
    return augmentation


def warn_of_batch_statistics(gan, penalties: list) -> None:
    """Warns if a penalty on slopes meets a D whose batch normalization mixes the examples' slopes."""
    of_slopes = next((type(penalty).__name__ for penalty in penalties if penalty.is_of_slopes), None)
    layers = (layer for network in gan.networks_of("discriminator") for layer in network._flatten_layers())
    if of_slopes and any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers):
        warnings.warn(
            f"{of_slopes} reads D's slope at single examples, and D has batch normalization, which mixes them. "
            "Models on DCGAN's networks take it out by --set=discriminator_normalization=none.",
            Advice,
            stacklevel=3,
        )
