"""The files of an export, its versions, what it needs, and the command that exports a run's checkpoint again."""

import functools
import json
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from models import ZOO
from tfgan_zoo import export as module
from tfgan_zoo import train
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel

SEEDS = [3, 2**40, 0]


@pytest.fixture(scope="module")
def exported(tiny_gan, tmp_path_factory):
    return export(tiny_gan((4, 4, 1)), tmp_path_factory.mktemp("export"))


def generate(path, seeds):
    signatures = tf.saved_model.load(str(path)).signatures
    return signatures["generate"](seed=tf.constant(seeds, tf.int64))["image_bytes"].numpy().tolist()


# Its versions and files.


def test_versions_count_up(tiny_gan, tmp_path):
    gan = tiny_gan((4, 4, 1))
    assert export(gan, tmp_path / "export", ["zero", "one"]).name == "1"
    (tmp_path / "export" / "7").mkdir()
    (tmp_path / "export" / "notes").mkdir()
    second = export(gan, tmp_path / "export", ["zero", "one"], max_batch=5)
    assert second.name == "8"
    description = json.loads((second / "assets.extra" / "description.json").read_text())
    assert description.pop("tensorflow") == tf.__version__
    assert {name: description.pop(name) for name in ("takes", "encodes", "translations")} == {
        "takes": "latents",
        "encodes": False,
        "translations": [],
    }
    assert description == {"model": "GAN", "step": 0, "num_classes": 0, "class_names": [], "max_batch": 5}


def test_a_version_that_is_asked_for(tiny_gan, tmp_path):
    gan = tiny_gan((4, 4, 1))
    assert export(gan, tmp_path, version=12) == tmp_path / "12"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r"--version=12: .*12 is there; free: 13\."):
        export(gan, tmp_path, version=12)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_model_that_is_given_images_says_so(tmp_path):
    from tests.serving.translators import Translator

    folder = export(Translator((64, 64, 1), (64, 64, 3), both=True), tmp_path)
    description = json.loads((folder / "assets.extra" / "description.json").read_text())
    del description["tensorflow"]
    assert description == {
        "model": "Translator",
        "step": 3,
        "num_classes": 0,
        "class_names": [],
        "max_batch": 256,  # by the larger of its two shapes
        "takes": "images",
        "encodes": False,
        "translations": ["translate_a_to_b", "translate_b_to_a"],
    }


def test_as_many_class_names_as_classes(tiny_gan, tmp_path):
    from tests.serving.conftest import Bright

    gan = tiny_gan((4, 4, 1), model=Bright)
    with pytest.raises(ValueError, match=r"the model has 3 classes\. Received: 2 class names"):
        export(gan, tmp_path, ["zero", "one"])
    assert ExportedModel(export(gan, tmp_path)).class_names == ["0", "1", "2"]


def test_an_export_that_fails_leaves_nothing(tiny_gan, tmp_path, monkeypatch):
    def full_disk(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    gan = tiny_gan((4, 4, 1))
    before = gan.generator.get_weights()
    monkeypatch.setattr(tf.saved_model, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        export(gan, tmp_path)
    assert list(tmp_path.iterdir()) == []
    for found, expected in zip(gan.generator.get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, expected)


class WithPython(GAN):
    def generate(self, latents, labels=None, training=False):
        images = super().generate(latents, training=training)
        return tf.ensure_shape(tf.numpy_function(lambda x: x, [images], tf.float32), images.shape)


def test_a_graph_that_needs_python_is_refused(tiny_gan, tmp_path):
    with pytest.raises(UserError, match="cannot be served: it needs PyFunc"):
        export(tiny_gan((4, 4, 1), model=WithPython), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_op_is_tensorflows_own(exported):
    graph = SavedModel.FromString((exported / "saved_model.pb").read_bytes()).meta_graphs[0].graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    assert len(nodes) > 100
    for node in nodes:
        assert hasattr(tf.raw_ops, node.op)
        assert "PyFunc" not in node.op


def test_training_goes_on_as_if_there_had_been_no_export(tiny_gan, real_batches, tmp_path, arrays_of, assert_same_bits):
    options = {"ema": {"generator": 0.5, "discriminator": 0.5}, "networks": {"batch_norm": True, "dropout": True}}
    gans = [tiny_gan(**options), tiny_gan(**options)]
    first, second = real_batches(2)
    for gan in gans:
        gan.train_step(first)
    export(gans[0], tmp_path)
    for gan in gans:
        gan.train_step(second)
    assert_same_bits(*(arrays_of(gan) for gan in gans))


# What it needs.

LOAD_ALONE = """
import sys

sys.modules.update(keras=None, tfgan_zoo=None, models=None)  # an import of one of them fails
import tensorflow as tf

model = tf.saved_model.load(sys.argv[1])
images = model.signatures["generate"](seed=tf.constant([3, 4], tf.int64))["image_bytes"].numpy()
open(sys.argv[2], "wb").write(images[1])
"""


def test_it_needs_tensorflow_alone(exported, run_python, tmp_path):
    result = run_python("-c", LOAD_ALONE, exported, tmp_path / "four.png", cwd=tmp_path, PYTHONPATH="")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "four.png").read_bytes() == generate(exported, [4])[0]


def test_saved_model_cli_runs_and_shows_it(exported, tmp_path):
    command = pathlib.Path(sys.executable).with_name("saved_model_cli")
    arguments = ["--dir", exported, "--tag_set", "serve", "--signature_def", "generate"]
    inputs = ["--input_exprs", "seed=[4, 5]", "--outdir", tmp_path]
    options = {"capture_output": True, "text": True, "timeout": 200}
    run = subprocess.run([command, "run", *arguments, *inputs], cwd=tmp_path, **options)
    assert run.returncode == 0, run.stderr
    assert np.load(tmp_path / "image_bytes.npy", allow_pickle=True).tolist() == generate(exported, [4, 5])
    show = subprocess.run([command, "show", "--dir", exported, "--all"], **options)
    assert "generate_seed:0" in show.stdout
    assert "Function Name: 'interpolate'" in show.stdout
    assert "position: TensorSpec(shape=(None,), dtype=tf.float32, name='position')" in show.stdout


# The command.


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run of a conditional model with checkpoints of steps 1, 2 and 3 and an average of G's weights."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    arguments = ["--model=cdcgan", "--set=width=4", "--ema=0.5", "--batch_size=8", "--steps=3"]
    assert train.main(ZOO, [*arguments, "--checkpoint_every=1", f"--workdir={folder}"]) == 0
    return folder


@pytest.fixture
def run(run_main):
    return functools.partial(run_main, module.main)


def test_the_last_checkpoint_exported_again_makes_the_same_pngs(run, run_folder):
    status, out, _ = run(run_folder, "--version=5", "--max_batch=7")
    assert (status, out) == (0, f"step 3: {run_folder / 'export' / '5'}\n")
    first, again = (ExportedModel(run_folder / "export" / version) for version in ("1", "5"))
    inputs = {"seed": np.array(SEEDS)}
    assert first.ask("generate", inputs).tolist() == again.ask("generate", inputs).tolist()
    assert again.description == first.description | {"max_batch": 7}
    assert again.class_names == [str(digit) for digit in range(10)]


def test_a_run_in_half_precision_is_exported_in_float32(run, tmp_path):
    folder = tmp_path / "run"
    arguments = ["--model=vanilla", "--image_size=8", "--set=width=4", "--batch_size=8", "--steps=1"]
    assert train.main(ZOO, [*arguments, "--mixed_precision=mixed_bfloat16", f"--workdir={folder}"]) == 0
    assert run(folder)[0] == 0
    images = []
    for version in ("1", "2"):
        graph = (folder / "export" / version / "saved_model.pb").read_bytes()
        message = SavedModel.FromString(graph).meta_graphs[0].graph_def
        nodes = [node for function in message.library.function for node in function.node_def]
        types = {node.attr["T"].type for node in nodes if node.op == "MatMul"}
        assert types == {tf.float32.as_datatype_enum}
        images.append(ExportedModel(folder / "export" / version).ask("generate", {"seed": np.array(SEEDS)}).tolist())
    assert images[0] == images[1]


def test_another_checkpoint_makes_others(run, run_folder):
    status, out, _ = run(run_folder, "--checkpoint=1")
    version = out.strip().rpartition("/")[2]
    assert (status, out) == (0, f"step 1: {run_folder / 'export' / version}\n")
    first, other = (ExportedModel(run_folder / "export" / number) for number in ("1", version))
    assert other.description["step"] == 1
    assert (first.generate(SEEDS) != other.generate(SEEDS)).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "RUN is missing"),
        (["missing"], "missing: there is no such folder"),
        (["RUN", "--checkpoint=4"], "--checkpoint=4: expected one of 1, 2, 3."),
        (["RUN", "--version=1"], "--version=1: "),
        (["RUN", "--version=0"], "--version=0"),
        (["RUN", "--max_batch=0"], "--max_batch=0"),
        (["RUN", "RUN"], "unexpected argument"),
    ],
)
def test_mistakes_are_told_in_one_line(run, run_folder, arguments, message):
    before = sorted(run_folder.rglob("*"))
    status, out, error = run(*(argument.replace("RUN", str(run_folder)) for argument in arguments))
    assert (status, out) == (2, "")
    assert error.startswith("tfgan_zoo.export: error: ")
    assert message in error
    assert error.count("\n") == 1
    assert sorted(run_folder.rglob("*")) == before


def test_a_damaged_checkpoint_is_told(run, run_folder):
    data = next((run_folder / "checkpoints" / "step-000002").glob("state.data*"))
    content = data.read_bytes()
    data.write_bytes(bytes(len(content)))
    try:
        status, _, error = run(run_folder, "--checkpoint=2")
    finally:
        data.write_bytes(content)
    assert status == 2
    assert "step-000002: damaged" in error


def test_mistakes_do_not_import_tensorflow(run_python, run_folder):
    for arguments, status in [(["--help"], 0), (["missing"], 2), ([run_folder, "--checkpoint=4"], 2)]:
        result = run_python("-X", "importtime", "-m", "tfgan_zoo.export", *arguments)
        assert result.returncode == status
        assert not [line for line in result.stderr.splitlines() if line.endswith((" tensorflow", " keras"))]
