"""The training command: what it refuses, how, and what a run by it is."""

import json
import re

import pytest
from absl import flags
from PIL import Image

from models import ZOO
from tests.data.test_tfds import prepare_greys
from tfgan_zoo import train as command
from tfgan_zoo.common.errors import UserError


@pytest.fixture
def without_tensorflow(run_python, tmp_path):
    """Runs `train.py` in a process of its own; fails if that imported TensorFlow or Keras, or wrote anything."""

    def run(*arguments):
        workdir = tmp_path / "run"
        result = run_python("-X", "importtime", "train.py", f"--workdir={workdir}", *arguments)
        imported = set(re.findall(r"^import time:.*\| +(\S+)$", result.stderr, re.MULTILINE))
        assert "tfgan_zoo.train" in imported
        assert not {name for name in imported if name.partition(".")[0] in ("tensorflow", "keras")}
        assert not workdir.exists()
        errors = [line for line in result.stderr.splitlines() if not line.startswith("import time:")]
        return result.returncode, result.stdout, errors

    return run


@pytest.fixture
def train(tmp_path, monkeypatch, capsys):
    """Runs the command in this process, in an empty folder; returns its status, stdout and lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = command.main(ZOO, list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err.splitlines()

    return run


# Without TensorFlow.


def test_help(without_tensorflow):
    status, out, errors = without_tensorflow("--help")
    assert (status, errors) == (0, [])
    for name in ("model", "dataset", "steps", "loss", "schedule", "set", "workdir", "overwrite", "export"):
        assert f"--{name}" in out
    assert ", ".join(ZOO) in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--modle=dcgan"], "unknown flag '--modle'. Did you mean '--model'?"),
        (["--model=dcgna"], "unknown model 'dcgna'. Did you mean 'dcgan'?"),
        (["--dataset=digit"], "unknown dataset 'digit'. Did you mean 'digits'?"),
        (["--dataset=tdfs:mnist"], "unknown dataset 'tdfs:mnist'. Accepted with a colon: tfds:NAME[/CONFIG] or folder"),
        (["--loss=hing"], "unknown loss 'hing'. Did you mean 'hinge'?"),
        (["--schedule=alternate"], "unknown schedule 'alternate'. Did you mean 'alternating'?"),
        (["--schedule=n_critic:0"], "--schedule=n_critic:0: only n_critic takes a number, at least 1"),
        (["--distribute=mirored"], "unknown way to distribute 'mirored'. Did you mean 'mirrored'?"),
        (["--distribute=multi_worker"], "--distribute=multi_worker: TF_CONFIG is not set; accepted is JSON such as"),
        (["--steps=0"], "--steps=0"),
        (["--steps=many"], "--steps=many"),
        (["--seed=-1"], "--seed=-1"),
        (["--seed=2147483648"], "--seed=2147483648"),
        (["--mixed_precision=float17"], "unknown precision 'float17'. Did you mean"),
        (["--threads=0"], "--threads=0"),
        (["--steps_per_execution=0"], "--steps_per_execution=0"),
        (["--profile=20", "--steps=25"], "--profile=20: begins after 10 steps, and the run has --steps=25; accepted"),
        (["--set=width"], "--set=width: accepted is KEY=VALUE, such as --set=width=32."),
        (["--set=seed=3"], "--set=seed=3: there is a flag for it: --seed=3."),
        (["digits"], "unexpected argument 'digits'"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_mistakes_are_told_in_one_line_before_tensorflow_is_imported(without_tensorflow, arguments, message):
    status, out, errors = without_tensorflow(*arguments)
    assert (status, out) == (2, "")
    (line,) = errors
    assert line.startswith("train.py: error: ")
    assert message in line


def parsed(*arguments):
    values = flags.FlagValues()
    command._define(values, ZOO)
    values(["train.py", *arguments])
    return values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("width=32", 32),
        ("rate=2e-4", 2e-4),
        ("ema={'generator': 0.999}", {"generator": 0.999}),
        ("flag=True", True),
        ("nothing=None", None),
        ("name=text", "text"),
        ("name='32'", "32"),
        ("empty=", ""),
        ("equation=a=b", "a=b"),
        ("sizes=[1, 2]", [1, 2]),
        ("wide=  7", 7),
    ],
)
def test_set_reads_python_literals(text, value):
    arguments = command.model_arguments(parsed(f"--set={text}"))
    assert arguments == {"seed": 0, text.partition("=")[0]: value}
    assert type(arguments[text.partition("=")[0]]) is type(value)


def test_flags_and_settings_become_arguments_of_the_model():
    values = parsed("--seed=5", "--loss=hinge", "--schedule=n_critic:3", "--set=width=8", "--set=latent_dim=4")
    expected = {"seed": 5, "loss": "hinge", "schedule": "n_critic:3", "width": 8, "latent_dim": 4}
    assert command.model_arguments(values) == expected


def test_the_models_own_loss_and_schedule_stand_unless_given():
    assert command.model_arguments(parsed()) == {"seed": 0}


@pytest.mark.parametrize("text", ["simultaneous", "sequential", "n_critic", "n_critic:1", "n_critic:25", "alternating"])
def test_schedules(text):
    assert command.check_schedule(text) == text


@pytest.mark.parametrize("text", ["n_critic:", "n_critic:0", "n_critic:1.5", "n_critic:²", "sequential:2"])
def test_schedules_that_are_none(text):
    with pytest.raises(UserError, match=f"--schedule={text}"):
        command.check_schedule(text)


# With TensorFlow.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model=vanilla", "--set=widht=8"], "unknown argument of build 'widht'. Did you mean 'width'? Valid: image"),
        (["--model=vanilla", "--set=image_shape=(8, 8, 1)"], "image_shape"),
        (["--model=vanilla", "--set=width=wide"], "width=wide"),
        (["--model=vanilla", "--set=width=-3"], "width=-3"),
        (["--model=dcgan", "--dataset=ring8"], "dcgan makes images, not points"),
        (["--model=dcgan", "--image_size=30"], "square images of side 16, 20, 24, 28, 32"),
        (["--model=vanilla", "--batch_size=2000"], "--batch_size=2000: more than the 1437 examples of digits."),
        (["--model=vanilla", "--image_size=5000"], "--image_size=5000: accepted are whole numbers from 1 to 1024."),
        (["--model=cdcgan", "--dataset=folder:plain"], "--model=cdcgan needs labels; folder:plain has none for some"),
        (["--model=vanilla", "--distribute=mirrored"], "--distribute=mirrored: TensorFlow sees one device"),
        (["--model=vanilla", "--dataset=ring8", "--image_size=8"], "--image_size=8: ring8 is made of points"),
        (["--model=vanilla", "--dataset=folder:missing"], "'missing' does not exist"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_about_a_model_or_its_data(train, tmp_path, arguments, message):
    plain = tmp_path / "plain"
    if "--dataset=folder:plain" in arguments:
        plain.mkdir()
        for name in ("a.png", "b.png"):
            Image.new("L", (16, 16)).save(plain / name)
    status, out, errors = train(*arguments)
    assert (status, out) == (2, "")
    *understood, line = errors
    assert all(told.startswith("folder:plain: 2 pictures") for told in understood)
    assert line.startswith("train.py: error: ")
    assert message in line
    assert [path for path in tmp_path.iterdir() if path != plain] == []


def test_a_loss_that_the_model_does_not_admit(train, tmp_path, monkeypatch):
    from models.vanilla import Vanilla

    monkeypatch.setattr(Vanilla, "losses_admitted", ("hinge",))
    status, _, errors = train("--model=vanilla", "--loss=minimax")
    assert (status, errors) == (2, ["train.py: error: Vanilla does not admit the loss Minimax. Valid: hinge."])
    assert list(tmp_path.iterdir()) == []


TINY = ["--model=vanilla", "--image_size=8", "--set=width=4", "--batch_size=8", "--steps=2", "--log_every=1"]


def test_a_run_and_what_may_come_after(train, tmp_path):
    folder = tmp_path / "runs" / "vanilla-digits"
    status, out, _ = train(*TINY, "--noexport")
    assert status == 0
    assert "vanilla on digits: 1437 examples of (8, 8, 1)" in out
    settings = json.loads((folder / "config.json").read_text())["settings"]
    assert settings["arguments"] == {"seed": 0, "width": 4}
    chosen = {"model": "vanilla", "dataset": "digits", "image_size": 8, "batch_size": 8, "steps": 2, "export": False}
    assert {name: settings[name] for name in chosen} == chosen
    assert not (folder / "export").exists()

    status, out, errors = train(*TINY, "--noexport")
    assert (status, errors) == (0, [])
    assert "finished at step 2" in out
    assert "--steps=4" in out

    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for changed, told in [("--seed=1", "seed"), ("--batch_size=16", "batch_size=8"), ("--set=width=5", "width")]:
        status, _, errors = train(*TINY, changed)
        assert status == 2
        (line,) = errors
        assert told in line
        assert "--overwrite" in line
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    status, out, _ = train(*TINY, "--noexport", "--seed=1", "--overwrite")
    assert status == 0
    assert "goes on" not in out
    assert json.loads((folder / "config.json").read_text())["settings"]["arguments"]["seed"] == 1


def test_the_fast_path_is_told_and_what_changes_numbers_is_kept(train, tmp_path, monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")  # the command sets it for this process
    tiny = [*TINY, "--noexport"]
    status, out, _ = train(*tiny, "--mixed_precision=mixed_float16", "--steps_per_execution=1")
    assert status == 0
    (line,) = [line for line in out.splitlines() if line.startswith("fast path: ")]
    assert "mixed_float16 (--mixed_precision), data in memory, 1 step (--steps_per_execution) an execution" in line
    settings = json.loads((tmp_path / "runs" / "vanilla-digits" / "config.json").read_text())["settings"]
    chosen = {"onednn": True, "xla": False, "mixed_precision": "mixed_float16"}
    assert {name: settings[name] for name in chosen} == chosen

    for changed, told in [
        (["--mixed_precision=float32"], "mixed_precision=mixed_float16, this one has mixed_precision=float32"),
        (["--mixed_precision=mixed_float16", "--noonednn"], "onednn=True, this one has onednn=False"),
        (["--mixed_precision=mixed_float16", "--xla"], "xla=False, this one has xla=True"),
    ]:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
        status, _, (error,) = train(*tiny, *changed)
        assert status == 2
        assert told in error
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert train(*tiny, "--mixed_precision=mixed_float16", "--steps_per_execution=2", "--steps=3")[0] == 0


def test_operations_on_points_have_half_of_the_threads_each(train):
    flags = ["--model=vanilla", "--steps=1", "--noexport", "--threads=3"]
    lines = {"ring8": "3 threads (--threads), 1 an operation, XLA", "digits": "3 threads (--threads), XLA"}
    for dataset, told in lines.items():
        status, out, _ = train(*flags, f"--dataset={dataset}", f"--workdir={dataset}")
        assert status == 0
        assert told in out


def test_a_run_on_streamed_records_goes_on_with_streamed_records_alone(train, tmp_path):
    """They come in another order than in memory."""
    prepare_greys(tmp_path / "tfds")
    tiny = [*TINY, "--dataset=tfds:greys", "--data_dir=tfds", "--workdir=run", "--noexport"]
    status, out, _ = train(*tiny, "--noin_memory")
    assert status == 0
    assert "data streamed (--noin_memory)" in out
    status, _, (error,) = train(*tiny)
    assert status == 2
    assert "holds a run with order=streamed, this one has order=permuted" in error
    assert train(*tiny, "--noin_memory", "--steps=3")[0] == 0


def test_a_run_on_a_folder_may_change_between_memory_and_streaming(train, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(9):
        Image.new("L", (8, 8), 20 * number).save(pictures / f"{number}.png")
    tiny = [*TINY, f"--dataset=folder:{pictures}", "--workdir=run", "--noexport"]
    assert "data in memory," in train(*tiny)[1]
    status, out, _ = train(*tiny, "--noin_memory", "--steps=3")
    assert status == 0
    assert "data streamed (--noin_memory)" in out


@pytest.mark.parametrize("flag", ["--in_memory", "--noin_memory"])
def test_data_that_are_made_in_memory_leave_no_choice(without_tensorflow, flag):
    status, _, (error,) = without_tensorflow(flag)
    assert status == 2
    assert f"{flag}: digits is always in memory; accepted with --dataset=mnist, " in error


def test_the_status_of_an_interrupted_run_is_130(train, monkeypatch):
    import signal

    from tfgan_zoo.training.run import Run

    monkeypatch.setattr(Run, "train", lambda self: signal.SIGINT)
    assert train(*TINY)[0] == 130


def test_a_diverged_run_is_a_failure_and_says_which_loss(train, monkeypatch):
    from tfgan_zoo.training.divergence import TrainingDiverged
    from tfgan_zoo.training.run import Run

    def diverge(self):
        raise TrainingDiverged("g_loss is nan between steps 5 and 10")

    monkeypatch.setattr(Run, "train", diverge)
    status, _, errors = train(*TINY)
    assert status == 1
    assert errors[-1] == "train.py: error: TrainingDiverged: g_loss is nan between steps 5 and 10"


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("digits", "digits"), ("tfds:mnist/3.0.1", "tfds-mnist-3.0.1"), ("folder:../my cats/", "folder-..-my-cats")],
)
def test_the_default_folder_is_named_after_the_dataset(dataset, name):
    found = command._file_name(dataset)
    assert found == name
    assert "/" not in found
