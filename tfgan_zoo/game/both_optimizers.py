"""Both players' optimizers as Keras's callbacks look for them: in `model.optimizer.optimizers`."""

import keras


class OptimizerOf:
    """One player's optimizer, under the player's name; behind a loss scale, the one that moves the weights."""

    def __init__(self, player: str, optimizer: keras.optimizers.Optimizer):
        vars(self).update(name=player, optimizer=getattr(optimizer, "inner_optimizer", optimizer))

    def __getattr__(self, name: str):
        return getattr(vars(self)["optimizer"], name)

    def __setattr__(self, name: str, value) -> None:
        setattr(self.optimizer, name, value)


class BothOptimizers:
    """What `gan.optimizer` is. A callback that sets a learning rate sets that of both players.

    Args:
        gan: the compiled model.

    Attributes:
        generator, discriminator: each player's.
        optimizers: both.
    """

    built = True

    def __init__(self, gan):
        self._step = gan.step
        self.generator = OptimizerOf("generator", gan.generator_player.optimizer)
        self.discriminator = OptimizerOf("discriminator", gan.discriminator_player.optimizer)
        self.optimizers = [self.generator, self.discriminator]

    @property
    def iterations(self):
        """How many steps have been trained."""
        return self._step

    @property
    def variables(self) -> list:
        """Those of both optimizers."""
        return [variable for optimizer in self.optimizers for variable in optimizer.variables]
