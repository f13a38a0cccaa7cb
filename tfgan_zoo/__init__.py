"""tfgan_zoo: generative adversarial networks for TensorFlow and Keras 3, by one trainer.

    from tfgan_zoo import ZOO

    gan = ZOO["dcgan"](image_shape=(28, 28, 1), loss="hinge", schedule="n_critic:2", penalties="r1:0.1")
    gan.fit(images, epochs=5)    # uint8, or floats in [−1, 1]
    gan.sample(16)               # uint8 images, by averaged weights
    gan.export("exports/digits")

Models: the names of ZOO.
Losses: minimax, non_saturating, least_squares, wasserstein, hinge, relativistic.
Schedules: simultaneous, sequential, n_critic:K, alternating.
Penalties: r1, r2, gradient, historical_averaging, weight_clipping, lecam; "r1:0.1,every=16" is one with its weight.
Augmentations: some of color, translation and cutout, such as "color,cutout"; or ada.

GAN, TwoDomainGAN, ForwardPass, Loss, Penalty, Schedule and Augmentation are there to subclass; load_data reads a
dataset by its name. Importing the package imports no TensorFlow: what needs it is resolved on first use.
"""

from tfgan_zoo.common.keras_names import introduce
from tfgan_zoo.common.registry import resolve
from tfgan_zoo.common.zoo import zoo_module

__version__ = "0.1.0"

_PUBLIC = {
    "GAN": "tfgan_zoo.game.gan:GAN",
    "TwoDomainGAN": "tfgan_zoo.game.two_domains:TwoDomainGAN",
    "ForwardPass": "tfgan_zoo.game.forward_pass:ForwardPass",
    "Loss": "tfgan_zoo.game.losses:Loss",
    "Penalty": "tfgan_zoo.game.penalties:Penalty",
    "Schedule": "tfgan_zoo.game.schedules:Schedule",
    "Augmentation": "tfgan_zoo.game.augmentations:Augmentation",
    "LOSSES": "tfgan_zoo.common.registries:LOSSES",
    "PENALTIES": "tfgan_zoo.common.registries:PENALTIES",
    "AUGMENTATIONS": "tfgan_zoo.common.registries:AUGMENTATIONS",
    "SCHEDULES": "tfgan_zoo.common.registries:SCHEDULES",
    "UserError": "tfgan_zoo.common.errors:UserError",
    "load_data": "tfgan_zoo.data:load",
}
__all__ = ["ZOO", *_PUBLIC, "__version__"]

introduce()


def __getattr__(name: str):
    if name == "ZOO":
        return resolve(f"{zoo_module()}:ZOO")
    if name in _PUBLIC:
        return resolve(_PUBLIC[name])
    raise AttributeError(f"module 'tfgan_zoo' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
