"""tfgan_zoo: generative adversarial networks for TensorFlow and Keras 3, by one trainer.

Importing the package imports no TensorFlow: what needs it is resolved on first use.
"""

from tfgan_zoo.common.registry import resolve

__version__ = "0.1.0"

_PUBLIC = {
    "GAN": "tfgan_zoo.game.gan:GAN",
    "UserError": "tfgan_zoo.common.errors:UserError",
}
__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str):
    if name in _PUBLIC:
        return resolve(_PUBLIC[name])
    raise AttributeError(f"module 'tfgan_zoo' has no attribute '{name}'")
