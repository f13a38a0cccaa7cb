"""What a Keras user calls: `fit`, `evaluate`, `predict`, `sample` and `export`."""

import pathlib
from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import resolve
from tfgan_zoo.game.epochs import Epochs
from tfgan_zoo.game.feeding import FedModel
from tfgan_zoo.game.given import Wanted
from tfgan_zoo.game.stops_at_nan import StopsAtNaN
from tfgan_zoo.game.whole_data import is_whole, split


class FittedModel(FedModel):
    """A model of two players that is trained, judged and asked as Keras models are."""

    # What Keras does with it.

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
        steps_per_epoch=None,
        validation_steps=None,
        validation_batch_size=None,
        validation_freq=1,
    ):
        """Trains as `keras.Model.fit` does.

        Args:
            x: images [n, H, W, C], integers in 0 … 255 or floats in [−1, 1], or points [n, 2]: an array, a tensor, or a
                dict `{"a": …, "b": …}` where there are two domains; a `tfgan_zoo` dataset; or batches of these, with
                labels or without: a `tf.data.Dataset`, a generator, a `keras.utils.PyDataset`.
            y: int labels [n] of an array, where the model uses them.
            batch_size: of an array; the model's unless given. An epoch is as many whole batches as the array has, in an
                order that is keyed by the seed and goes on where the last call left it.
            epochs, verbose, callbacks, initial_epoch, validation_freq: as in Keras.
            validation_split: the share of an array, at its end, that is held out for `evaluate`.
            validation_data: what `evaluate` is given after an epoch: x, or (x, y).
            shuffle: False for the order of the array, or of the `PyDataset`.
            class_weight, sample_weight: refused.
            steps_per_epoch: unless it is all the data.
            validation_steps, validation_batch_size: likewise for the validation.

        Returns:
            `keras.callbacks.History`.

        Raises:
            UserError: data of another form, shape, dtype or range.
            ArithmeticError: a loss or a gradient is no finite number, unless `TerminateOnNaN` is among the callbacks.
        """
        self._check_compiled("fit")
        self._refuse_weights(class_weight=class_weight, sample_weight=sample_weight)
        if validation_split and validation_data is None:
            (x, y), validation_data = split(x, y, validation_split)
        validation = None
        if validation_data is not None:
            given = validation_data if isinstance(validation_data, tuple) else (validation_data,)
            self._refuse_weights(sample_weight=given[2] if len(given) > 2 else None)
            size = validation_batch_size or (batch_size if is_whole(given[0]) else None)
            validation = self._held_out(*given[:2], batch_size=size, steps=validation_steps, name="validation_data")
        self._initial_epoch = None  # Keras keeps what an earlier call has restored
        data = self._training_epochs(x, y, batch_size, steps_per_epoch, shuffle)
        guard = StopsAtNaN(self, callbacks)
        try:
            history = super().fit(
                data,
                epochs=epochs,
                verbose=verbose,
                callbacks=guard.before(callbacks),
                validation_data=validation,
                validation_freq=validation_freq,
                shuffle=False,
                initial_epoch=initial_epoch,
            )
        except tf.errors.OpError:
            _raise_complaint(data, validation)
            raise
        for player in (self.generator_player, self.discriminator_player):
            player.optimizer.finalize_variable_values(player.weights_trained)  # as Keras does, where `use_ema` is set
        return history

    def evaluate(
        self,
        x=None,
        y=None,
        batch_size=None,
        verbose="auto",
        sample_weight=None,
        steps=None,
        callbacks=None,
        return_dict=False,
        **kwargs,
    ):
        """Returns the losses of both players on held-out data, and what D answers: without penalties, at inference.

        Args:
            x, y, batch_size: as for `fit`. Arrays are read in their order, in whole batches.
            verbose, callbacks, return_dict: as in Keras.
            sample_weight: refused.
            steps: unless it is all the data.

        Raises:
            UserError: as `fit`.
        """
        self._check_compiled("evaluate")
        self.refresh()
        how = {"verbose": verbose, "callbacks": callbacks, "return_dict": return_dict, **kwargs}
        if isinstance(x, Epochs):  # from `fit`
            return super().evaluate(x, **how)
        self._refuse_weights(sample_weight=sample_weight)
        data = self._held_out(x, y, batch_size=batch_size, steps=steps, name="x")
        try:
            return super().evaluate(data, **how)
        except tf.errors.OpError:
            _raise_complaint(data)
            raise

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """Returns what `gan(x)` does, in batches, as an array: by the weights as they are trained, not by averages.

        Args:
            x: latents float32 [n, latent_dim]; of a conditional model `[latents, labels]`, or a dict of both. Examples,
                where the model is given images.
            batch_size, verbose, steps, callbacks: as in Keras.

        Raises:
            UserError: latents of another shape, labels that are missing or none.
        """
        self._check_inputs(x)
        self.refresh()
        return super().predict(x, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks)

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """Trains one step, on one batch: as in Keras."""
        self._check_compiled("train_on_batch")
        self._refuse_weights(class_weight=class_weight, sample_weight=sample_weight)
        self._wanted().check_form(x, y)
        self._wanted().check_values(x, y)
        return super().train_on_batch(x, y, return_dict=return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Evaluates one batch: as in Keras."""
        self._check_compiled("test_on_batch")
        self._refuse_weights(sample_weight=sample_weight)
        self._wanted().check_form(x, y)
        self._wanted().check_values(x, y)
        return super().test_on_batch(x, y, return_dict=return_dict)

    def test_step(self, data) -> dict:
        """Takes the losses of both players on one batch of held-out data into the metrics."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        forward = self.forward_pass(self, self._as_training_data(real), labels, "evaluate", training=False)
        rows = tf.shape(tf.nest.flatten(real)[0])[0]
        d, g = self.discriminator_player, self.generator_player
        if self.takes == "latents":
            # Each batch has latents of its own, the same ones in each evaluation.
            seen = tf.cast(g.mean_loss.count, tf.int64)
            forward.latents = self.sample_latents(rows, randomness.key(self.seed, seen, "evaluate"))
        judged = forward.for_discriminator
        d.mean_loss.update_state(self.discriminator_loss(judged), rows)
        for game in judged.games:
            for metric, figure in zip(d.watched, self.loss.watch(game), strict=True):
                metric.update_state(tf.reduce_mean(figure), rows)
        g.mean_loss.update_state(self.generator_loss(forward), rows)
        return {metric.name: metric.result() for metric in (d.mean_loss, g.mean_loss, *d.watched)}

    # What comes out.

    def save(self, filepath, overwrite=True, zipped=None, **kwargs) -> None:
        """Writes a `.keras` file: networks, both optimizers, averages and all that the next step depends on."""
        if str(filepath).endswith((".h5", ".hdf5")):
            raise UserError(f"{filepath}: a GAN is saved as .keras; its weights alone by save_weights as .weights.h5.")
        super().save(filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def sample(self, num: int, labels=None, seed: int = 0) -> np.ndarray:
        """Returns what an export of the model makes of the seeds `seed` … `seed + num − 1`: by averaged weights.

        Args:
            num: how many.
            labels: int [num], or one for all, of a conditional model; the classes in turn unless given.
            seed: 0 … 2⁶³ − 1 − num.

        Returns:
            Images uint8 [num, H, W, C], or points float32 [num, 2].

        Raises:
            UserError: the model is given images, or a number or a label that is none.
        """
        return resolve("tfgan_zoo.serving.sampling:sample")(self, num, labels, seed)

    def export(self, filepath, format="tf_saved_model", verbose=None, input_signature=None, **options) -> pathlib.Path:
        """Writes `filepath/VERSION/`, a SavedModel that TensorFlow Serving takes: see `tfgan_zoo.serving.export`.

        Args:
            filepath: folder of the versions.
            format: `"tf_saved_model"` alone.
            verbose, input_signature: of Keras's own export, refused.
            **options: `class_names`, `version`, `max_batch`.

        Returns:
            The folder of the new version.

        Raises:
            UserError: another format, or the version is there already.
        """
        if format != "tf_saved_model":
            raise UserError(
                f"format={format!r}: a GAN is exported as 'tf_saved_model'; G alone: gan.generator.export(…)."
            )
        if verbose is not None or input_signature is not None:
            raise UserError("verbose and input_signature are of no use here: an export brings its own signatures.")
        return resolve("tfgan_zoo.serving.export:export")(self, filepath, **options)

    # The parts of all that.

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise UserError(f"call gan.compile(…) before gan.{method}(…).")
        for player in (self.generator_player, self.discriminator_player):
            player.check_weights()

    @staticmethod
    def _refuse_weights(**given) -> None:
        for name, value in given.items():
            if value is not None:
                raise UserError(f"{name}: a GAN does not weigh its examples; repeat some of them, or leave it out.")

    def _check_inputs(self, x) -> None:
        """Checks arrays that `predict` is given."""
        if not is_whole(x) and not isinstance(x, (tuple, list)):
            return
        if self.takes == "images":
            return
        parts = list(x.values()) if isinstance(x, Mapping) else list(x) if isinstance(x, (tuple, list)) else [x]
        if self.num_classes and len(parts) != 2:
            raise UserError(f"x: {type(self).__name__} is conditioned on labels: give [latents, labels].")
        if len(parts) > 2 or (isinstance(x, Mapping) and set(x) - {"latents", "labels"}):
            raise UserError("x: give latents, [latents, labels], or a dict of 'latents' and 'labels'.")
        latents = x["latents"] if isinstance(x, Mapping) else parts[0]
        labels = x.get("labels") if isinstance(x, Mapping) else parts[1] if len(parts) == 2 else None
        conditioned = bool(self.num_classes)
        names = ("latents", "labels")
        wanted = Wanted(type(self).__name__, (self.latent_dim,), self.label_classes, conditioned, "takes", names)
        wanted.check_form(latents, labels)
        wanted.check_values(latents, labels)


def _raise_complaint(*data: Epochs | None) -> None:
    """Raises what was wrong with a batch, where that is why TensorFlow stopped."""
    for epochs in data:
        if epochs is not None and epochs.complaint is not None:
            raise epochs.complaint from None
