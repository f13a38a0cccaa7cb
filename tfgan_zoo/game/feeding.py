"""One way in for data of every kind: what a model is trained on and judged by, checked and counted."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source
from tfgan_zoo.game.choices import PLAYERS
from tfgan_zoo.game.epochs import CountedSteps, Epochs, epochs_of_stream
from tfgan_zoo.game.given import Wanted
from tfgan_zoo.game.stream import Stream
from tfgan_zoo.game.two_players import TwoPlayerModel
from tfgan_zoo.game.whole_data import is_whole, source_of
from tfgan_zoo.machine.distribution import share_out

EXAMPLES_TO_PREPARE = 512  # of a stream: as many as any model initializes its weights from


class FedModel(TwoPlayerModel):
    """A model of two players that knows what data it takes."""

    @property
    def example_shape(self) -> tuple | dict:
        """Shape of one example of a dataset, or of each domain."""
        if self.takes == "images" and isinstance(self.data_shape, tuple):
            first = self.translations()[0]
            return self.data_shape if first.mask else {"a": tuple(first.input_shape), "b": self.data_shape}
        return self.data_shape

    @property
    def label_classes(self) -> int:
        """K, where labels are 0 … K − 1; 0 where the model knows no classes."""
        return self.num_classes

    def admit(self, source: Source) -> Source:
        """Returns a dataset as the model trains on it.

        Raises:
            UserError: the model cannot be trained on it.
        """
        return source.alone()

    def batches(self, source: Source, batch_size: int, *, start_step: int = 0) -> tf.data.Dataset:
        """Returns the endless batches that `train_step` trains on, from a dataset, in an order keyed by the seed."""
        return source.batches(batch_size, seed=self.seed, start_step=start_step)

    def initialize_from(self, source: Source) -> None:
        """Sets the weights that the recipe initializes from data, if there are any."""

    def prepare(self, source: Source) -> None:
        """Runs once before the first step: initializes from data, and lets histories begin at the weights as then."""
        self.initialize_from(source)
        for player in PLAYERS:
            getattr(self, f"{player}_player").restart()

    # Data of any kind.

    def _wanted(self) -> Wanted:
        return Wanted(type(self).__name__, self.example_shape, self.label_classes, bool(self.num_classes))

    def _whole(self, x, y, *, shuffled: bool) -> Source:
        """Returns data that are all there as a dataset that the model has admitted."""
        if not isinstance(x, Source):
            return self.admit(source_of(x, y, self._wanted(), shuffled=shuffled))
        if y is not None:
            raise UserError("y: a dataset brings its own labels.")
        if x.element_shape != self.example_shape:
            raise UserError(f"{x.name} has examples of shape {x.element_shape}; the model's: {self.example_shape}.")
        return self.admit(x)

    def _stream(self, x, y, batch_size, seed: int | None = None) -> Stream:
        for name, value in {"y": y, "batch_size": batch_size}.items():
            if value is not None:
                raise UserError(f"{name}: goes with arrays; batches bring their own labels and sizes.")
        if type(self).batches is not FedModel.batches:
            raise UserError(f"{type(self).__name__} makes its batches itself: give whole arrays, or a dataset.")
        if self.distribute_strategy.num_replicas_in_sync > 1:
            raise UserError("several replicas share out arrays and datasets, not batches: give one of these.")
        return Stream(x, self._wanted(), lambda: int(self.step.numpy()), seed)

    def _training_epochs(self, x, y, batch_size, steps, shuffle) -> Epochs:
        _check_counts(batch_size=batch_size, steps_per_epoch=steps)
        if is_whole(x):
            source = self._whole(x, y, shuffled=shuffle)
            batch_size = min(batch_size or self.batch_size, source.num_examples)
            self._prepare_once(lambda: source)
            return self._epochs_of(source, batch_size, steps)
        stream = self._stream(x, y, batch_size, self.seed if shuffle else None)
        if type(self).initialize_from is FedModel.initialize_from:
            self._prepare_once(lambda: None)
        else:
            self._prepare_once(lambda: self.admit(stream.some(EXAMPLES_TO_PREPARE)))
        return epochs_of_stream(stream, steps, lambda: self._initial_epoch or 0)

    def _prepare_once(self, source) -> None:
        if int(self.step.numpy()) == 0:
            self.prepare(source())

    def _epochs_of(self, source: Source, batch_size: int, steps: int | None) -> Epochs:
        steps = steps or source.num_examples // batch_size
        several = self.distribute_strategy.num_replicas_in_sync > 1

        def begin():
            with self.distribute_strategy.scope():
                batches = self.batches(source, batch_size, start_step=int(self.step.numpy()))
                return CountedSteps(share_out(batches), steps) if several else batches.take(steps)

        return Epochs(steps, begin, self.batches(source, batch_size).element_spec)

    def _held_out(self, x, y=None, *, batch_size, steps, name: str) -> Epochs:
        _check_counts(batch_size=batch_size, steps=steps)
        if self.distribute_strategy.num_replicas_in_sync > 1:
            raise UserError(f"{name}: held-out losses are computed by one replica: evaluate without a strategy.")
        try:
            if not is_whole(x):
                stream = self._stream(x, y, batch_size)
                if stream.endless and steps is None:
                    raise UserError("x has no end: give steps, or validation_steps.")
                length = steps if stream.length is None else min(steps or stream.length, stream.length)
                return Epochs(length, lambda: stream.batches().take(length or -1), stream.element_spec, stream)
            source = self._whole(x, y, shuffled=False)
        except UserError as error:
            if name == "x":
                raise
            raise UserError(f"{name}: {error}") from None
        batch_size = min(batch_size or self.batch_size, source.num_examples)
        whole = source.num_examples // batch_size
        length = min(steps or whole, whole)
        return Epochs(length, lambda: self.batches(source, batch_size).take(length), None)


def _check_counts(**given) -> None:
    for name, value in given.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1):
            raise UserError(f"{name}={value!r}: accepted: whole numbers from 1.")
