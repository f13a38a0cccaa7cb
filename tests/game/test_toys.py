"""Five toy models that touch nothing of the library keep the promises that the zoo's models keep."""

import json
import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.toys import NAMES, compiled
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.two_domains import Pairs, TwoDomains
from tfgan_zoo.serving.export import export
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.run import Plan, Run

BATCH = 8
SCHEDULES = ("simultaneous", "sequential", "n_critic:2", "alternating")
FOLDER = pathlib.Path(__file__).parent.parent / "toys"


def source_of(name):
    """Points for one domain, or pairs of points for two."""
    rng = np.random.default_rng(0)
    a, b = (ArraySource("points", rng.normal(size=(40, 2)).astype(np.float32), [-1] * 40) for _ in range(2))
    return TwoDomains("two", a, b, pairs=Pairs("two", a, b)) if name in ("translator", "cycles") else a


def batches_of(gan, name, start_step=0):
    return iter(gan.batches(gan.admit(source_of(name)), BATCH, start_step=start_step))


def test_each_file_is_short_and_reads_the_library_alone():
    for path in FOLDER.glob("*.py"):
        if path.stem != "__init__":
            assert len(path.read_text().splitlines()) < 40, path


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", NAMES)
def test_three_steps_are_finite_and_move_every_network(name, schedule):
    gan = compiled(name, schedule=schedule)
    before = [network.get_weights() for network in gan.networks]
    batches = batches_of(gan, name)
    for _ in range(3):
        logs = gan.train_step(next(batches))
    assert all(np.isfinite(value) for value in logs.values())
    for network, weights in zip(gan.networks, before, strict=True):
        assert any((a != b).any() for a, b in zip(network.get_weights(), weights, strict=True)), network.name


@pytest.mark.parametrize("name", NAMES)
def test_a_keras_file_keeps_the_state_beside_the_networks(name, tmp_path, arrays_of, assert_same_bits):
    gan = compiled(name)
    batches = batches_of(gan, name)
    for _ in range(2):
        gan.train_step(next(batches))
    gan.save(tmp_path / "toy.keras")
    loaded = keras.models.load_model(tmp_path / "toy.keras")
    assert_same_bits([v.numpy() for v in loaded.variables], [v.numpy() for v in gan.variables])
    batch = next(batches)
    for model in (gan, loaded):
        model.train_step(batch)
        model.reset_metrics()
    assert_same_bits(arrays_of(loaded), arrays_of(gan))


class DiedHere(BaseException):
    """Ends a run as a lost machine would: nothing is saved any more."""


def run(name, folder, steps, dies_at=None, monkeypatch=None):
    gan = compiled(name)
    folder = RunFolder(folder)
    folder.claim({"model": name})
    plan = Plan(steps=steps, log_every=1, sample_every=2, checkpoint_every=2, evaluate_every=1, export=False)
    session = Run(gan, gan.admit(source_of(name)), folder, BATCH, plan, steps_per_execution=1)
    if dies_at is not None:
        log = session._log

        def die(step):
            log(step)
            if step == dies_at:
                raise DiedHere

        session._log = die
    session.train()
    return gan


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_is_killed_and_resumed_ends_bit_equal(name, tmp_path, arrays_of, assert_same_bits):
    undisturbed = run(name, tmp_path / "undisturbed", steps=5)
    with pytest.raises(DiedHere):
        run(name, tmp_path / "killed", steps=5, dies_at=3)  # the newest checkpoint is of step 2
    resumed = run(name, tmp_path / "killed", steps=5)
    assert_same_bits(arrays_of(resumed), arrays_of(undisturbed))
    pictures = [(tmp_path / way / "samples/step-000004.png").read_bytes() for way in ("killed", "undisturbed")]
    assert pictures[0] == pictures[1]


def test_two_replicas_equal_one(run_python, tmp_path):
    for way in ("none", "mirrored"):
        result = run_python("tests/replicas_of_toys.py", tmp_path / f"{way}.npz", way)
        assert result.returncode == 0, result.stderr[-2000:]
    one, two = (dict(np.load(tmp_path / f"{way}.npz")) for way in ("none", "mirrored"))
    assert one.keys() == two.keys()
    for key in one:
        np.testing.assert_allclose(two[key], one[key], rtol=2e-4, atol=2e-6, err_msg=key)
    assert 0.0 < one["energies/k"] < 1.0
    assert one["cycles/count"] == 12


SERVE = """
import json, sys
sys.modules["keras"] = sys.modules["tfgan_zoo"] = None  # an import of them fails
import numpy as np
import tensorflow as tf
answers = {}
for name, folder in json.loads(sys.argv[1]).items():
    functions = tf.saved_model.load(folder).signatures
    inputs = {k: tf.fill([2 if d is None else d for d in s.shape], tf.cast(1, s.dtype))
              for k, s in functions["serving_default"].structured_input_signature[1].items()}
    output = next(iter(functions["serving_default"](**inputs).values())).numpy()
    answers[name] = [sorted(functions), output.tolist()]
print(json.dumps(answers))
"""


def test_an_export_answers_where_there_is_tensorflow_alone(run_python, tmp_path):
    gans = {name: compiled(name) for name in NAMES}
    folders = {name: str(export(gan, tmp_path / name)) for name, gan in gans.items()}
    result = run_python("-c", SERVE, json.dumps(folders), cwd=tmp_path, PYTHONPATH="")
    assert result.returncode == 0, result.stderr[-2000:]
    for name, (signatures, output) in json.loads(result.stdout.splitlines()[-1]).items():
        gan = gans[name]
        given = tf.ones((2, gan.latent_dim or 2))
        by_hand = gan.translate(given, "b") if name == "cycles" else gan.generate(given)
        np.testing.assert_allclose(output, by_hand, rtol=1e-5)
        assert ("encode" in signatures) == (name == "pairs")
        translates = {s for s in signatures if s.startswith("translate")}
        assert translates == {"translator": {"translate"}, "cycles": {"translate_a_to_b", "translate_b_to_a"}}.get(
            name, set()
        )
