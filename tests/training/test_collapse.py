"""The watch for collapse: what it counts as one, that it warns once, and that rows alone decide."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.training.collapse import CollapseWatch


@pytest.fixture
def source():
    """Points of standard deviations 1 and 3, in the mean 2."""
    points = np.tile([[1.0, 3.0], [-1.0, -3.0]], (32, 1)).astype(np.float32)
    return ArraySource("points", points, np.zeros(64))


@pytest.fixture
def watch(tiny_gan, source):
    return lambda rows=(), **options: CollapseWatch(tiny_gan(**options), source, list(rows))


HEALTHY = {"real_probability": 0.7, "fake_probability": 0.3, "g_gradient_norm": 2.0, "sample_diversity": 0.9}
ALIKE = {**HEALTHY, "sample_diversity": 0.04}
WON = {**HEALTHY, "real_probability": 0.999, "fake_probability": 0.001, "g_gradient_norm": 0.0015}


def test_diversity_is_the_spread_of_the_samples_over_that_of_the_data(tiny_gan, source):
    class Spreads(GAN):
        def generate(self, latents, labels=None, training=False):
            # Half of the points at 0, half at 1: a standard deviation of ½ in one coordinate, 0 in the other.
            half = tf.cast(tf.range(tf.shape(latents)[0]) % 2, tf.float32)
            return tf.stack([half, tf.ones_like(half)], axis=1)

    # (½ + 0) / 2 over 2.
    assert CollapseWatch(tiny_gan(model=Spreads), source, []).diversity() == pytest.approx(0.125)


class Remembers(GAN):
    """Spreads its samples by the mean of G's first kernel when it was refreshed last."""

    spread = 0.0

    def refresh(self):
        self.spread = float(self.generator.layers[0].kernel.numpy().mean())

    def generate(self, latents, labels=None, training=False):
        if training:
            return super().generate(latents, labels, training)
        half = tf.cast(tf.range(tf.shape(latents)[0]) % 2, tf.float32)
        return half[:, None] * tf.numpy_function(lambda: np.float32(self.spread), [], tf.float32) * tf.ones((1, 2))


def test_diversity_is_that_of_the_refreshed_model_and_of_averaged_weights(tiny_gan, source):
    gan = tiny_gan(model=Remembers, ema={"generator": 0.9})
    watched = CollapseWatch(gan, source, [])
    kernel = gan.generator.layers[0].kernel
    kernel.assign(np.full((3, 4), 4.0))
    # Both coordinates have a standard deviation of half the kernel's mean; the data's is 2 in the mean.
    assert watched.diversity() == pytest.approx(1.0)
    gan.generator_player.average.after_update(gan.generator_player.weights_trained)
    kernel.assign(np.full((3, 4), 8.0))
    # The average over one update is the kernel as it was then.
    assert watched.diversity() == pytest.approx(1.0)
    assert gan.spread == pytest.approx(8.0)


@pytest.mark.parametrize(("row", "words"), [(ALIKE, "samples are nearly all alike"), (WON, "gradient has vanished")])
def test_three_rows_in_a_row_are_a_collapse_and_it_warns_once(watch, capsys, row, words):
    watched = watch()
    rows = [HEALTHY, row, row, HEALTHY, row, row, row, row, HEALTHY, row, row, row]
    found = [watched.look(10 * number, values) for number, values in enumerate(rows)]
    assert found == [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: step 60: ")
    assert words in line


def test_at_the_start_g_may_take_its_time(watch):
    watched = watch()
    assert [watched.look(row, ALIKE) for row in range(1, 23)] == [0.0] * 21 + [1.0]


def test_a_resumed_watch_says_the_same_and_nothing_twice(watch, capsys):
    rows = [HEALTHY, WON, WON, WON, WON, HEALTHY, ALIKE, ALIKE, ALIKE, HEALTHY, WON, WON, WON]

    def look(watched, start, end):
        return [watched.look(step, rows[step]) for step in range(start, end)]

    expected = look(watch(), 0, len(rows))
    warnings = capsys.readouterr().err
    assert [line.split(":")[1] for line in warnings.splitlines()] == [" step 3", " step 8"]
    for cut in range(len(rows)):
        assert look(watch(), 0, cut) + look(watch(rows[:cut]), cut, len(rows)) == expected
        assert capsys.readouterr().err == warnings


@pytest.mark.parametrize(
    ("options", "row", "collapsed"),
    [
        # With smoothed labels the best D answers 0.9 to real examples.
        ({"loss": "smooth"}, {**WON, "real_probability": 0.895}, 1.0),
        ({}, {**WON, "real_probability": 0.895}, 0.0),
        ({}, {**WON, "g_gradient_norm": 0.5}, 0.0),
        ({}, {**WON, "g_gradient_norm": None}, 0.0),
        ({"loss": "hinge"}, {"d_loss": 0.001, "g_gradient_norm": 0.001}, 1.0),
        ({"loss": "hinge"}, {"d_loss": 0.0, "g_gradient_norm": 0.001}, 1.0),
        ({"loss": "hinge"}, {"d_loss": None, "g_gradient_norm": 0.001}, 0.0),
        ({"loss": "hinge"}, {"d_loss": 1.0, "g_gradient_norm": 0.001}, 0.0),
        ({"loss": "least_squares"}, {"d_loss": 0.001, "g_gradient_norm": 0.001}, 1.0),
        ({"loss": "wasserstein"}, {"d_loss": 0.001, "g_gradient_norm": 0.001}, 0.0),
    ],
)
def test_what_ds_ceiling_is_depends_on_the_loss(watch, options, row, collapsed):
    from tfgan_zoo.game.losses import NonSaturating

    if options.get("loss") == "smooth":
        options = {"loss": NonSaturating(0.9)}
    watched = watch(**options)
    watched.look(0, HEALTHY)
    assert [watched.look(step, row) for step in (1, 2, 3)][-1] == collapsed


def test_looking_moves_nothing(tiny_gan, source, arrays_of, assert_same_bits):
    gan = tiny_gan(networks={"batch_norm": True, "dropout": True}, ema={"generator": 0.9})
    before = arrays_of(gan)
    CollapseWatch(gan, source, []).diversity()
    assert_same_bits(arrays_of(gan), before)


def test_a_generator_that_collapses_is_told(tiny_networks, source, tmp_path, capsys):
    """A run whose G answers one point, whatever its latents."""
    from tfgan_zoo.training.folder import RunFolder
    from tfgan_zoo.training.run import Plan, Run

    gan = GAN(*tiny_networks(), latent_dim=3)
    gan.generator.layers[0].kernel.assign(np.zeros((3, 4)))
    gan.compile(generator_optimizer=keras.optimizers.SGD(0.0))
    folder = RunFolder(tmp_path / "run")
    folder.claim({})
    Run(gan, source, folder, 8, Plan(steps=46, log_every=2, export=False)).train()
    assert capsys.readouterr().err.count("warning: step 44: G's samples are nearly all alike") == 1
    rows = folder.metrics.read_text().splitlines()
    column = rows[0].split(",").index("collapse")
    assert [row.split(",")[column] for row in rows[1:]] == ["0.0"] * 21 + ["1.0"] * 2
