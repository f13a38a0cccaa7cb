"""A run: what it writes, that it goes on to the bit, and how it ends."""

import dataclasses
import gzip
import json
import math
import os
import shutil
import signal
import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from models import ZOO
from tests.training.outcome import assert_same_outcome, at_step, events_of, pictures_of, rows_of, state_of
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.penalties import Penalty
from tfgan_zoo.machine.precision import building_in
from tfgan_zoo.training import run as running
from tfgan_zoo.training import timetable
from tfgan_zoo.training.divergence import TrainingDiverged
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.run import Plan, Run

# The steps at which a run comes back from the graph: 1, 2, and then those of a duty: 4, 5, 6, 8, 10, 12, 14, 15 …
PLAN = Plan(steps=20, log_every=2, sample_every=10, checkpoint_every=5, export=False)


def make_run(path, plan=PLAN, *, steps_per_execution=None, profile=0, **arguments):
    """Builds a run of a narrow `vanilla` on the digits, with an averaged G and a D that moves twice as often."""
    source = data.load("digits", image_size=8)
    gan = ZOO["vanilla"](source.element_shape, width=8, ema={"generator": 0.9}, schedule="n_critic:2", **arguments)
    folder = RunFolder(path)
    folder.claim({"model": "vanilla"})
    how = {"steps_per_execution": steps_per_execution, "profile": profile}
    return Run(gan, source, folder, batch_size=16, plan=plan, **how)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run of 20 steps that nothing interrupts, exported at its end."""
    run = make_run(tmp_path_factory.mktemp("undisturbed"), dataclasses.replace(PLAN, export=True))
    assert run.train() is None
    return run


# What it writes.


def test_the_run_folder_holds_what_the_contract_says(undisturbed):
    found = sorted(path.name for path in undisturbed.folder.path.iterdir())
    expected = ["checkpoints", "config.json", "curves.png", "events", "export", "metrics.csv", "samples"]
    assert found == [".lock", *expected, "samples.webp"]
    checkpoints = sorted(path.name for path in undisturbed.folder.checkpoints.iterdir())
    assert checkpoints == ["step-000010", "step-000015", "step-000020"]
    assert (undisturbed.folder.exports / "1" / "saved_model.pb").is_file()
    with Image.open(undisturbed.folder.curves) as curves:
        assert curves.format == "PNG"


def test_samples_are_drawn_at_the_start_and_every_so_often(undisturbed):
    paths = sorted(undisturbed.folder.samples.iterdir())
    assert [path.name for path in paths] == ["step-000000.png", "step-000010.png", "step-000020.png"]
    with Image.open(undisturbed.folder.animation) as animation:
        assert 2 <= animation.n_frames <= 3  # WebP joins frames that differ by less than it can show
    with Image.open(paths[0]) as picture:
        # 8 × 8 images of 8 + 2 pixels and a margin of 2, enlarged by round(640 / 82).
        assert picture.size == (8 * 82, 8 * 82)


def test_a_row_is_the_mean_since_the_last_one(undisturbed):
    rows = rows_of(undisturbed.folder.path)
    assert [int(row["step"]) for row in rows] == list(range(2, 21, 2))
    watched = ["sample_diversity", "collapse"]
    assert list(rows[0]) == ["step", *(metric.name for metric in undisturbed.gan.metrics), *watched]
    # The first two steps once more, one at a time.
    source = undisturbed.source
    gan = ZOO["vanilla"](source.element_shape, width=8, ema={"generator": 0.9}, schedule="n_critic:2")
    d_losses = []
    for _, batch in zip(range(2), gan.batches(source, 16), strict=False):
        gan.reset_metrics()
        values = gan.train_step(batch)
        d_losses.append(float(values["d_loss"]))
    assert float(rows[0]["d_loss"]) == pytest.approx(np.mean(d_losses), rel=1e-4)
    assert float(rows[0]["g_loss"]) == pytest.approx(float(values["g_loss"]), rel=1e-4)  # G moved in step 2 alone


def test_events_hold_scalars_and_pictures(undisturbed):
    names = [*(metric.name for metric in undisturbed.gan.metrics), "sample_diversity", "collapse"]
    expected = [(step, name) for step in range(2, 21, 2) for name in names]
    expected += [(step, "samples") for step in (0, 10, 20)]
    assert [(step, name) for step, name, _ in events_of(undisturbed.folder.path)] == sorted(expected)


def test_a_player_without_a_turn_has_an_empty_value(tiny_gan, tmp_path):
    run = point_run(tiny_gan(schedule="alternating"), tmp_path, steps=3, log_every=1)
    run.train()
    assert [(row["d_loss"] != "", row["g_loss"] != "") for row in rows_of(run.folder.path)] == [
        (True, False),
        (False, True),
        (True, False),
    ]


# It goes on to the bit.


class Killed(BaseException):
    """Stands for the end of the process: nothing after it runs."""


def send(number):
    return lambda: os.kill(os.getpid(), number)


def kill():
    raise Killed


@pytest.mark.parametrize(
    ("step", "number"),
    [(1, signal.SIGINT), (5, signal.SIGTERM), (5, signal.SIGUSR1)],
    ids=["Ctrl-C between two rows", "SIGTERM right after a checkpoint", "the warning before a time limit"],
)
def test_a_stopped_run_ends_as_one_that_was_not(undisturbed, tmp_path, capsys, step, number):
    assert at_step(make_run(tmp_path / "run"), step, send(number)).train() is number
    told = capsys.readouterr().out
    assert f"stopped at step {step} by {number.name}. To resume, run the same command." in told
    # A machine that is about to be taken away leaves no time for pictures.
    by_hand = number == signal.SIGINT
    for name in ("curves.png", "samples.webp", f"samples/step-{step:06d}.png"):
        assert (tmp_path / "run" / name).exists() == by_hand

    resumed = make_run(tmp_path / "run")
    assert resumed.train() is None
    assert f"resumes from step {step}" in capsys.readouterr().out
    assert_same_outcome(tmp_path / "run", undisturbed.folder.path, besides=step if by_hand else None)


def test_a_killed_run_goes_on_from_its_newest_intact_checkpoint(undisturbed, tmp_path, capsys):
    # Killed after step 14, with rows 12 and 14 and the checkpoints of steps 5 and 10, of which the newer is damaged.
    with pytest.raises(Killed):
        at_step(make_run(tmp_path / "run"), 14, kill).train()
    for file in (tmp_path / "run" / "checkpoints" / "step-000010").glob("state.data*"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    resumed = make_run(tmp_path / "run")
    resumed.train()
    assert "resumes from step 5" in capsys.readouterr().out
    assert_same_outcome(tmp_path / "run", undisturbed.folder.path)


def test_a_run_killed_before_its_first_checkpoint_begins_anew(undisturbed, tmp_path):
    with pytest.raises(Killed):
        at_step(make_run(tmp_path / "run"), 4, kill).train()
    resumed = make_run(tmp_path / "run")
    resumed.train()
    assert_same_outcome(tmp_path / "run", undisturbed.folder.path)


def test_other_intervals_change_no_weight(undisturbed, tmp_path):
    plan = Plan(steps=20, log_every=7, sample_every=20, checkpoint_every=20, export=False)
    run = make_run(tmp_path / "run", plan)
    run.train()

    def weights(run):
        return {name: value for name, value in state_of(run.folder.path).items() if not name.startswith("metrics")}

    assert [int(row["step"]) for row in rows_of(run.folder.path)] == [7, 14, 20]
    assert weights(run).keys() == weights(undisturbed).keys()
    model = {name: value for name, value in weights(run).items() if "optimizer" in name}
    assert model == {name: value for name, value in weights(undisturbed).items() if "optimizer" in name}
    for a, b in zip(run.gan.get_weights(), undisturbed.gan.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("options", [{"steps_per_execution": 1}, {"steps_per_execution": 3}, {"profile": 4}], ids=str)
def test_how_it_is_executed_changes_nothing(undisturbed, tmp_path, options):
    run = make_run(tmp_path / "run", **options)
    counts = []
    train_steps = run._train_steps
    run._train_steps = lambda iterator, count: (counts.append(int(count)), train_steps(iterator, count))
    run.train()
    assert_same_outcome(tmp_path / "run", undisturbed.folder.path)
    assert sum(counts) == 20
    assert max(counts) <= options.get("steps_per_execution", 2)  # a row is due every two steps
    assert (tmp_path / "run" / "trace.json.gz").exists() == ("profile" in options)


def test_the_step_is_traced_once(tmp_path):
    run = make_run(tmp_path / "run")
    run.trace()
    assert run._train_steps.experimental_get_tracing_count() == 1
    run.train()
    assert run._train_steps.experimental_get_tracing_count() == 1


def test_a_profile_names_the_kernels(undisturbed, tmp_path, capsys):
    run = make_run(tmp_path / "run", profile=4)
    run.train()
    assert "profile of steps 11 to 14: " in capsys.readouterr().out
    trace = json.loads(gzip.decompress((tmp_path / "run" / "trace.json.gz").read_bytes()))
    names = [event["name"] for event in trace["traceEvents"] if event["ph"] == "X"]
    # D moves in each of the four steps, and each of its two layers multiplies real and fake once on the way there.
    assert sum(name.endswith("MatMul") for name in names) >= 4 * 2 * 2
    assert len(list((tmp_path / "run" / "events").glob("plugins/profile/*/*.xplane.pb"))) == 1


def test_a_run_with_augmentation_goes_on_to_the_bit(tmp_path):
    """The probability of ADA and the means of LeCam are part of what it goes on from, mirror images of the step."""

    def run(name):
        run = make_run(tmp_path / name, augmentation="ada:2000", penalties="lecam", flip=True)
        run.gan.augmentation.p.assign(0.5)
        return run

    undisturbed = run("undisturbed")
    undisturbed.train()
    assert 0.3 < float(undisturbed.gan.augmentation.p) < 0.5  # a D that knows nothing yet lets it fall
    with pytest.raises(Killed):
        at_step(run("killed"), 12, kill).train()
    run("killed").train()
    assert_same_outcome(tmp_path / "killed", tmp_path / "undisturbed")


def in_float16(path):
    with building_in("mixed_float16"):
        return make_run(path)


def test_a_run_in_float16_needs_a_gpu(tmp_path):
    with pytest.raises(UserError, match="mixed_float16: needs a GPU, and TensorFlow sees none"):
        in_float16(tmp_path / "run")


def test_a_run_in_half_precision_goes_on_to_the_bit(tmp_path, monkeypatch):
    """The loss scale is part of what it goes on from."""
    monkeypatch.setattr(running, "check_device", lambda precision: None)

    def run(name):
        run = in_float16(tmp_path / name)
        for player in (run.gan.generator_player, run.gan.discriminator_player):
            player.optimizer.dynamic_scale.assign(2.0**30)  # so that the first steps overflow
        return run

    undisturbed = run("undisturbed")
    undisturbed.train()
    assert float(undisturbed.gan.discriminator_player.loss_scale) < 2.0**30
    with pytest.raises(Killed):
        at_step(run("killed"), 12, kill).train()
    run("killed").train()
    assert_same_outcome(tmp_path / "killed", tmp_path / "undisturbed")


# How it ends.


@pytest.fixture
def finished(tmp_path):
    """The folder of a run that has reached its end, without an export."""
    make_run(tmp_path / "run").train()
    return tmp_path / "run"


def test_a_finished_run_says_so_and_can_be_extended(finished, capsys):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("step-*")}
    assert make_run(finished).train() is None
    told = capsys.readouterr().out
    assert "finished at step 20. To extend the run, run the same command with --steps=40." in told
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("step-*")} == before

    longer = make_run(finished, dataclasses.replace(PLAN, steps=24))
    longer.train()
    assert [int(row["step"]) for row in rows_of(longer.folder.path)] == list(range(2, 25, 2))
    assert longer.checkpoints.steps() == [15, 20, 24]


@pytest.fixture
def exports(monkeypatch):
    """Notes the steps at which runs export, and writes no more than what tells the step."""

    def export(gan, folder, class_names):
        noted.append(int(gan.step))
        extra = folder / str(1 + len(list(folder.glob("*")))) / "assets.extra"
        extra.mkdir(parents=True)
        (extra / "description.json").write_text(json.dumps({"step": int(gan.step)}))
        (extra.parent / "saved_model.pb").touch()
        return extra.parent

    noted = []
    monkeypatch.setattr(running, "export", export)
    return noted


def files_of(folder):
    """Returns what a run shows at its end."""
    return {name: (folder / name).read_bytes() for name in ("samples.webp", "curves.png")}


WITH_EXPORT = dataclasses.replace(PLAN, export=True)
LONGER = dataclasses.replace(WITH_EXPORT, steps=30)


@pytest.fixture(scope="module")
def at_30(tmp_path_factory):
    """The folder of a run that ended at step 20 and was extended to 30, without an export."""
    folder = tmp_path_factory.mktemp("at_30")
    make_run(folder).train()
    make_run(folder, dataclasses.replace(PLAN, steps=30)).train()
    return folder


def test_what_a_death_at_the_very_end_left_out_is_made_up_for(at_30, tmp_path, exports):
    """A run ended at step 20, was extended to 30, and died after its last checkpoint."""
    make_run(tmp_path / "run", WITH_EXPORT).train()
    with pytest.raises(Killed):
        at_step(make_run(tmp_path / "run", LONGER), 30, kill).train()
    of_20 = files_of(tmp_path / "run")
    assert exports == [20]
    make_run(tmp_path / "run", LONGER).train()
    assert exports == [20, 30]
    of_30 = files_of(tmp_path / "run")
    assert of_30 == files_of(at_30)
    assert all(of_30[name] != of_20[name] for name in of_20)
    assert_same_outcome(tmp_path / "run", at_30)
    make_run(tmp_path / "run", LONGER).train()
    assert exports == [20, 30]
    assert files_of(tmp_path / "run") == of_30


def test_ctrl_c_leaves_a_picture_and_an_export_of_where_it_stopped(tmp_path, exports):
    plan = dataclasses.replace(WITH_EXPORT, sample_every=100)
    assert at_step(make_run(tmp_path / "run", plan), 5, send(signal.SIGINT)).train() is signal.SIGINT
    assert exports == [5]
    assert sorted(path.name for path in (tmp_path / "run" / "samples").iterdir()) == [
        "step-000000.png",
        "step-000005.png",
    ]
    make_run(tmp_path / "run", plan).train()
    assert exports == [5, 20]


class Clock:
    """A clock that stands until it is moved: one second at each execution of the graph."""

    def __init__(self, run, monkeypatch):
        self.now = 100.0
        clock = types.SimpleNamespace(perf_counter=lambda: self.now)
        monkeypatch.setattr(running, "time", clock)
        monkeypatch.setattr(timetable, "time", clock)
        train_steps = run._train_steps
        run._train_steps = lambda iterator, count: (self.move(1.0), train_steps(iterator, count))

    def move(self, seconds):
        self.now += seconds


def test_by_the_clock_pictures_and_checkpoints_change_nothing_else(undisturbed, tmp_path, monkeypatch, capsys):
    """A step takes a second: there is a picture every two, and but one checkpoint, the last."""
    plan = dataclasses.replace(PLAN, sample_every=None, checkpoint_every=None)
    run = make_run(tmp_path / "run", plan, steps_per_execution=1)
    Clock(run, monkeypatch)
    run.train()
    assert run.checkpoints.steps() == [20]
    steps = [int(name[5:11]) for name in pictures_of(tmp_path / "run")]
    assert sorted(steps) == [0, *range(2, 21, 2)]
    assert rows_of(tmp_path / "run") == rows_of(undisturbed.folder.path)
    assert state_of(tmp_path / "run") == state_of(undisturbed.folder.path)
    expected = pictures_of(undisturbed.folder.path)
    assert {name: content for name, content in pictures_of(tmp_path / "run").items() if name in expected} == expected
    assert "left for" not in capsys.readouterr().out  # less than a minute


def test_a_run_by_the_clock_goes_on_to_the_bit(undisturbed, tmp_path, monkeypatch):
    plan = dataclasses.replace(PLAN, sample_every=None, checkpoint_every=None)
    run = make_run(tmp_path / "run", plan, steps_per_execution=1)
    clock = Clock(run, monkeypatch)
    at_step(run, 7, lambda: clock.move(60.0))
    with pytest.raises(Killed):
        at_step(run, 11, kill).train()
    assert run.checkpoints.steps() == [8]
    resumed = make_run(tmp_path / "run", plan)
    Clock(resumed, monkeypatch)
    resumed.train()
    assert rows_of(tmp_path / "run") == rows_of(undisturbed.folder.path)
    assert state_of(tmp_path / "run") == state_of(undisturbed.folder.path)


@pytest.mark.parametrize("left", [20, 30, None, "damaged"], ids=str)
def test_an_export_counts_if_it_is_of_the_last_step(at_30, tmp_path, exports, left):
    """Asked for after the end, when there is one of an earlier step, made by hand, or none."""
    shutil.copytree(at_30, tmp_path / "run")
    description = tmp_path / "run" / "export" / "1" / "assets.extra" / "description.json"
    if left is not None:
        description.parent.mkdir(parents=True)
        (description.parents[1] / "saved_model.pb").touch()
        description.write_text("damaged" if left == "damaged" else json.dumps({"step": left}))
    make_run(tmp_path / "run", LONGER).train()
    assert exports == ([] if left == 30 else [30])


def test_the_step_that_counts_is_that_of_a_real_export(undisturbed, tmp_path):
    assert undisturbed.folder.exported_steps() == {20}
    assert RunFolder(tmp_path).exported_steps() == set()


@pytest.mark.parametrize("name", ["samples.webp", "curves.png", "samples/step-000030.png"])
def test_a_picture_that_is_missing_is_drawn_again(at_30, tmp_path, name):
    shutil.copytree(at_30, tmp_path / "run")
    (tmp_path / "run" / name).unlink()
    make_run(tmp_path / "run", dataclasses.replace(PLAN, steps=30)).train()
    assert (tmp_path / "run" / name).read_bytes() == (at_30 / name).read_bytes()
    assert files_of(tmp_path / "run") == files_of(at_30)


def test_a_run_that_is_to_end_at_a_checkpoint_has_its_row_and_picture(tmp_path):
    """Killed at step 18 with the checkpoint of step 15, it is to end there: row and picture are not at an interval."""
    plan = Plan(steps=20, log_every=4, sample_every=10, checkpoint_every=5, export=False)
    shorter = dataclasses.replace(plan, steps=15)
    with pytest.raises(Killed):
        at_step(make_run(tmp_path / "run", plan), 16, kill).train()
    make_run(tmp_path / "run", shorter).train()
    make_run(tmp_path / "expected", shorter).train()
    for read in (rows_of, events_of, files_of):
        assert read(tmp_path / "run") == read(tmp_path / "expected")
    # Extended later, the two go on alike: the row of step 15 has what was measured until then.
    for name in ("run", "expected"):
        make_run(tmp_path / name, plan).train()
    assert rows_of(tmp_path / "run") == rows_of(tmp_path / "expected")
    assert [int(row["step"]) for row in rows_of(tmp_path / "run")] == [4, 8, 12, 15, 16, 20]


def test_a_finished_run_whose_metrics_are_lost_has_the_row_that_can_be_had(at_30, tmp_path):
    shutil.copytree(at_30, tmp_path / "run")
    (tmp_path / "run" / "metrics.csv").unlink()
    make_run(tmp_path / "run", dataclasses.replace(PLAN, steps=30)).train()
    (row,) = rows_of(tmp_path / "run")
    (expected,) = [row for row in rows_of(at_30) if row["step"] == "30"]
    assert (row["d_loss"], row["sample_diversity"]) == ("", expected["sample_diversity"])
    with open(tmp_path / "run" / "metrics.csv") as file:
        assert file.readlines()[1].endswith(",\n")  # no rate: nothing was trained


def test_metrics_of_any_kind_are_logged(tiny_gan, tmp_path):
    class Counts(GAN):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.seen = keras.metrics.Sum(name="seen")

        @property
        def metrics(self):
            return [*super().metrics, self.seen]

        def update_discriminator(self, real, labels):
            self.seen.update_state(tf.ones(8))
            super().update_discriminator(real, labels)

    run = point_run(tiny_gan(model=Counts, schedule="alternating"), tmp_path, steps=4, log_every=1)
    run.train()
    assert [row["seen"] for row in rows_of(run.folder.path)] == ["8.0", "", "8.0", ""]


def point_run(gan, path, **plan):
    """A run on points."""
    points = np.random.default_rng(0).normal(size=(3000, 2)).astype(np.float32)
    folder = RunFolder(path / "run")
    folder.claim({"model": "tiny"})
    plan = {"sample_every": 1000, "checkpoint_every": 1000, "export": False, **plan}
    return Run(gan, ArraySource("points", points, np.zeros(3000)), folder, 8, Plan(**plan))


@pytest.mark.parametrize("schedule", ["simultaneous", "sequential", "n_critic:2", "alternating"])
@pytest.mark.parametrize(("player", "value"), [("generator", math.nan), ("discriminator", math.inf)])
def test_a_loss_that_is_no_number_ends_the_run(tiny_gan, tmp_path, player, value, schedule):
    class Diverges(GAN):
        pass

    def diverging_loss(self, forward):
        loss = getattr(GAN, f"{player}_loss")(self, forward)
        return loss + tf.where(self.step.value >= 12, tf.constant(value), 0.0)

    setattr(Diverges, f"{player}_loss", diverging_loss)
    gan = tiny_gan(model=Diverges, schedule=schedule)
    run = point_run(gan, tmp_path, steps=500, log_every=500, checkpoint_every=5)
    # Of one execution of several steps. G's turn is every second step under n_critic:2 and alternating, D's under the
    # latter the odd ones.
    first = 13 if (player, schedule) == ("discriminator", "alternating") else 12
    with pytest.raises(TrainingDiverged, match=rf"^step {first}: the {player}'s loss .* \({player[0]}_loss {value}, "):
        run.train()
    # Every checkpoint is from before that.
    assert run.checkpoints.restore_newest() == 10
    assert all(np.isfinite(weight).all() for weight in run.gan.get_weights())


def test_weights_that_are_no_numbers_are_not_saved(tiny_gan, tmp_path):
    """The step that ruins them still has a finite loss."""

    class Ruins(Penalty):
        def after_update(self, variables):
            variables[0].assign(tf.where(gan.step.value >= 4, math.inf, variables[0].value))

    gan = tiny_gan(penalties={"generator": [Ruins()]})
    run = point_run(gan, tmp_path, steps=50, checkpoint_every=1)
    with pytest.raises(TrainingDiverged, match=r"^step 4: the generator's weights are no finite numbers"):
        run.train()
    assert run.checkpoints.restore_newest() == 3
    assert all(np.isfinite(weight).all() for weight in run.gan.get_weights())


def test_a_run_on_points(tiny_gan, tmp_path):
    run = point_run(tiny_gan(), tmp_path, steps=2, log_every=1, sample_every=2)
    assert run.train() is None
    with Image.open(run.folder.samples / "step-000002.png") as picture:
        assert picture.size == (512, 512)


def test_evaluations_are_logged_when_they_are_due(tiny_gan, tmp_path):
    class Step:
        names = ("twice",)

        def __init__(self, gan):
            self.gan = gan

        def measure(self):
            return {"twice": 2.0 * int(self.gan.step)}

    # Every third step, and the last one, whichever it is.
    run = point_run(tiny_gan(), tmp_path, steps=5, log_every=1, evaluate_every=3)
    run.evaluations = [Step(run.gan)]
    run.train()
    assert [row["twice"] for row in rows_of(run.folder.path)] == ["", "", "6.0", "", "10.0"]
    assert [step for step, tag, _ in events_of(run.folder.path) if tag == "twice"] == [3, 5]
