"""Inputs that nobody means, by the hundred: each is refused in one line or does no harm, and nothing is written."""

import io
import json
import os
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from models import ZOO
from tfgan_zoo import train
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_SCHEMES, DATASETS, LOSSES, SCHEDULES
from tfgan_zoo.data.folder import folder as open_folder
from tfgan_zoo.machine import cluster
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.metrics_file import MetricsFile


def examples(count):
    """The same ones in each session, so that a failure stays one."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Gives the command some flags in an empty folder; it has to refuse them in one line and write nothing."""
    monkeypatch.chdir(tmp_path)

    def check(*arguments):
        status = train.main(ZOO, ["--image_size=8", "--batch_size=8", "--steps=1", *arguments])
        captured = capsys.readouterr()
        assert (status, captured.out) == (2, ""), captured
        (line,) = captured.err.splitlines()
        assert line.startswith("train.py: error: ")
        assert list(tmp_path.iterdir()) == []

    return check


# Flags.

NUMBERS = {
    "image_size": 1,
    "steps": 1,
    "batch_size": 1,
    "seed": 0,
    "log_every": 1,
    "sample_every": 1,
    "checkpoint_every": 1,
    "evaluate_every": 1,
}
NAMES = {
    "model": list(ZOO),
    "loss": list(LOSSES),
    "schedule": list(SCHEDULES),
    "distribute": list(cluster.WAYS),
    "dataset": list(DATASETS),
}


def is_whole_number(text):
    try:
        return bool(int(text)) or True
    except ValueError:
        return text.strip().lower()[:2] in ("0x", "0o", "0b")


@examples(80)
@given(st.sampled_from(sorted(NUMBERS)), TEXT | st.floats().map(str) | st.integers(max_value=-1).map(str))
@example("seed", str(2**31))
@example("steps", "1e3")
@example("batch_size", "")
def test_numbers_that_are_none_or_out_of_range(refused, name, text):
    assume(not is_whole_number(text) or (text.lstrip("-").isdecimal() and int(text) < NUMBERS[name]) or name == "seed")
    assume(not (name == "seed" and is_whole_number(text) and 0 <= int(text, 0) < 2**31))
    refused(f"--{name}={text}")


@examples(80)
@given(st.sampled_from(sorted(NAMES)), TEXT)
@example("schedule", "n_critic:-1")
@example("dataset", "folder:")
@example("dataset", "tfds:")
@example("dataset", "folder:/dev/null")
def test_names_that_are_none(refused, name, text):
    scheme, colon, what = text.partition(":")
    assume(text not in NAMES[name])
    assume(not (name == "schedule" and scheme == "n_critic" and what.isdecimal() and int(what) > 0))
    assume(not (name == "dataset" and colon and scheme in DATASET_SCHEMES and scheme != "folder" and what))
    refused(f"--{name}={text}")


@examples(40)
@given(TEXT)
@example("--")
@example("-m")
@example("---model=dcgan")
@example("=")
def test_arguments_that_are_no_flags(refused, text):
    assume(text.lstrip("-").partition("=")[0] not in ("", "h", "help", "traceback", "notraceback", "nohelp"))
    name = text.lstrip("-").partition("=")[0]
    assume(name not in (*NUMBERS, *NAMES, "workdir", "data_dir", "set", "export", "noexport", "overwrite"))
    refused(text if text.startswith("-") else f"--{text}")


JUNK = st.recursive(
    st.text("abcxyz, .", min_size=1, max_size=5).filter(str.strip) | st.just(float("nan")) | st.integers(-9, -1),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.text("ab", min_size=1), inner, min_size=1)
    ),
    max_leaves=3,
)


@examples(40)
@given(st.sampled_from(["width", "latent_dim", "ema", "penalties", "no_such_argument"]), JUNK)
def test_arguments_of_the_model_that_it_cannot_take(refused, name, value):
    refused("--model=vanilla", f"--set={name}={value!r}")


@examples(20)
@given(TEXT)
def test_settings_that_are_none(refused, text):
    name, equals, _ = text.partition("=")
    assume(not equals or not name.isidentifier())
    refused("--model=vanilla", f"--set={text}")


# Files.


def damaged(content: bytes):
    """A strategy: the content cut, with bytes turned over, with bytes put in, or other bytes altogether."""
    places = st.integers(0, max(0, len(content) - 1))
    return (
        st.builds(lambda place: content[:place], places)
        | st.builds(_flip, st.just(content), st.lists(st.tuples(places, st.integers(1, 255)), min_size=1, max_size=8))
        | st.builds(lambda place, more: content[:place] + more + content[place:], places, st.binary(min_size=1))
        | st.binary(max_size=64)
    )


def _flip(content, changes):
    changed = bytearray(content)
    for place, bits in changes:
        changed[place] ^= bits
    return bytes(changed)


def encoded(kind):
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8))
    content = io.BytesIO()
    picture.save(content, kind)
    return content.getvalue()


KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "BMP": "bmp", "GIF": "gif", "TIFF": "tiff"}


@pytest.fixture
def two_pictures(tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(encoded("PNG"))
    return tmp_path


@examples(120)
@given(
    st.sampled_from(sorted(KINDS)).flatmap(
        lambda kind: st.tuples(st.sampled_from(list(KINDS.values())), damaged(encoded(kind)))
    )
)
def test_damaged_and_wrongly_named_pictures(two_pictures, capsys, case):
    ending, content = case
    (two_pictures / f"c.{ending}").write_bytes(content)
    source = open_folder(str(two_pictures), image_size=8)
    (two_pictures / f"c.{ending}").unlink()
    assert source.examples.shape[1:] == (8, 8, 3)
    assert source.num_examples in (2, 3)
    told = [line for line in capsys.readouterr().err.splitlines() if "skipped" in line]
    assert len(told) == 3 - source.num_examples


@pytest.fixture(scope="module")
def two_checkpoints(tiny_gan, real_batches, arrays_of, tmp_path_factory):
    """A GAN, the folder of two checkpoints, and the state of each."""
    gan, folder, states = tiny_gan(), tmp_path_factory.mktemp("checkpoints"), {}
    checkpoints = Checkpoints(folder, gan)
    for step, batch in enumerate(real_batches(2), start=1):
        gan.train_step(batch)
        checkpoints.save(step)
        states[step] = arrays_of(gan)
    return gan, folder, states


@examples(80)
@given(st.data())
def test_damaged_checkpoints(two_checkpoints, arrays_of, assert_same_bits, tmp_path, data):
    gan, folder, states = two_checkpoints
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    files = sorted((copy / "step-000002").iterdir())
    file = data.draw(st.sampled_from(files))
    content = file.read_bytes()
    changed = data.draw(damaged(content) | st.sampled_from([path.read_bytes() for path in files]))
    assume(changed != content)
    file.write_bytes(changed)
    assert Checkpoints(copy, gan).restore_newest() == 1
    assert_same_bits(arrays_of(gan), states[1])


CONFIG = json.dumps({"settings": {"model": "vanilla", "arguments": {"seed": 0}}, "versions": {}}).encode()


@examples(60)
@given(damaged(CONFIG))
def test_damaged_settings(tmp_path, content):
    folder = RunFolder(tmp_path / "run")
    shutil.rmtree(folder.path, ignore_errors=True)
    (folder.checkpoints / "step-000001").mkdir(parents=True)
    folder.config.write_bytes(content)
    before = os.stat(folder.config).st_ino
    try:
        folder.claim({"model": "vanilla", "arguments": {"seed": 0}})
    except UserError as error:
        assert "\n" not in str(error)  # noqa: PT017 — either is right
        assert folder.config.read_bytes() == content
    else:
        assert os.stat(folder.config).st_ino != before  # claimed: the settings are those that were meant


@examples(60)
@given(damaged(b"step,d_loss,g_loss\n10,1.25,\n20,0.5,0.75\n30,-3.0,2.0\n"))
def test_damaged_metrics(tmp_path, content):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    metrics.path.write_bytes(content)
    try:
        metrics.cut(20)
        rows = metrics.read()
    except UserError as error:
        assert "metrics.csv" in str(error)  # noqa: PT017
    else:
        assert all(row["step"] <= 20 for row in rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cluster", "task", "worker", "chief", "type", "index", "ps"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@examples(150)
@given(JSON.map(json.dumps) | TEXT, st.sampled_from(["auto", "multi_worker"]))
def test_clusters_that_are_none(text, way):
    try:
        chosen, found = cluster.choose(way, {"TF_CONFIG": text})
    except UserError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        assert (chosen == "multi_worker") == (found is not None)
        assert found is None or found.num_processes > 1
