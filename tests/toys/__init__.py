"""Toy models, each of which needs something else of the trainer, with networks of one hidden layer of four units."""

import keras
from keras import layers


def dense(inputs: int, outputs: int, seed: int, features: bool = False) -> keras.Model:
    """Vector → 4, tanh → vector; with `features`, a dict of the `"logits"` and the hidden `"features"`."""
    kernels = [keras.initializers.GlorotUniform(seed=2 * seed + layer) for layer in range(2)]
    x = keras.Input((inputs,))
    hidden = layers.Dense(4, "tanh", kernel_initializer=kernels[0])(x)
    y = layers.Dense(outputs, kernel_initializer=kernels[1])(hidden)
    return keras.Model(x, {"logits": y, "features": hidden} if features else y, name=f"dense_{seed}")


def build(name: str):
    """Returns a toy model of points, not compiled."""
    from tests.toys.codes import Codes
    from tests.toys.cycles import Cycles
    from tests.toys.energies import Energies
    from tests.toys.pairs import Pairs
    from tests.toys.translator import Translator

    if name == "pairs":
        return Pairs(dense(3, 2, 0), dense(2, 3, 1), dense(5, 1, 2), latent_dim=3)
    if name == "energies":
        return Energies(dense(3, 2, 0), dense(2, 2, 1), latent_dim=3)
    if name == "codes":
        return Codes(dense(5, 2, 0), dense(2, 1, 1, features=True), dense(4, 2, 2), latent_dim=5)
    if name == "translator":
        return Translator(dense(2, 2, 0), dense(4, 1, 1))
    return Cycles(dense(2, 2, 0), dense(2, 2, 1), dense(2, 1, 2), dense(2, 1, 3))


NAMES = ("pairs", "energies", "codes", "translator", "cycles")
LOSSES = {"pairs": "non_saturating", "codes": "non_saturating", "translator": "hinge", "cycles": "least_squares"}


def compiled(name: str, **options):
    """Returns a compiled toy model; further options are those of `GAN.compile`."""
    from tests.toys.energies import Balanced

    gan = build(name)
    rates = {f"{player}_optimizer": keras.optimizers.SGD(0.05) for player in ("generator", "discriminator")}
    gan.compile(**{"loss": LOSSES.get(name) or Balanced(), **rates, **options})
    return gan
