"""An epoch has exactly its steps, on data of every kind, and a restored training goes on where it was."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.game.gan import GAN

POINTS = np.random.default_rng(3).normal(size=(160, 2)).astype(np.float32)
BATCH = 8


class Batches(keras.utils.PyDataset):
    def __init__(self, points, **kwargs):
        super().__init__(**kwargs)
        self.points = points
        self.begun = self.ended = 0

    def __len__(self):
        return len(self.points) // BATCH

    def __getitem__(self, index):
        return self.points[index * BATCH : (index + 1) * BATCH]

    def on_epoch_begin(self):
        self.begun += 1

    def on_epoch_end(self):
        self.ended += 1


def endless(points):
    return (points[i * BATCH % len(points) :][:BATCH] for i in itertools.count())


def dataset(points):
    return tf.data.Dataset.from_tensor_slices(points).batch(BATCH, drop_remainder=True)


def weights_of(gan):
    return [weight for network in gan.networks for weight in network.get_weights()]


# Steps an execution.


def test_an_epoch_has_its_steps_however_many_there_are_an_execution(tiny_gan, assert_same_bits):
    expected = {}
    for steps_per_execution in (1, 3, 20, 50):
        gan = tiny_gan(steps_per_execution=steps_per_execution)
        start = {name: [variable.numpy() for variable in variables] for name, variables in gan.state().items()}
        for steps in (1, 7, 14, 20):
            for name, variables in gan.state().items():
                for variable, value in zip(variables, start[name], strict=True):
                    variable.assign(value)
            gan.fit(POINTS[: BATCH * steps + 3], epochs=2, batch_size=BATCH, verbose=0)
            assert int(gan.step) == 2 * steps
            assert int(gan.generator_player.optimizer.iterations) == 2 * steps
            assert_same_bits(weights_of(gan), expected.setdefault(steps, weights_of(gan)))


def test_steps_per_epoch_of_each_kind(tiny_gan):
    gan = tiny_gan(steps_per_execution=3)
    trained = 0
    for data in (POINTS, dataset(POINTS), dataset(POINTS).repeat(), endless(POINTS), Batches(POINTS)):
        options = {"batch_size": BATCH} if data is POINTS else {}
        gan.fit(data, epochs=5, steps_per_epoch=7, verbose=0, **options)  # 35 steps, more than a round of 20
        trained += 35
        assert int(gan.step) == trained


def test_each_kind_is_read_to_its_end(tiny_gan):
    gan = tiny_gan(steps_per_execution=3)
    batches = Batches(POINTS)
    gan.fit(batches, epochs=2, verbose=0)
    assert int(gan.step) == 40
    assert (batches.begun, batches.ended) == (2, 1)
    gan.fit(itertools.islice(endless(POINTS), 14), verbose=0)
    assert int(gan.step) == 54
    gan.fit(tf.constant(POINTS), batch_size=BATCH, verbose=0)
    assert int(gan.step) == 74
    gan.fit(ArraySource("points", POINTS, np.zeros(160)), batch_size=BATCH, verbose=0)
    assert int(gan.step) == 94


def test_data_without_an_end_need_a_length(tiny_gan):
    gan = tiny_gan()
    with pytest.raises(UserError, match="x has no end: give steps_per_epoch"):
        gan.fit(dataset(POINTS).repeat(), verbose=0)
    with pytest.raises(UserError, match="x has no end: give steps, or validation_steps"):
        gan.evaluate(dataset(POINTS).repeat(), verbose=0)


@keras.saving.register_keras_serializable(package="test_epochs")
class Watched(GAN):
    """Notes what it is trained on, and by which seeds and which examples it was prepared."""

    prepared = None

    def train_step(self, data):
        self.seen = [*getattr(self, "seen", []), data[0].numpy() if isinstance(data, tuple) else data.numpy()]
        return super().train_step(data)

    def initialize_from(self, source):
        self.prepared = source.num_examples, next(iter(source.batches(8, seed=0)))[0].numpy()


def test_a_py_dataset_is_shuffled_unless_that_is_refused(tiny_gan):
    gan = tiny_gan(model=Watched, run_eagerly=True)
    gan.fit(Batches(POINTS[:32]), epochs=2, verbose=0)
    gan.fit(Batches(POINTS[:32]), shuffle=False, verbose=0)
    numbers = [int(np.flatnonzero((batch[0] == POINTS).all(1))[0]) // BATCH for batch in gan.seen]
    rounds = [numbers[start : start + 4] for start in (0, 4, 8)]
    assert [sorted(found) for found in rounds] == [[0, 1, 2, 3]] * 3
    assert rounds[0] != rounds[1]
    assert rounds[2] == [0, 1, 2, 3]


# Preparation from data.


KINDS = {"tf.data": dataset, "generator": lambda points: iter(list(dataset(points))), "PyDataset": Batches}


@pytest.mark.parametrize("kind", KINDS)
def test_batches_prepare_a_model_as_arrays_do(tiny_gan, kind):
    gan = tiny_gan(model=Watched, run_eagerly=True)
    gan.fit(KINDS[kind](POINTS[:24]), shuffle=False, verbose=0)
    assert gan.prepared[0] == 24
    assert {tuple(row) for row in gan.prepared[1]} <= {tuple(row) for row in POINTS[:24]}
    np.testing.assert_array_equal(np.concatenate(gan.seen), POINTS[:24])  # what was looked at first is trained on too


# Killed and restored.


class Killed(Exception):
    pass


class KilledAfterEachEpoch(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise Killed


RESUMED = {
    "array": lambda: (POINTS[:16], {"batch_size": BATCH}),
    "tf.data, other steps": lambda: (dataset(POINTS[:24]), {"steps_per_epoch": 2}),
    "generator": lambda: (endless(POINTS), {"steps_per_epoch": 2}),
    "PyDataset": lambda: (Batches(POINTS[:16]), {}),
}


@pytest.mark.parametrize("kind", RESUMED)
def test_killed_after_each_epoch(tiny_gan, arrays_of, assert_same_bits, tmp_path, kind):
    def build():
        optimizers = {f"{name}_optimizer": keras.optimizers.SGD(0.1, 0.9) for name in ("generator", "discriminator")}
        return tiny_gan(run_eagerly=True, ema=0.9, **optimizers)

    data, options = RESUMED[kind]()
    undisturbed = build()
    undisturbed.fit(data, epochs=4, verbose=0, **options)
    for _ in range(4):
        data, options = RESUMED[kind]()
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        with pytest.raises(Killed):
            build().fit(data, epochs=4, verbose=0, callbacks=[backup, KilledAfterEachEpoch()], **options)
    data, options = RESUMED[kind]()
    resumed = build()
    resumed.fit(data, epochs=4, verbose=0, callbacks=[keras.callbacks.BackupAndRestore(tmp_path)], **options)
    assert int(resumed.step) == int(undisturbed.step)
    metrics = sum(len(metric.variables) for metric in undisturbed.metrics)  # of the last epoch, which was not trained
    assert_same_bits(arrays_of(resumed)[:-metrics], arrays_of(undisturbed)[:-metrics])
