"""The training command: what it refuses, how, and what a run by it is."""

import dataclasses
import json
import re

import pytest
from absl import flags
from PIL import Image

from models import ZOO
from tests.data.test_tfds import prepare_greys
from tfgan_zoo import train as command
from tfgan_zoo.common.registry import Registry
from tfgan_zoo.machine.fast_path import Choices
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.plan import Plan

VALID = f"{', '.join(ZOO)}."


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
    import tfgan_zoo.training.run as running

    monkeypatch.setattr(running, "draw_curves", lambda rows, path: None)  # it takes longer than all else
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = command.main(ZOO, list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err.splitlines()

    return run


@pytest.fixture
def only_claims(monkeypatch):
    """Has runs claim their folder, and end there as if they had written a checkpoint."""
    from tfgan_zoo.training.run import Run

    monkeypatch.setattr(Run, "trace", lambda self: None)
    monkeypatch.setattr(Run, "train", lambda self: (self.folder.checkpoints / "step-000002").mkdir(exist_ok=True))


# Without TensorFlow.


def test_help(without_tensorflow):
    status, out, errors = without_tensorflow("--help")
    assert (status, errors) == (0, [])
    for name in ("model", "dataset", "steps", "loss", "schedule", "set", "workdir", "overwrite", "export"):
        assert f"--{name}" in out
    assert ", ".join(ZOO) in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--modle=dcgan"], "unknown flag '--modle'. Did you mean '--model'?"),
        (["--model=dcgna"], "unknown model 'dcgna'. Did you mean 'dcgan'?"),
        (["--dataset=digit"], "unknown dataset 'digit'. Did you mean 'digits'?"),
        (
            ["--dataset=tdfs:mnist"],
            "unknown dataset 'tdfs:mnist'. Did you mean 'tfds:mnist'? Accepted with a colon: tfds",
        ),
        (["--dataset=edges:mnsit"], "unknown dataset 'edges:mnsit'. Did you mean 'edges:mnist'?"),
        (["--dataset=edges:ring8"], "--dataset=edges:ring8: ring8 is made of points; expected images of one"),
        (
            ["--model=vanilla", "--dataset=rings"],
            "--dataset=rings: has two domains, and vanilla takes one. Take a model",
        ),
        (["--model=dcgan", "--dataset=edges:digits"], "--dataset=edges:digits: has two domains, and dcgan takes one."),
        (
            ["--model=cyclegan", "--dataset=mnist"],
            "--dataset=mnist: has one domain, and cyclegan needs two. Take edges:",
        ),
        (["--model=pix2pix", "--set=shapes=3"], "--set=shapes=3: shapes is the dataset's."),
        (["--loss=hing"], "unknown loss 'hing'. Did you mean 'hinge'?"),
        (["--penalty=gradeint:10"], "unknown penalty 'gradeint'. Did you mean 'gradient'?"),
        (["--penalty=r1:-1"], "--penalty=r1:-1: '-1' is not a weight of 0 or more; expected NAME[:WEIGHT]"),
        (["--penalty=r1,every=0"], "--penalty=r1,every=0: 'every=0' is not every=K with a whole number K of 1 or more"),
        (["--penalty=r1", "--penalty=r1:2"], "--penalty=r1:2: r1 is given twice"),
        (["--ema=1"], "--ema=1: expected a decay between 0 and 1, such as 0.999, or none."),
        (["--augment=colour"], "unknown augmentation 'colour'. Did you mean 'color'?"),
        (["--augment=ada:none"], "--augment=ada:none: 'none' is not a whole number of 1 or more; expected some of"),
        (
            ["--model=vanilla", "--dataset=ring8", "--augment=cutout"],
            "--augment=cutout: changes images, and",
        ),
        (["--model=vanilla", "--dataset=grid25", "--flip"], "--flip: mirrors images, and --dataset=grid25 has points."),
        (["--evaluate_every=70"], "--evaluate_every=70: expected a multiple of --log_every=50."),
        (["--schedule=alternate"], "unknown schedule 'alternate'. Did you mean 'alternating'?"),
        (["--schedule=n_critic:0"], "--schedule=n_critic:0: only n_critic takes a number, at least 1"),
        (["--lr=0.01"], "unknown flag '--lr'. Instead: --set=learning_rate=0.01."),
        (["--latent_dim=5"], "unknown flag '--latent_dim'. Instead: --set=latent_dim=5."),
        (
            ["--dataset=folder:/no/where"],
            "--dataset=folder:/no/where: '/no/where' does not exist; expected a folder",
        ),
        (["--image_size=4096"], "--image_size=4096: dcgan makes images of side 16, 20,"),
        (["--distribute=mirored"], "unknown way to distribute 'mirored'. Did you mean 'mirrored'?"),
        (["--distribute=multi_worker"], "--distribute=multi_worker: TF_CONFIG is not set; expected JSON such as"),
        (["--steps=0"], "--steps=0"),
        (["--steps=many"], "--steps=many"),
        (["--seed=-1"], "--seed=-1"),
        (["--seed=2147483648"], "--seed=2147483648"),
        (["--mixed_precision=float17"], "unknown precision 'float17'. Did you mean"),
        (["--threads=0"], "--threads=0"),
        (["--steps_per_execution=0"], "--steps_per_execution=0"),
        (["--profile=20", "--steps=25"], "--profile=20: begins after 10 steps, and the run has --steps=25; accepted"),
        (["--set=width"], "--set=width: expected KEY=VALUE, such as --set=width=32."),
        (["--set=seed=3"], "--set=seed=3: there is a flag for it, such as --seed=3."),
        (["--set=ema={'generator': 0.9}"], "there is a flag for it, such as --ema=none."),
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
    command.define(values, ZOO)
    values(["train.py", *arguments])
    return values


def requested(*arguments):
    values = flags.FlagValues()
    command.define(values, ZOO)
    values(["train.py", *arguments])
    return command.read(values, ZOO)


def test_without_flags_the_request_is_the_default():
    request = requested()
    assert (request.model, request.dataset, request.arguments) == ("dcgan", "digits", {"seed": 0})
    assert str(request.folder) == "runs/dcgan-digits"
    assert request.plan == Plan(1500, 50, None, None, evaluate_every=500, export=True)
    assert request.choices == Choices()
    assert not request.measures_images


def test_a_model_has_a_dataset_of_its_own():
    own = {"cyclegan": "edges:digits", "pix2pix": "edges:digits", "discogan": "rings", "context_encoder": "digits"}
    for model, dataset in own.items():
        request = requested(f"--model={model}")
        assert request.dataset == dataset
        assert str(request.folder) == f"runs/{model}-{dataset.replace(':', '-')}"
    assert requested("--model=cyclegan", "--dataset=edges:mnist").dataset == "edges:mnist"


def test_every_flag_reaches_the_request(tmp_path):
    """Whatever flag is changed, some part of the request changes."""
    run = RunFolder(tmp_path / "run")
    run.claim({"dataset": "digits"})
    (run.checkpoints / "step-000002").mkdir()
    Image.new("L", (16, 16)).save(tmp_path / "a.png")
    pictures = [f"--dataset=folder:{tmp_path}", "--batch_size=1"]
    values = flags.FlagValues()
    command.define(values, ZOO)
    changed = {
        "model": "vanilla",
        "dataset": "mnist",
        "workdir": "here",
        "loss": "hinge",
        "penalty": "r1:0.1,every=16",
        "schedule": "alternating",
        "ema": "0.9",
        "augment": "color",
        "set": "width=3",
        "data_dir": "there",
        "distribute": "none",
        "mixed_precision": "mixed_bfloat16",
        "in_memory": "false",
        "evaluate_every": "100",
        "export": "false",
        "image_size": "32",
        "channels": "4",
        "fit": "pad",
        "init_from": str(run),
    }
    bases = {"channels": pictures, "fit": pictures, "init_optimizers": [f"--init_from={run}"]}
    for name in values:
        base = bases.get(name, ["--dataset=fashion_mnist"])
        flag = f"--{name}={changed.get(name, 'true' if values[name].boolean else 25)}"
        assert requested(*base, flag) != requested(*base), flag


def test_the_request_cannot_be_changed():
    request = requested("--penalty=gradient:10", "--penalty=r1", "--ema=0.995", "--augment=color", "--flip")
    given = {"penalties": ["gradient:10", "r1"], "ema": 0.995, "augmentation": "color", "flip": True}
    assert request.arguments == {"seed": 0, **given}
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.batch_size = 3


@pytest.mark.parametrize("model", ZOO)
def test_help_on_a_model(capsys, model):
    assert command.main(ZOO, [f"--model={model}", "--help"]) == 0
    out = capsys.readouterr().out
    assert f"Arguments of {model}, given by --set=KEY=VALUE:" in out
    assert "  latent_dim" in out
    for flag in ("--penalty=…", "--ema=…", "--augment=…", "--flip=…", "--seed=… (default: 0)"):
        assert f"\n  {flag}" in out
    for name in ("image_shape", "num_classes (", "penalties (", "**"):
        assert name not in out
    assert max(map(len, out.splitlines())) <= 80


def test_help_on_a_model_does_not_wait_for_tensorflow(without_tensorflow):
    status, out, errors = without_tensorflow("--model=pacgan", "--help")
    assert (status, errors) == (0, [])
    assert "  pack (default: 2)\n      m, the number of examples that D sees at once.\n" in out
    assert "  width\n" in out  # the baseline's
    assert "  --loss=…" in out


def test_help_on_a_model_that_is_none(without_tensorflow):
    status, _, (error,) = without_tensorflow("--model=dcgna", "--help")
    assert (status, error) == (2, "train.py: error: unknown model 'dcgna'. Did you mean 'dcgan'? Valid: " + VALID)


# With TensorFlow.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model=vanilla", "--set=widht=8"], "unknown argument of build 'widht'. Did you mean 'width'? Valid: image"),
        (["--model=vanilla", "--set=image_shape=(8, 8, 1)"], "image_shape"),
        (["--model=vanilla", "--set=width=wide"], "width=wide"),
        (["--model=vanilla", "--set=width=-3"], "width=-3"),
        (["--model=dcgan", "--dataset=ring8"], "dcgan makes images, not points"),
        (["--model=dcgan", "--image_size=30"], "dcgan makes images of side 16, 20, 24, 28, 32"),
        (["--model=vanilla", "--batch_size=2000"], "--batch_size=2000: more than the 1437 examples of digits; try"),
        (["--model=vanilla", "--image_size=5000"], "--image_size=5000: expected a whole number from 1 to 1024."),
        (["--model=cdcgan", "--dataset=folder:plain"], "--model=cdcgan needs labels; folder:plain has none. Put"),
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


def of_vanilla(image_shape, *, penalties=None, ema=None, width=None, seed=0):
    """Notes what flags give, and builds a `vanilla` without."""
    from models.vanilla import build

    of_vanilla.given = (image_shape, penalties, ema)
    return build(image_shape, width=width, seed=seed)


def test_penalties_and_averaging_reach_the_model_and_the_settings(only_claims, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    zoo = Registry("model", {"vanilla": f"{__name__}:of_vanilla"})
    given = ["--penalty=gradient:10", "--penalty=r1:0.1,every=16", "--ema=0.995"]
    assert command.main(zoo, [*TINY, "--noexport", *given]) == 0
    assert of_vanilla.given == ((8, 8, 1), ["gradient:10", "r1:0.1,every=16"], 0.995)
    settings = RunFolder("runs/vanilla-digits").read_settings()
    expected = {"seed": 0, "width": 4, "penalties": ["gradient:10", "r1:0.1,every=16"], "ema": 0.995}
    assert settings["arguments"] == expected
    assert command.main(zoo, [*TINY, "--noexport", *given]) == 0
    assert command.main(zoo, [*TINY, "--noexport", *given[1:]]) == 2


def test_augmentation_and_mirror_images_are_settings_of_the_run(train, tmp_path):
    given = [*TINY, "--noexport", f"--workdir={tmp_path / 'run'}"]
    assert train(*given, "--augment=ada:64", "--flip", "--penalty=lecam")[0] == 0
    arguments = RunFolder(tmp_path / "run").read_settings()["arguments"]
    assert (arguments["augmentation"], arguments["flip"]) == ("ada:64", True)
    with open(tmp_path / "run" / "metrics.csv") as file:
        header = file.readline()
    assert "augment_p,real_sign" in header
    longer = [*given, "--steps=3", "--flip", "--penalty=lecam"]
    status, _, (error,) = train(*longer, "--augment=color")
    assert status == 2
    assert "holds a run with augmentation=ada:64, this one has augmentation=color" in error
    status, _, (error,) = train(*longer, "--augment=ada:64", "--noflip")
    assert "holds a run with flip=True, this one has flip=False" in error


def test_ada_is_refused_with_a_loss_whose_signs_mean_nothing(train, tmp_path):
    status, _, errors = train("--model=r3gan", "--image_size=16", "--augment=ada", f"--workdir={tmp_path / 'run'}")
    assert status == 2
    assert errors[-1].startswith("train.py: error: augmentation: ada reads the signs of D's answers, which mean")
    assert list(tmp_path.iterdir()) == []


def test_the_model_says_what_of_a_dataset_it_trains_on(train, tmp_path, monkeypatch):
    from models.vanilla import Vanilla
    from tfgan_zoo.data.source import Source

    class Few(Source):
        """A view of a source: other examples fewer."""

        def __init__(self, source):
            vars(self).update(vars(source))
            self.num_examples = 9

    monkeypatch.setattr(Vanilla, "admit", lambda self, source: Few(source), raising=False)
    status, _, (error,) = train(*TINY, "--batch_size=10")
    assert (status, error) == (
        2,
        "train.py: error: --batch_size=10: more than the 9 examples of digits; try --batch_size=8.",
    )


def test_a_translator_trains_shows_held_out_images_and_translates_files(train, tmp_path, monkeypatch, run_main):
    from tfgan_zoo import sample
    from tfgan_zoo.training.run import Samples

    held_out = []
    monkeypatch.setattr(Samples, "__init__", noting(Samples.__init__, held_out))
    flags = ["--model=pix2pix", "--set=width=4", "--batch_size=4", "--steps=2", "--log_every=1", "--workdir=run"]
    status, out, _ = train(*flags)
    assert status == 0
    assert "pix2pix on edges:digits: 1437 examples of {'a': (16, 16, 1), 'b': (16, 16, 1)}" in out
    assert [source.num_examples for source in held_out] == [360]
    assert Image.open("run/samples/step-000002.png").width > 3 * 16
    Image.new("L", (40, 30)).save("drawing.png")
    status, _, error = run_main(sample.main, "--export=run", "--images=drawing.png", "--out=made.png")
    assert (status, error) == (0, "")
    assert Image.open("made.png").size


def noting(constructor, held_out):
    """Returns the constructor of `Samples`, which notes the held-out examples that it is given."""

    def construct(self, gan, source, folder, examples=None):
        held_out.append(examples)
        constructor(self, gan, source, folder, examples)

    return construct


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


def test_the_fast_path_is_told_and_what_changes_numbers_is_kept(train, only_claims, tmp_path, monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")  # the command sets it for this process
    tiny = [*TINY, "--noexport"]
    status, out, _ = train(*tiny, "--mixed_precision=mixed_bfloat16", "--steps_per_execution=1")
    assert status == 0
    (line,) = [line for line in out.splitlines() if line.startswith("fast path: ")]
    assert "mixed_bfloat16 (--mixed_precision), data in memory, 1 step (--steps_per_execution) per execution" in line
    settings = json.loads((tmp_path / "runs" / "vanilla-digits" / "config.json").read_text())["settings"]
    chosen = {"onednn": True, "xla": False, "mixed_precision": "mixed_bfloat16"}
    assert {name: settings[name] for name in chosen} == chosen

    for changed, told in [
        (["--mixed_precision=float32"], "mixed_precision=mixed_bfloat16, this one has mixed_precision=float32"),
        (["--mixed_precision=mixed_bfloat16", "--noonednn"], "onednn=True, this one has onednn=False"),
        (["--mixed_precision=mixed_bfloat16", "--xla"], "xla=False, this one has xla=True"),
    ]:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
        status, _, (error,) = train(*tiny, *changed)
        assert status == 2
        assert told in error
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert train(*tiny, "--mixed_precision=mixed_bfloat16", "--steps_per_execution=2", "--steps=3")[0] == 0


@pytest.mark.parametrize("flag", [["--mixed_precision=mixed_float16"], []], ids=["asked for", "begun elsewhere"])
def test_float16_is_refused_without_a_gpu(train, tmp_path, flag):
    if not flag:
        RunFolder("run").claim({"mixed_precision": "mixed_float16"})
        (tmp_path / "run" / "checkpoints" / "step-000010").mkdir()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    status, out, (error,) = train(*TINY, "--workdir=run", *flag)
    assert (status, out) == (2, "")
    assert error.startswith("train.py: error: --mixed_precision=mixed_float16: needs a GPU, and TensorFlow sees none.")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_operations_on_points_have_half_of_the_threads_each(train, only_claims):
    flags = ["--model=vanilla", "--steps=1", "--noexport", "--threads=3"]
    lines = {"ring8": "3 threads (--threads), 1 per operation, XLA", "digits": "3 threads (--threads), XLA"}
    for dataset, told in lines.items():
        status, out, _ = train(*flags, f"--dataset={dataset}", f"--workdir={dataset}")
        assert status == 0
        assert told in out


def test_a_run_on_streamed_records_goes_on_with_streamed_records_alone(train, only_claims, tmp_path):
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


def test_a_run_on_a_folder_may_change_between_memory_and_streaming(train, only_claims, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(9):
        Image.new("L", (8, 8), 20 * number).save(pictures / f"{number}.png")
    tiny = [*TINY, f"--dataset=folder:{pictures}", "--workdir=run", "--noexport"]
    assert "data in memory," in train(*tiny)[1]
    status, out, _ = train(*tiny, "--noin_memory", "--steps=3")
    assert status == 0
    assert "data streamed (--noin_memory)" in out


@pytest.mark.parametrize("choice", ["--in_memory", "--noin_memory"])
def test_a_model_that_classifies_needs_no_test_images(train, tmp_path, choice):
    for number in range(12):
        path = tmp_path / "pictures" / ("cats" if number < 6 else "dogs") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (16, 16), 20 * number).save(path)
    flags = ["--dataset=folder:pictures", "--image_size=16", "--batch_size=4", "--set=labels_per_class=2", choice]
    status, _, errors = train("--model=semi_supervised", *flags, "--steps=1", "--workdir=run", "--noexport")
    assert status == 0, errors
    assert "test_error" not in (tmp_path / "run" / "metrics.csv").read_text()


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


def test_sprites_make_a_transparent_model_and_a_single_class_is_told(train, tmp_path, capsys):
    """The advice comes by `warnings`, which pytest keeps, so the command's own line is looked for."""
    for number in range(4):
        picture = Image.new("RGBA", (16, 16), (0, 255, 0, 0))
        picture.paste((60 * number, 0, 90, 255), (2, 2, 12, 14))
        (tmp_path / "pets" / "one").mkdir(parents=True, exist_ok=True)
        picture.save(tmp_path / "pets" / "one" / f"{number}.png")
    arguments = ["--model=cdcgan", "--set=width=2", "--batch_size=4", "--image_size=16", "--steps=1", "--workdir=run"]
    status, _, errors = train(*arguments, "--dataset=folder:pets", "--channels=4", "--noexport")
    assert status == 0
    told = "warning: --model=cdcgan: folder:pets has one class (one), so labels carry no information; --model=dcgan"
    assert any(line.startswith(told) for line in errors)
    assert Image.open("run/samples/step-000001.png").mode == "RGBA"
    settings = RunFolder("run").read_settings()
    assert (settings["data_shape"], settings["fit"]) == ([16, 16, 4], "crop")
    # The same pictures by another path go on, with the channels of the run; another shape or fit does not.
    assert train(*arguments, f"--dataset=folder:{tmp_path}/pets/", "--noexport")[0] == 0
    for other in (["--channels=3"], ["--channels=4", "--fit=pad"]):
        status, _, errors = train(*arguments, "--dataset=folder:pets", *other)
        assert status == 2
        assert "holds a run with" in errors[-1]
