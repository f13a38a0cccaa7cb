"""`fit` ends where a loss or a gradient is no number."""

import keras

from tfgan_zoo.game.choices import PLAYERS


class StopsAtNaN(keras.callbacks.Callback):
    """Looks at what both players noted, each time Keras comes back from the graph.

    With `keras.callbacks.TerminateOnNaN` among the callbacks the training stops, as that one is meant to; without it,
    an error is raised.

    Args:
        gan: the model.
        callbacks: those of the user.
    """

    def __init__(self, gan, callbacks):
        super().__init__()
        self._gan = gan
        given = getattr(callbacks, "callbacks", callbacks) or []
        given = given if isinstance(given, (list, tuple)) else [given]
        terminates = [callback for callback in given if isinstance(callback, keras.callbacks.TerminateOnNaN)]
        self._stops = any(not callback.raise_error for callback in terminates)

    def before(self, callbacks):
        """Returns the callbacks with this one first, so that none saves weights that are no numbers."""
        if isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks.callbacks.insert(0, self)
            return callbacks
        if callbacks is None:
            return [self]
        return [self, *callbacks] if isinstance(callbacks, (list, tuple)) else [self, callbacks]

    def on_train_begin(self, logs=None):
        for player in self._players:
            player.first_bad_step.assign(0)

    def on_train_batch_end(self, batch, logs=None):
        noted = {player.name: int(player.first_bad_step.numpy()) for player in self._players}
        first = min((step for step in noted.values() if step), default=0)
        if not first:
            return
        whose = " and the ".join(f"{name.removesuffix('_player')}'s" for name, step in noted.items() if step == first)
        message = f"step {first}: the {whose} loss or gradient is no finite number"
        if not self._stops:
            raise ArithmeticError(
                f"{message}. A smaller learning rate, another loss or a gradient penalty often helps."
            )
        print(f"\n{message}: terminating training")
        self._gan.stop_training = True

    @property
    def _players(self) -> list:
        return [getattr(self._gan, f"{name}_player") for name in reversed(PLAYERS)]
