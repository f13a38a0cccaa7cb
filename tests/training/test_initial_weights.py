"""A new run begins with another run's weights: what fits is copied, and what does not is said."""

import json

import keras
import numpy as np
import pytest

from models import ZOO
from tfgan_zoo import train
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.initial_weights import InitialWeights, copy_weights, read_init_from


@pytest.fixture
def run(tmp_path):
    """A run with checkpoints of steps 2 and 10."""
    folder = RunFolder(tmp_path / "run")
    folder.claim({"dataset": "digits"})
    for step in (2, 10):
        (folder.checkpoints / f"step-{step:06d}").mkdir()
    return folder


@pytest.fixture
def new(tmp_path):
    return RunFolder(tmp_path / "new")


def test_the_newest_checkpoint_or_the_one_that_is_named(run, new):
    path = str(run.path)
    assert read_init_from(path, False, new, False) == InitialWeights(path, 10, False)
    assert read_init_from(f"{path}:2", True, new, False) == InitialWeights(path, 2, True)
    assert read_init_from(f"{path}/", False, new, False) == InitialWeights(path, 10, False)
    assert read_init_from(None, False, new, False) is None


def test_a_run_whose_path_ends_in_a_number_behind_a_colon(tmp_path, new):
    folder = RunFolder(tmp_path / "run:7")
    folder.claim({"dataset": "digits"})
    (folder.checkpoints / "step-000003").mkdir()
    assert read_init_from(str(folder), False, new, False).step == 3
    assert read_init_from(f"{folder}:3", False, new, False).step == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}:5", "the run has checkpoints of steps 2, 10."),
        ("{}/none", "there is no folder '.*none'; expected a run's folder, as RUN or RUN:STEP."),
        ("{}/checkpoints", "checkpoints: is no run's folder, it has no config.json."),
    ],
)
def test_a_run_or_checkpoint_that_is_not_there(run, new, text, message):
    with pytest.raises(UserError, match=message):
        read_init_from(text.format(run), False, new, False)


def test_a_run_without_a_checkpoint(tmp_path, new):
    RunFolder(tmp_path / "begun").claim({"dataset": "digits"})
    with pytest.raises(UserError, match=r"--init_from=.*begun: the run has no checkpoint yet."):
        read_init_from(str(tmp_path / "begun"), False, new, False)


def test_optimizers_of_nothing(new):
    with pytest.raises(UserError, match=r"--init_optimizers: goes with --init_from=RUN."):
        read_init_from(None, True, new, False)


def begun(folder, init_from):
    folder.claim({"dataset": "digits", **({"init_from": init_from} if init_from else {})})
    (folder.checkpoints / "step-000001").mkdir()
    return folder


def test_a_run_that_goes_on_keeps_the_record_of_where_it_came_from(run, new):
    """Even where the other run has gone on or is gone since."""
    known = {"run": "/gone", "step": 4, "optimizers": True}
    begun(new, known)
    for text in (None, "/gone", "/gone:4"):
        assert read_init_from(text, False, new, False) == InitialWeights(**known)
    with pytest.raises(UserError, match=r"has begun already, with --init_from=/gone:4. To resume, leave the flag out"):
        read_init_from(str(run), False, new, False)
    assert read_init_from(str(run), False, new, True).step == 10


def test_a_run_that_began_without_takes_none_later(run, new):
    with pytest.raises(UserError, match=r"has begun already, with weights of its own. To resume, leave the flag out"):
        read_init_from(str(run), False, begun(new, None), False)


def gan_of(tiny_gan, seed=0, **options):
    return tiny_gan(seed=seed, generator_optimizer=keras.optimizers.Adam(0.01 * (seed + 1)), **options)


@pytest.fixture
def trained(tiny_gan, real_batches):
    gan = gan_of(tiny_gan, seed=1, ema={"generator": 0.5})
    for batch in real_batches(3):
        gan.train_step((batch, None))
    return gan


def test_networks_and_averages_are_copied(tiny_gan, trained):
    gan = gan_of(tiny_gan, ema={"generator": 0.9})
    assert copy_weights(trained, gan) == ["the optimizers (--init_optimizers)"]
    for theirs, ours in zip(trained.networks, gan.networks, strict=True):
        for expected, found in zip(theirs.get_weights(), ours.get_weights(), strict=True):
            np.testing.assert_array_equal(found, expected)
    for expected, found in zip(
        trained.generator_player.average.read(), gan.generator_player.average.read(), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert int(gan.step.numpy()) == 0
    assert int(gan.generator_player.optimizer.iterations.numpy()) == 0


def test_an_average_with_a_scheduled_decay_takes_over_and_its_schedule_begins_anew(tiny_gan, trained):
    expected = trained.generator_player.average.read()
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.0, 0.5])
    gan = gan_of(tiny_gan, ema={"generator": schedule})
    copy_weights(trained, gan)
    average = gan.generator_player.average
    assert int(average.updates.numpy()) == 1
    for ours, theirs in zip(average.read(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_averages_of_buffers_are_copied_too():
    """fastgan averages the moving statistics of its batch normalization."""
    theirs, ours = (ZOO["fastgan"]((16, 16, 1), width=2, seed=seed) for seed in (0, 1))
    player = theirs.generator_player
    player.average.after_update(player.weights_averaged)
    copy_weights(theirs, ours)
    found = ours.generator_player.average.read()
    assert len(found) > len(player.weights_trained)
    for value, variable in zip(found, player.weights_averaged, strict=True):
        np.testing.assert_allclose(value, variable.numpy(), rtol=1e-4, atol=1e-6)


def test_optimizers_are_copied_when_asked_and_keep_their_own_learning_rate(tiny_gan, trained):
    gan = gan_of(tiny_gan, ema={"generator": 0.9})
    assert copy_weights(trained, gan, optimizers=True) == []
    ours, theirs = gan.generator_player.optimizer, trained.generator_player.optimizer
    assert int(ours.iterations.numpy()) == 3
    assert float(ours.learning_rate.numpy()) == pytest.approx(0.01)
    for expected, found in zip(theirs.variables[2:], ours.variables[2:], strict=True):
        np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_an_optimizer_of_another_kind_is_left_out_and_said(tiny_gan, trained):
    gan = tiny_gan(ema={"generator": 0.5}, generator_optimizer=keras.optimizers.SGD(0.1))
    (left_out,) = copy_weights(trained, gan, optimizers=True)
    assert left_out == "the optimizer of the generator, which is of another kind or for other weights"


def test_of_another_size_what_fits_is_copied_and_the_rest_said():
    """dcgan of 32 pixels has a doubling more than one of 16."""
    small, large = (ZOO["dcgan"]((side, side, 1), width=2, seed=side, ema=0.9) for side in (16, 32))
    before = [weights.copy() for weights in large.generator.get_weights()]
    left_out = copy_weights(small, large)
    assert "weights of generator, such as dense" in left_out[0]
    after = large.generator.get_weights()
    changed = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    assert not changed[0]  # the dense layer makes twice as many maps
    np.testing.assert_array_equal(after[-1], small.generator.get_weights()[-1])
    np.testing.assert_array_equal(after[-2], small.generator.get_weights()[-2])


def test_a_run_by_init_from_begins_with_those_weights_and_goes_on(tmp_path, capsys):
    def run(name, steps, *arguments):
        given = ["--model=vanilla", "--dataset=ring8", "--batch_size=8", "--noexport", f"--workdir={tmp_path / name}"]
        return train.main(ZOO, [*given, f"--steps={steps}", *arguments])

    assert run("first", 2) == 0
    rate = "--set=learning_rate=1e-5"
    assert run("second", 1, rate, f"--init_from={tmp_path / 'first'}") == 0
    told = f"begins with the weights of {tmp_path / 'first'}, step 2; not copied: the optimizers (--init_optimizers)"
    assert told in capsys.readouterr().out.splitlines()
    assert run("second", 2, rate) == 0
    settings = json.loads((tmp_path / "second" / "config.json").read_text())["settings"]
    assert settings["init_from"] == {"run": str(tmp_path / "first"), "step": 2, "optimizers": False}
    first_picture = (tmp_path / "second" / "samples" / "step-000000.png").read_bytes()
    assert first_picture == (tmp_path / "first" / "samples" / "step-000002.png").read_bytes()
