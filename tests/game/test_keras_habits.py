"""What a Keras user is used to: each callback and each keyword does what it does elsewhere, or says why not."""

import csv
import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_expit

from tfgan_zoo.common import randomness
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.augmentations import Augmentation
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import Hinge
from tfgan_zoo.game.penalties import R1
from tfgan_zoo.game.schedules import Alternating

POINTS = np.random.default_rng(3).normal(size=(24, 2)).astype(np.float32)
LABELS = np.arange(24) % 3
PLAYERS = ("generator", "discriminator")
EPOCH = 3  # steps: 24 points in batches of 8


def by_descent():
    return {f"{name}_optimizer": keras.optimizers.SGD(0.01) for name in PLAYERS}


@pytest.fixture
def gan(tiny_gan):
    return tiny_gan(run_eagerly=True, **by_descent())


def fit(gan, x=POINTS, *, batch_size=8, verbose=0, **keywords):
    return gan.fit(x, batch_size=batch_size, verbose=verbose, **keywords).history


def weights_of(gan):
    return [weight.copy() for network in gan.networks for weight in network.get_weights()]


def rates_of(gan):
    return [float(player.optimizer.learning_rate) for player in (gan.generator_player, gan.discriminator_player)]


# Callbacks. Each function is given a GAN, a folder and a monkeypatch.


def backup_and_restore(gan, folder, patch):
    """Keeps the step: the rest is `test_killed_after_each_epoch`."""
    backup = keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
    fit(gan, epochs=2, callbacks=[backup])
    gan.step.assign(99)
    fit(gan, epochs=3, callbacks=[backup])
    assert int(gan.step) == 3 * EPOCH


def callback(gan, folder, patch):
    class Counts(keras.callbacks.Callback):
        batches = epochs = 0

        def on_train_batch_end(self, batch, logs):
            self.batches += 1
            assert set(logs) == {metric.name for metric in self.model.metrics}

        def on_epoch_end(self, epoch, logs):
            self.epochs += 1

    counts = Counts()
    fit(gan, epochs=2, callbacks=counts)
    assert (counts.batches, counts.epochs) == (2 * EPOCH, 2)


def callback_list(gan, folder, patch):
    ends = []
    one = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(epoch))
    fit(gan, epochs=2, callbacks=keras.callbacks.CallbackList([one], add_history=True, model=gan))
    assert ends == [0, 1]


def csv_logger(gan, folder, patch):
    history = fit(gan, epochs=2, callbacks=[keras.callbacks.CSVLogger(folder / "log.csv")])
    rows = list(csv.DictReader((folder / "log.csv").open()))
    assert [float(row["d_loss"]) for row in rows] == pytest.approx(history["d_loss"])


def early_stopping(gan, folder, patch):
    patient = keras.callbacks.EarlyStopping("d_loss", mode="min", min_delta=9.0, patience=1)
    assert len(fit(gan, epochs=5, callbacks=[patient])["d_loss"]) == 2  # the second is no better by 9
    with pytest.raises(ValueError, match="Pass `mode='max'`"):  # no name says which way a player's loss should go
        fit(gan, callbacks=[keras.callbacks.EarlyStopping("d_loss")])


def history(gan, folder, patch):
    found = gan.fit(POINTS, batch_size=8, epochs=2, verbose=0)
    assert found.epoch == [0, 1]
    assert {len(values) for values in found.history.values()} == {2}


def lambda_callback(gan, folder, patch):
    losses = []
    look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(float(logs["g_loss"])))
    found = fit(gan, callbacks=[look])
    assert losses[-1] == pytest.approx(found["g_loss"][0])


def learning_rate_scheduler(gan, folder, patch):
    found = fit(gan, epochs=2, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)])
    assert rates_of(gan) == pytest.approx([0.0025, 0.0025])
    for player in ("generator", "discriminator"):
        assert found[f"learning_rate_{player}"] == pytest.approx([0.005, 0.0025])


def model_checkpoint(gan, folder, patch):
    fit(gan, epochs=2, callbacks=[keras.callbacks.ModelCheckpoint(folder / "{epoch}.keras")])
    again = keras.models.load_model(folder / "2.keras")
    np.testing.assert_array_equal(again.generator.get_weights()[0], gan.generator.get_weights()[0])
    assert int(again.step) == 2 * EPOCH
    assert int(keras.models.load_model(folder / "1.keras").step) == EPOCH


def orbax_checkpoint(gan, folder, patch):
    pytest.importorskip("orbax.checkpoint", reason="Keras asks for it by name")
    fit(gan, callbacks=[keras.callbacks.OrbaxCheckpoint(str(folder))])
    assert any(folder.iterdir())


def progbar_logger(gan, folder, patch):
    written = []
    patch.setattr("keras.src.utils.progbar.Progbar.update", lambda self, at, values, finalize: written.append(at))
    fit(gan, callbacks=[keras.callbacks.ProgbarLogger()], verbose=0)
    gan.fit(POINTS, batch_size=8, verbose=1)
    assert max(written) == EPOCH


def reduce_lr_on_plateau(gan, folder, patch):
    plateau = keras.callbacks.ReduceLROnPlateau("d_loss", factor=0.1, patience=1, min_delta=9.0, mode="min")
    fit(gan, epochs=3, callbacks=[plateau])  # of which the last two are no better by 9
    assert rates_of(gan) == pytest.approx([1e-4, 1e-4])


def remote_monitor(gan, folder, patch):
    posted = []
    patch.setattr("requests.post", lambda address, json, headers: posted.append(json))
    found = fit(gan, epochs=2, callbacks=[keras.callbacks.RemoteMonitor(send_as_json=True)])
    assert [row["g_loss"] for row in posted] == pytest.approx(found["g_loss"])


def swap_ema_weights(gan, folder, patch):
    optimizers = {f"{name}_optimizer": keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5) for name in PLAYERS}
    gan.compile(**optimizers, run_eagerly=True)
    after_steps, swapped = [], []
    see = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: after_steps.append(weights_of(gan)),
        on_epoch_end=lambda epoch, logs: swapped.append(weights_of(gan)),
    )
    fit(gan, callbacks=[keras.callbacks.SwapEMAWeights(swap_on_epoch=True), see])
    first, second, third = after_steps
    for a, b, c, found, last in zip(first, second, third, swapped[0], weights_of(gan), strict=True):
        np.testing.assert_allclose(found, 0.25 * a + 0.25 * b + 0.5 * c, atol=1e-6)
        np.testing.assert_allclose(last, found, atol=1e-6)  # as Keras leaves a model whose optimizer averages


def tensor_board(gan, folder, patch):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = fit(gan, epochs=2, callbacks=[keras.callbacks.TensorBoard(folder, write_steps_per_second=True)])
    events = EventAccumulator(str(folder / "train"), {"tensors": 0}).Reload()
    assert "epoch_learning_rate_discriminator" in events.Tags()["tensors"]
    written = [float(tf.make_ndarray(event.tensor_proto)) for event in events.Tensors("epoch_g_loss")]
    assert written == pytest.approx(found["g_loss"])


def terminate_on_nan(gan, folder, patch):
    gan.discriminator.layers[-1].bias.assign([np.nan])
    fit(gan, epochs=4, callbacks=[keras.callbacks.TerminateOnNaN()])
    assert int(gan.step) == 1


CALLBACKS = {
    "BackupAndRestore": backup_and_restore,
    "Callback": callback,
    "CallbackList": callback_list,
    "CSVLogger": csv_logger,
    "EarlyStopping": early_stopping,
    "History": history,
    "LambdaCallback": lambda_callback,
    "LearningRateScheduler": learning_rate_scheduler,
    "ModelCheckpoint": model_checkpoint,
    "OrbaxCheckpoint": orbax_checkpoint,
    "ProgbarLogger": progbar_logger,
    "ReduceLROnPlateau": reduce_lr_on_plateau,
    "RemoteMonitor": remote_monitor,
    "SwapEMAWeights": swap_ema_weights,
    "TensorBoard": tensor_board,
    "TerminateOnNaN": terminate_on_nan,
}


def test_no_callback_is_left_out():
    assert set(CALLBACKS) == {name for name in dir(keras.callbacks) if name[0].isupper()}


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback(gan, tmp_path, monkeypatch, name):
    CALLBACKS[name](gan, tmp_path, monkeypatch)


def test_a_loss_that_is_no_number_ends_the_training(gan):
    fit(gan)
    gan.discriminator.layers[-1].bias.assign([np.nan])
    with pytest.raises(ArithmeticError, match="step 4: the discriminator's and the generator's loss or gradient"):
        fit(gan)
    assert int(gan.step) == 4


def test_a_rate_of_one_player(gan):
    gan.optimizer.generator.learning_rate = 0.5
    assert rates_of(gan) == pytest.approx([0.5, 0.01])
    assert gan.optimizer.iterations is gan.step


# Keywords of `fit`. A function is given a GAN; a text is the beginning of the line that refuses the keyword.

WEIGHTS = "{}: a GAN does not weigh its examples; repeat some of them, or leave it out."


def held_out(gan, x=POINTS, **keywords):
    return gan.evaluate(x, verbose=0, return_dict=True, **keywords)


def fit_batch_size(gan):
    fit(gan, batch_size=6)
    assert int(gan.step) == 4
    with pytest.raises(UserError, match="batch_size=0: accepted: whole numbers from 1"):
        fit(gan, batch_size=0)


def fit_epochs(gan):
    assert len(fit(gan, epochs=2)["d_loss"]) == 2
    assert int(gan.step) == 2 * EPOCH


def fit_initial_epoch(gan):
    fit(gan, epochs=3, initial_epoch=2)
    assert int(gan.step) == EPOCH


def fit_shuffle(gan):
    seen = []
    gan.train_step = lambda data: seen.append(data[0].numpy()) or gan.get_metrics_result()
    fit(gan, shuffle=False)
    np.testing.assert_array_equal(np.concatenate(seen), POINTS)
    fit(gan)
    rest = np.concatenate(seen[EPOCH:])
    assert (rest != POINTS).any()
    assert {tuple(row) for row in rest} == {tuple(row) for row in POINTS}


def fit_steps_per_epoch(gan):
    fit(gan, epochs=2, steps_per_epoch=5)  # more than the array has: it goes round
    assert int(gan.step) == 10


def fit_validation_batch_size(gan):
    found = fit(gan, validation_data=POINTS, validation_batch_size=4)
    assert found["val_d_loss"][0] == pytest.approx(held_out(gan, batch_size=4)["d_loss"])


def fit_validation_data(gan):
    found = fit(gan, validation_data=(POINTS[:16], LABELS[:16]))
    assert found["val_g_loss"][0] == pytest.approx(held_out(gan, POINTS[:16], batch_size=8)["g_loss"])
    with pytest.raises(UserError, match=r"^validation_data: x: GAN trains on data of shape"):
        fit(gan, validation_data=POINTS[:, :1])
    assert int(gan.step) == EPOCH


def fit_validation_freq(gan):
    assert len(fit(gan, epochs=4, validation_data=POINTS, validation_freq=2)["val_d_loss"]) == 2


def fit_validation_split(gan):
    found = fit(gan, validation_split=1 / 3)
    assert int(gan.step) == 2
    assert found["val_d_loss"][0] == pytest.approx(held_out(gan, POINTS[16:])["d_loss"])
    with pytest.raises(UserError, match="validation_split: goes with arrays"):
        gan.fit(iter([POINTS]), validation_split=0.5)


def fit_validation_steps(gan):
    found = fit(gan, validation_data=POINTS, validation_steps=1)
    assert found["val_d_loss"][0] == pytest.approx(held_out(gan, batch_size=8, steps=1)["d_loss"])


def fit_verbose(gan):
    written = []
    keras.utils.disable_interactive_logging()
    fit(gan, verbose=1, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: written.append(1))])
    keras.utils.enable_interactive_logging()
    assert written == [1]


def fit_x_and_y(gan):
    gan.fit(x=POINTS, y=LABELS, batch_size=8, verbose=0)
    assert int(gan.step) == EPOCH
    with pytest.raises(UserError, match=r"^x is missing: give arrays, tensors, a tf\.data\.Dataset"):
        gan.fit()


def fit_callbacks(gan):
    """Each of them is in the table above."""
    fit(gan, callbacks=None)
    assert int(gan.step) == EPOCH


FIT = {
    "x": fit_x_and_y,
    "y": fit_x_and_y,
    "batch_size": fit_batch_size,
    "epochs": fit_epochs,
    "verbose": fit_verbose,
    "callbacks": fit_callbacks,
    "validation_split": fit_validation_split,
    "validation_data": fit_validation_data,
    "shuffle": fit_shuffle,
    "class_weight": (WEIGHTS, {0: 2.0}),
    "sample_weight": (WEIGHTS, np.ones(24)),
    "initial_epoch": fit_initial_epoch,
    "steps_per_epoch": fit_steps_per_epoch,
    "validation_steps": fit_validation_steps,
    "validation_batch_size": fit_validation_batch_size,
    "validation_freq": fit_validation_freq,
}


# Keywords of `evaluate`.


def evaluate_x(gan):
    """Against the cross-entropy by SciPy, of the latents that the seed draws."""
    fit(gan)
    found = held_out(gan, batch_size=12)
    d, g = [], []
    for start in (0, 12):
        latents = gan.sample_latents(12, randomness.key(0, start, "evaluate"))
        real, fake = (
            gan.discriminate(POINTS[start : start + 12]).numpy(),
            gan.discriminate(gan.generate(latents)).numpy(),
        )
        d.append(-log_expit(real).mean() - log_expit(-fake).mean())
        g.append(-log_expit(fake).mean())
    assert set(found) == {"d_loss", "g_loss", "real_probability", "fake_probability"}
    assert (found["d_loss"], found["g_loss"]) == pytest.approx((np.mean(d), np.mean(g)), rel=1e-5)
    assert int(gan.step) == EPOCH


def evaluate_batch_size(gan):
    assert held_out(gan, batch_size=8)["g_loss"] != held_out(gan, batch_size=12)["g_loss"]  # other latents


def evaluate_callbacks(gan):
    ends = []
    look = keras.callbacks.LambdaCallback()
    look.on_test_batch_end = lambda batch, logs: ends.append(batch)
    held_out(gan, batch_size=8, callbacks=[look])
    assert ends == [0, 1, 2]


def evaluate_y(gan):
    assert held_out(gan, y=LABELS) == held_out(gan)
    with pytest.raises(UserError, match=r"^y has 23 labels for 24 examples\.$"):
        held_out(gan, y=LABELS[1:])


def evaluate_return_dict(gan):
    listed = gan.evaluate(POINTS, verbose=0)
    named = held_out(gan)
    assert listed == [named[metric.name] for metric in gan.metrics if metric.name in named]


def evaluate_steps(gan):
    assert held_out(gan, batch_size=8, steps=1) == held_out(gan, POINTS[:8])


def evaluate_verbose(gan):
    assert gan.evaluate(POINTS, verbose=2)[0] == held_out(gan)["d_loss"]


EVALUATE = {
    "x": evaluate_x,
    "y": evaluate_y,
    "batch_size": evaluate_batch_size,
    "verbose": evaluate_verbose,
    "sample_weight": (WEIGHTS, np.ones(24)),
    "steps": evaluate_steps,
    "callbacks": evaluate_callbacks,
    "return_dict": evaluate_return_dict,
}


# Keywords of `predict`.

LATENTS = np.random.default_rng(4).normal(size=(5, 3)).astype(np.float32)


def predict_x(gan):
    fit(gan)
    np.testing.assert_allclose(gan.predict(LATENTS, verbose=0), gan(LATENTS), atol=1e-6)
    with pytest.raises(UserError, match=r"^latents: GAN takes data of shape \(n, 3\)\. Received: \(5, 2\)\.$"):
        gan.predict(LATENTS[:, :2])


def predict_batch_size(gan):
    np.testing.assert_allclose(gan.predict(LATENTS, batch_size=2, verbose=0), gan(LATENTS), atol=1e-6)


def predict_steps(gan):
    assert gan.predict(LATENTS, batch_size=2, steps=2, verbose=0).shape == (4, 2)


def predict_callbacks(gan):
    ends = []
    look = keras.callbacks.LambdaCallback()
    look.on_predict_batch_end = lambda batch, logs: ends.append(batch)
    gan.predict(LATENTS, batch_size=2, verbose=0, callbacks=[look])
    assert ends == [0, 1, 2]


PREDICT = {
    "x": predict_x,
    "batch_size": predict_batch_size,
    "verbose": lambda gan: gan.predict(LATENTS, verbose=2),
    "steps": predict_steps,
    "callbacks": predict_callbacks,
}


# Keywords of `compile`: what it is given, and what it then has.

COMPILE = {
    "optimizer": ("compile(optimizer=…): each player has one of its own", "adam"),
    "loss": (lambda gan: type(gan.loss) is Hinge, "hinge"),
    "loss_weights": ("compile(loss_weights=…): each player has one loss", [1.0]),
    "metrics": ("compile(metrics=…): a GAN has metrics of its own", ["accuracy"]),
    "weighted_metrics": ("compile(weighted_metrics=…): a GAN has metrics of its own", []),
    "run_eagerly": (lambda gan: gan.run_eagerly, True),
    "steps_per_execution": (lambda gan: gan.steps_per_execution == 3, 3),
    "jit_compile": (lambda gan: gan.jit_compile, True),
    "auto_scale_loss": ("compile(auto_scale_loss=…): both optimizers get a loss scale", True),
    "generator_optimizer": (lambda gan: rates_of(gan)[0] == pytest.approx(0.3), keras.optimizers.SGD(0.3)),
    "discriminator_optimizer": (lambda gan: rates_of(gan)[1] == pytest.approx(0.3), keras.optimizers.SGD(0.3)),
    "schedule": (lambda gan: type(gan.schedule) is Alternating, "alternating"),
    "penalties": (lambda gan: type(gan.discriminator_player.penalties[0]) is R1, "r1:0.1"),
    "ema": (lambda gan: gan.generator_player.average.decay == 0.9, 0.9),
    "augmentation": (lambda gan: len(gan.augmentation.parts) == 2, "color,translation"),
    "flip": (lambda gan: gan.flip, True),
}
OTHERS = [
    ("generator_optimizer", None, "generator_optimizer=None: give a Keras optimizer"),
    ("discriminator_optimizer", "admm", "discriminator_optimizer='admm': give a Keras optimizer"),
    ("loss", keras.losses.BinaryCrossentropy(), "give a name of minimax, non_saturating"),
    ("loss", Hinge, "give a name of minimax, non_saturating"),
    ("loss", "binary_crossentropy", "unknown loss 'binary_crossentropy'. Valid: minimax"),
    ("schedule", Alternating, "give a name of simultaneous, sequential"),
    ("schedule", "n_critic:x", "schedule=n_critic:x: accepted with a number is n_critic:K"),
    ("penalties", R1, "give texts such as 'r1:0.1'"),
    ("augmentation", Augmentation, "give a text such as 'color,translation'"),
    ("augmentation", "flip", "unknown augmentation 'flip'. Valid: color, translation"),
    ("colour", 1, "compile(colour=…): is no argument of GAN.compile."),
]


@pytest.mark.parametrize(
    ("method", "table"), [("fit", FIT), ("evaluate", EVALUATE), ("predict", PREDICT), ("compile", COMPILE)]
)
def test_no_keyword_is_left_out(method, table):
    for model in (keras.Model, GAN):
        names = inspect.signature(getattr(model, method)).parameters
        assert set(names) - {"self", "kwargs"} <= set(table)


@pytest.mark.parametrize("name", FIT)
def test_a_keyword_of_fit(gan, name):
    if callable(FIT[name]):
        return FIT[name](gan)
    line, value = FIT[name]
    with pytest.raises(UserError, match=f"^{line.format(name)}$"):
        gan.fit(POINTS, **{name: value})
    assert int(gan.step) == 0


@pytest.mark.parametrize("name", EVALUATE)
def test_a_keyword_of_evaluate(gan, name):
    if callable(EVALUATE[name]):
        return EVALUATE[name](gan)
    line, value = EVALUATE[name]
    with pytest.raises(UserError, match=f"^{line.format(name)}$"):
        gan.evaluate(POINTS, **{name: value})


@pytest.mark.parametrize("name", PREDICT)
def test_a_keyword_of_predict(gan, name):
    PREDICT[name](gan)


@pytest.mark.parametrize("name", COMPILE)
def test_a_keyword_of_compile(gan, name):
    expected, value = COMPILE[name]
    if isinstance(expected, str):
        with pytest.raises(UserError) as error:
            gan.compile(**{name: value})
        assert str(error.value).startswith(expected)
    else:
        gan.compile(**{name: value})
        assert expected(gan)


@pytest.mark.parametrize(("name", "value", "line"), OTHERS)
def test_what_compile_does_not_take(gan, name, value, line):
    with pytest.raises(UserError) as error:
        gan.compile(**{name: value})
    assert line in str(error.value)
    assert "\n" not in str(error.value)


# What else Keras does.


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_before_compile(tiny_networks, method):
    with pytest.raises(UserError, match=rf"^call gan\.compile\(…\) before gan\.{method}\(…\)\.$"):
        getattr(GAN(*tiny_networks(), latent_dim=3), method)(POINTS)


def test_one_batch_at_a_time(gan, tiny_gan):
    fit(gan, POINTS[:8], shuffle=False)
    other = tiny_gan(run_eagerly=True, **by_descent())
    named = other.train_on_batch(POINTS[:8], return_dict=True)
    assert named["d_loss"] > 0
    np.testing.assert_array_equal(weights_of(gan)[0], weights_of(other)[0])
    assert gan.test_on_batch(POINTS[:8], return_dict=True)["d_loss"] == held_out(gan, POINTS[:8])["d_loss"]
    with pytest.raises(UserError, match="NaN or infinite"):
        gan.train_on_batch(np.full((8, 2), np.nan, np.float32))


def test_what_is_trained_may_not_change_after_compile(gan):
    gan.generator.layers[0].trainable = False
    with pytest.raises(UserError, match="what the generator trains has changed since compile"):
        fit(gan)
    gan.compile(run_eagerly=True)
    before = weights_of(gan)
    fit(gan)
    np.testing.assert_array_equal(weights_of(gan)[0], before[0])
    assert (weights_of(gan)[2] != before[2]).any()


def test_gradients_accumulate(tiny_gan):
    rates = {f"{name}_optimizer": keras.optimizers.SGD(0.1, gradient_accumulation_steps=2) for name in PLAYERS}
    gan = tiny_gan(run_eagerly=True, **rates)
    before = weights_of(gan)
    gan.train_on_batch(POINTS[:8])
    np.testing.assert_array_equal(weights_of(gan)[0], before[0])
    gan.train_on_batch(POINTS[:8])
    assert (weights_of(gan)[0] != before[0]).any()


@keras.saving.register_keras_serializable(package="test_keras_habits")
class Network(keras.Model):
    """A network with a `call` of its own."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.layer = keras.layers.Dense(units)

    def call(self, inputs):
        return self.layer(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_networks_with_a_call_of_their_own(tmp_path):
    generator, discriminator = Network(2), Network(1)
    with pytest.raises(UserError, match=r"has no weights yet: give it a keras\.Input, or call it once"):
        GAN(generator, discriminator, latent_dim=3)
    generator(LATENTS), discriminator(POINTS)
    gan = GAN(generator, discriminator, latent_dim=3)
    gan.compile(run_eagerly=True)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(again.generator.get_weights()[0], generator.get_weights()[0])


@pytest.mark.parametrize("seed", [-1, 2**31, 2**40, 0.5, True])
def test_a_seed_that_is_none(tiny_networks, seed):
    with pytest.raises(UserError, match=r"^seed=.*: accepted: 0 … 2147483647\.$"):
        GAN(*tiny_networks(), latent_dim=3, seed=seed)


def test_channels_first(tiny_networks, monkeypatch):
    monkeypatch.setattr(keras.config, "image_data_format", lambda: "channels_first")
    with pytest.raises(UserError, match="images here have their channels last"):
        GAN(*tiny_networks(), latent_dim=3)


def test_an_h5_file(gan, tmp_path):
    with pytest.raises(UserError, match=r"a GAN is saved as \.keras"):
        gan.save(tmp_path / "gan.h5")


# Averaged weights, samples and exports.


def test_samples_are_those_of_an_export(tiny_gan, tmp_path):
    gan = tiny_gan((4, 4, 1), ema=0.9, run_eagerly=True)
    fit(gan, np.random.default_rng(0).integers(0, 256, (24, 4, 4, 1), np.uint8))
    found = gan.sample(20, seed=7)
    assert (found.shape, found.dtype) == ((20, 4, 4, 1), np.uint8)
    folder = gan.export(str(tmp_path / "export"), class_names=())
    generate = tf.saved_model.load(str(folder)).signatures["generate"]
    pngs = generate(seed=tf.range(7, 27, dtype=tf.int64))["image_bytes"].numpy()
    np.testing.assert_array_equal(found, [tf.io.decode_png(png) for png in pngs])
    with gan.inference_weights():
        np.testing.assert_array_equal(found, gan.sample(20, seed=7))
    for name, options in {"format": {"format": "onnx"}, "verbose": {"verbose": True}}.items():
        with pytest.raises(UserError, match=name):
            gan.export(tmp_path / "other", **options)


def test_predict_takes_the_weights_that_are_trained(tiny_gan):
    gan = tiny_gan(ema=0.9, run_eagerly=True)
    fit(gan)
    current = gan.predict(LATENTS, verbose=0)
    with gan.inference_weights():
        averaged = gan.predict(LATENTS, verbose=0)
    np.testing.assert_allclose(current, gan.generator(LATENTS), atol=1e-6)
    assert np.abs(current - averaged).max() > 1e-4


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"num": 0}, "num=0: accepted: whole numbers from 1."),
        ({"num": 2, "seed": -1}, "seed=-1: accepted: whole numbers from 0, below 2⁶³ − num."),
        ({"num": 2, "labels": [0, 1]}, "labels: GAN is not conditioned on labels."),
    ],
)
def test_samples_that_there_are_none_of(gan, arguments, line):
    with pytest.raises(UserError) as error:
        gan.sample(**arguments)
    assert str(error.value) == line


@keras.saving.register_keras_serializable(package="test_keras_habits")
class OfClasses(GAN):
    """Adds the label to what G makes."""

    def generate(self, latents, labels=None, training=False):
        return super().generate(latents, training=training) + tf.cast(labels, tf.float32)[:, None]


def test_a_model_that_is_told_the_class(tiny_networks):
    gan = OfClasses(*tiny_networks(), latent_dim=3, num_classes=3)
    gan.compile(run_eagerly=True)
    fit(gan, y=LABELS)
    labels = np.array([0, 1, 2, 0, 1])
    plain = gan.generator(LATENTS).numpy()
    for given in ([LATENTS, labels], (LATENTS, labels), {"latents": LATENTS, "labels": labels}):
        np.testing.assert_allclose(gan.predict(given, verbose=0), plain + labels[:, None], atol=1e-6)
    np.testing.assert_allclose(gan([LATENTS, labels]), plain + labels[:, None], atol=1e-6)
    np.testing.assert_allclose(gan.sample(4)[3] - gan.sample(4, labels=2)[3], -2.0, atol=1e-6)  # its class in turn is 0
    with pytest.raises(UserError, match=r"^x: OfClasses is conditioned on labels: give \[latents, labels\]\.$"):
        gan.predict(LATENTS)
    with pytest.raises(UserError, match=r"^labels has a label 3; OfClasses accepts 0 … 2\.$"):
        gan.predict([LATENTS, labels + 1])
    with pytest.raises(UserError, match=r"^labels: 3 is none of 0 … 2\.$"):
        gan.sample(2, labels=3)
