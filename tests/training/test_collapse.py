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
    """Points on a circle of radius 2."""
    angles = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    points = 2.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return ArraySource("points", points, np.full(64, -1))


@pytest.fixture
def watch(tiny_gan, source):
    return lambda rows=(), **options: CollapseWatch(tiny_gan(**options), source, list(rows))


HEALTHY = {"real_probability": 0.7, "fake_probability": 0.3, "g_gradient_norm": 2.0, "sample_diversity": 0.9}
ALIKE = {**HEALTHY, "sample_diversity": 0.3}
WON = {**HEALTHY, "real_probability": 0.999, "fake_probability": 0.001, "g_gradient_norm": 0.0015}


def test_diversity_is_measured_against_that_of_the_data(tiny_gan, source):
    class Smaller(GAN):
        def generate(self, latents, labels=None, training=False):
            angles = 2.0 * np.pi * tf.range(64, dtype=tf.float32) / 64.0
            return 0.25 * tf.stack([tf.cos(angles), tf.sin(angles)], axis=1)

    # A circle of an eighth of the radius.
    assert CollapseWatch(tiny_gan(model=Smaller), source, []).diversity() == pytest.approx(0.125)


class Remembers(GAN):
    """Makes a circle whose radius is the mean of G's first kernel when it was refreshed last."""

    spread = 0.0

    def refresh(self):
        self.spread = float(self.generator.layers[0].kernel.numpy().mean())

    def generate(self, latents, labels=None, training=False):
        if training:
            return super().generate(latents, labels, training)
        angles = 2.0 * np.pi * tf.range(64, dtype=tf.float32) / 64.0
        circle = tf.stack([tf.cos(angles), tf.sin(angles)], axis=1)
        return tf.numpy_function(lambda: np.float32(self.spread), [], tf.float32) * circle


def test_diversity_is_that_of_the_refreshed_model_and_of_averaged_weights(tiny_gan, source):
    gan = tiny_gan(model=Remembers, ema={"generator": 0.9})
    watched = CollapseWatch(gan, source, [])
    kernel = gan.generator.layers[0].kernel
    kernel.assign(np.full((3, 4), 1.0))
    assert watched.diversity() == pytest.approx(0.5)
    gan.generator_player.average.after_update(gan.generator_player.weights_trained)
    kernel.assign(np.full((3, 4), 2.0))
    # The average over one update is the kernel as it was then.
    assert watched.diversity() == pytest.approx(0.5)
    assert gan.spread == pytest.approx(2.0)


@pytest.mark.parametrize(("row", "words"), [(ALIKE, "samples are nearly all alike"), (WON, "gradient has vanished")])
def test_three_rows_in_a_row_are_a_collapse_and_it_warns_once(watch, capsys, row, words):
    watched = watch()
    rows = [HEALTHY, row, row, HEALTHY, row, row, row, row, HEALTHY, row, row, row]
    found = [watched.look(10 * number, values) for number, values in enumerate(rows)]
    assert found == [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: step 60: ")
    assert words in line


def alarms(watched, diversities, every=50):
    """Returns the rows, from 1, that are taken for a collapse."""
    rows = enumerate(diversities, start=1)
    return [row for row, value in rows if watched.look(every * row, {**HEALTHY, "sample_diversity": value})]


def test_at_the_start_g_may_take_its_time(watch):
    assert alarms(watch(), [0.1] * 23) == [22, 23]
    # 20 rows may be few steps.
    assert alarms(watch(), [0.1] * 60, every=10) == list(range(52, 61))


def test_later_it_may_if_it_is_on_its_way(watch):
    growing = [0.004 * row for row in range(1, 60)]
    assert alarms(watch(), growing) == []
    # At row 64 the rows 17 to 32, 0.068 to 0.12, have a mean of 0.0972, 1.25 times which is more than 0.12.
    assert alarms(watch(), [*growing[:30], *[0.12] * 60])[0] == 66
    assert alarms(watch(), [*[0.1] * 10, 0.6, 0.2, 0.3, 0.32, 0.2]) == [14, 15]  # it was diverse before


# Logged every 50 steps by runs of this library, 80 s each, with --width=16, batches of 16 to 64.
SLOW = {
    "wgan on digits": [
        *(0.14, 0.25, 0.12, 0.11, 0.14, 0.18, 0.11, 0.2, 0.23, 0.26, 0.22, 0.34, 0.27, 0.25, 0.18, 0.4, 0.44, 0.72),
        *(0.66, 0.72, 0.78, 0.87),
    ],
    "dcgan on faces": [
        *(0.06, 0.1, 0.12, 0.18, 0.26, 0.28, 0.2, 0.26, 0.32, 0.32, 0.58, 0.37, 0.56, 0.56, 0.45, 0.45, 0.62, 0.67),
        *(0.5, 0.53, 0.49),
    ],
    "vanilla on mnist": [
        *(0.11, 0.11, 0.11, 0.11, 0.11, 0.09, 0.08, 0.07, 0.08, 0.08, 0.08, 0.09, 0.09, 0.09, 0.11, 0.1, 0.1, 0.1),
        *(0.11, 0.12, 0.14, 0.18, 0.21, 0.27, 0.27, 0.18, 0.19, 0.18, 0.2, 0.14, 0.17, 0.18, 0.2, 0.17, 0.18, 0.18),
        *(0.25, 0.4, 0.41, 0.41, 0.26, 0.36, 0.34, 0.33, 0.41, 0.36, 0.27, 0.3, 0.27, 0.27, 0.28, 0.27, 0.29, 0.4),
        *(0.42, 0.43, 0.44, 0.43, 0.45, 0.46),
    ],
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_start_that_was_measured_is_no_collapse(watch, name):
    assert alarms(watch(), SLOW[name]) == []


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
    plan = Plan(steps=600, log_every=25, sample_every=600, checkpoint_every=600, evaluate_every=600, export=False)
    Run(gan, source, folder, 8, plan).train()
    assert capsys.readouterr().err.count("warning: step 550: G's samples are nearly all alike") == 1
    rows = folder.metrics.read_text().splitlines()
    column = rows[0].split(",").index("collapse")
    assert [row.split(",")[column] for row in rows[1:]] == ["0.0"] * 21 + ["1.0"] * 3
