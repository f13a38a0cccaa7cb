"""Exponential moving averages of a player's weights."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class AveragedWeights(keras.layers.Layer):
    """θ̄ₜ = decay · θ̄ₜ₋₁ + (1 − decay) · θₜ from θ̄₀ = 0, read as θ̄ₜ / (1 − decayᵗ), so that early averages are unbiased.

    Only trainable weights are averaged, unless a model's `averages_buffers` says otherwise: what else a network holds,
    such as the moving statistics of batch normalization, is used as it stands.

    Args:
        decay: in (0, 1); 0.999 averages over some 1,000 updates. Or a schedule: number of earlier updates → decay. Its
            first value is 0, so that the average begins unbiased.

    Reference: the MNIST code of Salimans et al. 2016, arXiv:1606.03498; the correction is Adam's, arXiv:1412.6980, §3.
    """

    def __init__(self, decay: float, **kwargs):
        super().__init__(**{"trainable": False, **kwargs})
        decay = keras.saving.deserialize_keras_object(decay) if isinstance(decay, dict) else decay
        if not callable(decay) and not 0.0 < decay < 1.0:
            raise ValueError(f"an average's decay must lie between 0 and 1. Received: decay={decay}")
        self.decay = decay

    def begin(self, variables: list) -> None:
        """Creates one zero average for each of a player's variables."""
        self.updates = self.add_weight(shape=(), dtype="int64", initializer="zeros", name="updates")
        self.averages = [
            self.add_weight(shape=variable.shape, dtype=variable.dtype, initializer="zeros", name=f"average_{index}")
            for index, variable in enumerate(variables)
        ]
        self.built = True

    def after_update(self, variables: list) -> None:
        """Takes the player's current weights into the average."""
        decay = self.decay(self.updates.value) if callable(self.decay) else self.decay
        self.updates.assign_add(1)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign_add((1.0 - decay) * (variable - average))

    @property
    def started(self) -> bool:
        """Whether anything has been averaged yet."""
        return int(self.updates.numpy()) > 0

    def read(self) -> list:
        """Returns the averaged weights, NumPy arrays in the order of the player's variables.

        Raises:
            ValueError: nothing has been averaged yet.
        """
        if not self.started:
            raise ValueError("no weights have been averaged yet: train at least one step.")
        weight = self._weight_of_updates()
        return [average.numpy() / weight for average in self.averages]

    def continue_from(self, averages: list, updates: int) -> None:
        """Takes the averages of another run over; a scheduled decay begins anew.

        Args:
            averages: what `read` returns from now on.
            updates: how many updates they are of, at least 1.
        """
        self.updates.assign(1 if callable(self.decay) else updates)
        weight = self._weight_of_updates()
        for average, value in zip(self.averages, averages, strict=True):
            average.assign(weight * value)

    def _weight_of_updates(self) -> float:
        """Returns how much of an average comes from the updates so far, and not from the 0 that it begins at."""
        return 1.0 if callable(self.decay) else 1.0 - self.decay ** int(self.updates.numpy())

    def get_config(self):
        return {**super().get_config(), "decay": keras.saving.serialize_keras_object(self.decay)}
