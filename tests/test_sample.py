"""`python -m tfgan_zoo.sample`: pictures and arrays from an export alone."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.serving.conftest import translator_exports, translators  # noqa: F401
from tests.serving.translators import file_of, smooth
from tfgan_zoo import sample
from tfgan_zoo.data import images as data_images
from tfgan_zoo.pictures import grids
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.served_model import decode


@pytest.fixture(scope="module")
def image_export(tmp_path_factory):
    from models import ZOO

    folder = tmp_path_factory.mktemp("images") / "export"
    return export(ZOO["vanilla"]((6, 6, 1), width=4), folder).parent


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs the command in this process, in an empty folder; returns its status, stdout and lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["sample.py", *map(str, arguments)])
        status = sample.main()
        captured = capsys.readouterr()
        return status, captured.out, captured.err.splitlines()

    return run


def images_of(export_folder, seeds):
    """Asks the SavedModel itself."""
    model = tf.saved_model.load(str(export_folder / "1"))
    encoded = model.signatures["generate"](seed=tf.constant(seeds, tf.int64))["image_bytes"].numpy()
    return np.stack([np.asarray(Image.open(io.BytesIO(png)))[:, :, None] for png in encoded])


def test_an_array_of_samples(run, image_export, tmp_path):
    status, out, errors = run(f"--export={image_export}", "--num=5", "--seed=3", "--out=samples.npy")
    assert (status, errors) == (0, [])
    assert out == "samples.npy: 5 samples of shape (6, 6, 1)\n"
    images = np.load(tmp_path / "samples.npy")
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, images_of(image_export, [3, 4, 5, 6, 7]))


def test_a_seed_names_an_image_however_many_are_drawn(run, image_export, tmp_path):
    run(f"--export={image_export}", "--num=300", "--out=many.npy")  # more than are drawn at once
    run(f"--export={image_export}", "--num=1", "--seed=280", "--out=one.npy")
    many = np.load(tmp_path / "many.npy")
    assert many.shape == (300, 6, 6, 1)
    np.testing.assert_array_equal(many[280], np.load(tmp_path / "one.npy")[0])


def test_a_picture_of_samples(run, image_export, tmp_path):
    status, _, errors = run(f"--export={image_export}", "--num=9", "--out=grid.png")
    assert (status, errors) == (0, [])
    expected = grids.grid(images_of(image_export, range(9)))
    with Image.open(tmp_path / "grid.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_a_walk_from_seed_to_seed(run, image_export, tmp_path):
    status, _, errors = run(f"--export={image_export}", "--num=20", "--seed=5", "--interpolate", "--out=walk.npy")
    assert (status, errors) == (0, [])
    walk = np.load(tmp_path / "walk.npy")
    assert walk.shape == (20, 6, 6, 1)
    # Two rows of ten: from seed 5 to 6, and from 6 to 7.
    np.testing.assert_array_equal(walk[[0, 9, 10, 19]], images_of(image_export, [5, 6, 6, 7]))
    assert len({image.tobytes() for image in walk}) == 19


def test_a_walk_has_as_many_images_as_were_asked_for(run, image_export, tmp_path):
    run(f"--export={image_export}", "--num=14", "--interpolate", "--out=walk.npy")
    assert len(np.load(tmp_path / "walk.npy")) == 14


def test_points(run, tiny_gan, tmp_path):
    export(tiny_gan(), tmp_path / "export")
    assert run("--export=export", "--num=7", "--out=points.npy")[0] == 0
    points = np.load(tmp_path / "points.npy")
    assert points.shape == (7, 2)
    assert points.dtype == np.float32
    assert run("--export=export", "--num=7", "--out=points.png")[0] == 0
    with Image.open(tmp_path / "points.png") as picture:
        assert picture.size == (512, 512)


def test_classes_in_turn_by_number_or_name(run, tiny_gan, tmp_path):
    from tests.serving.conftest import CLASSES, Bright

    export(tiny_gan((4, 4, 1), model=Bright), tmp_path / "export", CLASSES)
    assert run("--export=export", "--num=4", "--labels=bright,0", "--out=two.npy")[0] == 0
    means = np.load(tmp_path / "two.npy").mean((1, 2, 3))
    assert (means[[0, 2]] > 190).all()
    assert (means[[1, 3]] < 65).all()
    assert run("--export=export", "--num=20", "--labels=bright,0", "--interpolate", "--out=walk.npy")[0] == 0
    means = np.load(tmp_path / "walk.npy").mean((1, 2, 3))  # a row keeps its class
    assert (means[:10] > 190).all()
    assert (means[10:] < 65).all()
    status, _, errors = run("--export=export", "--labels=green")
    assert status == 2
    assert "--labels=green: expected 0 to 2, or the names dark, grey, bright." in errors[-1]


def test_a_folder_of_samples_named_by_their_seeds(run, image_export, tmp_path):
    status, out, errors = run(f"--export={image_export}", "--num=3", "--seed=9", "--out=drawn/")
    assert (status, out, errors) == (0, "drawn: 3 images\n", [])
    files = sorted((tmp_path / "drawn").iterdir())
    assert [file.name for file in files] == ["000009.png", "000010.png", "000011.png"]
    found = np.stack([np.asarray(Image.open(file))[:, :, None] for file in files])
    np.testing.assert_array_equal(found, images_of(image_export, [9, 10, 11]))


# Of models that are given images.


@pytest.fixture
def pictures(tmp_path):
    """A folder of three pictures beside the working folder's."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed, name in enumerate(("a.png", "b.jpg", "c.png")):
        (folder / name).write_bytes(file_of(smooth(9, 12, 3, seed), "JPEG" if name.endswith("jpg") else "PNG"))
    return folder


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def bytes_of(folder):
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def test_a_folder_of_pictures_is_translated_into_another(run, translator_exports, translators, pictures, tmp_path):  # noqa: F811
    before = files_in(pictures)
    for direction in ("a_to_b", "b_to_a"):
        arguments = [f"--export={translator_exports['both']}", "--images=pictures", f"--direction={direction}"]
        assert run(*arguments, f"--out={direction}") == (0, f"{direction}: 3 images\n", [])
        expected = translators["both"].translate(bytes_of(pictures), direction)
        found = files_in(tmp_path / direction)
        assert sorted(found) == ["a.png", "b.png", "c.png"]
        np.testing.assert_array_equal(decode([found[name] for name in sorted(found)]), expected)
    assert files_in(pictures) == before


def test_a_grid_of_inputs_beside_their_outputs(run, translator_exports, translators, pictures, tmp_path):  # noqa: F811
    arguments = ["--images=pictures/a.png,pictures/b.jpg", "--out=g.png"]
    assert run(f"--export={translator_exports['colour']}", *arguments)[0] == 0
    paths = [pictures / "a.png", pictures / "b.jpg"]
    outputs = translators["colour"].translate([path.read_bytes() for path in paths])
    inputs = [data_images.read(path, 8) for path in paths]
    expected = grids.grid(np.stack([inputs[0], outputs[0], inputs[1], outputs[1]]), 4)
    with Image.open(tmp_path / "g.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_an_array_of_outputs(run, translator_exports, translators, pictures, tmp_path):  # noqa: F811
    assert run(f"--export={translator_exports['colour']}", "--images=pictures", "--out=o.npy")[0] == 0
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), translators["colour"].translate(bytes_of(pictures)))


def test_reconstructions_of_a_model_with_an_encoder(run, translator_exports, translators, pictures, tmp_path):  # noqa: F811
    assert run(f"--export={translator_exports['encoder']}", "--images=pictures", "--out=again")[0] == 0
    found = files_in(tmp_path / "again")
    expected = translators["encoder"].translate(bytes_of(pictures))
    np.testing.assert_array_equal(decode([found[name] for name in sorted(found)]), expected)
    assert run(f"--export={translator_exports['encoder']}", "--num=2", "--out=two.png")[0] == 0


def test_one_mask_for_all_or_one_for_each(run, translator_exports, translators, pictures, tmp_path):  # noqa: F811
    (tmp_path / "masks").mkdir()
    masks = []
    for row, name in enumerate("abc"):
        mask = np.zeros((8, 8, 1), np.uint8)
        mask[row] = 255
        masks.append(file_of(mask))
        (tmp_path / "masks" / f"{name}.png").write_bytes(masks[-1])
    arguments = [f"--export={translator_exports['mask']}", "--images=pictures"]
    given = bytes_of(pictures)
    for flag, expected in (("masks", masks), ("masks/b.png", [masks[1]] * 3)):
        assert run(*arguments, f"--masks={flag}", "--out=filled.npy")[0] == 0
        found = np.load(tmp_path / "filled.npy")
        np.testing.assert_array_equal(found, translators["mask"].translate(given, masks=expected))
    status, _, errors = run(*arguments, "--out=filled.npy")
    assert status == 2
    assert "takes a mask beside each image: --masks=FOLDER or FILE" in errors[-1]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("colour", [], "--images is missing: EXPORT is given images; give --images=FOLDER or --images=FILE,FILE"),
        ("colour", ["--seed=3"], "--seed: EXPORT is given images; give --images=FOLDER"),
        ("both", ["--interpolate"], "--interpolate: EXPORT is given images"),
        ("colour", ["--images=pictures", "--direction=a_to_b"], "--direction=a_to_b: EXPORT takes no --direction"),
        ("both", ["--images=pictures", "--direction=up"], "flag --direction=up"),
        ("encoder", ["--images=pictures", "--num=3"], "--num: goes with seeds, not with --images"),
        ("encoder", ["--direction=a_to_b"], "--direction: goes with --images"),
        ("both", ["--images=none"], "--images=none: there is no such file or folder"),
        ("both", ["--images=pictures/notes"], "--images=pictures/notes: is neither PNG nor JPEG"),
        ("both", ["--images=pictures", "--out=pictures"], "--out=pictures: holds the images themselves"),
        ("both", ["--images=pictures,pictures/a.png", "--out=x"], "would both become a.png"),
        ("points", ["--images=pictures"], "--images: EXPORT translates points"),
        ("colour", ["--images=pictures", "--masks=pictures"], "takes no masks"),
    ],
)
def test_mistakes_about_images_are_told_in_one_line(run, translator_exports, pictures, name, arguments, message):  # noqa: F811
    (pictures / "notes").write_bytes(b"none")
    export_folder = str(translator_exports[name])
    status, out, errors = run("--out=x.png", f"--export={export_folder}", *arguments)
    assert (status, out) == (2, "")
    (line,) = errors
    assert message.replace("EXPORT", export_folder) in line


def test_images_for_a_model_of_seeds(run, image_export, pictures):
    status, _, (line,) = run(f"--export={image_export}", "--images=pictures", "--out=x.png")
    assert status == 2
    assert line.endswith("1 has no encoder and makes images from seeds; give --seed and --num.")


def test_the_kind_is_known_before_tensorflow_is_imported(run_python, image_export, pictures):
    arguments = [f"--export={image_export}", f"--images={pictures}", f"--out={pictures.parent / 'x.png'}"]
    result = run_python("-X", "importtime", "-m", "tfgan_zoo.sample", *arguments)
    assert result.returncode == 2
    assert not [line for line in result.stderr.splitlines() if line.endswith((" tensorflow", " keras"))]


# Errors.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "RUN is missing"),
        (["--export=missing"], "--export=missing: there is no such folder"),
        (
            ["--export=EXPORT", "--out=grid.jpg"],
            "--out=grid.jpg: accepted: a name that ends in .png or .npy, or",
        ),
        (["--export=EXPORT", "--out=no/grid.png"], "--out=no/grid.png: the folder no does not exist."),
        (["--export=EXPORT", "--interpolate", "--out=walks/"], "--interpolate: draws one picture; --out=walks/ has to"),
        (["--export=EXPORT", "--num=0"], "--num=0"),
        (["--export=EXPORT", "--seed=-1"], "--seed=-1"),
        (["--export=EXPORT", "--sed=1"], "unknown flag '--sed'. Did you mean '--seed'?"),
        # The last sample's seed has to be an int64 too.
        (["--export=EXPORT", "--seed=9223372036854775807"], "--seed=9223372036854775807"),
    ],
)
def test_mistakes_are_told_in_one_line(run, image_export, tmp_path, arguments, message):
    status, out, errors = run(*(argument.replace("EXPORT", str(image_export)) for argument in arguments))
    assert (status, out) == (2, "")
    (line,) = errors
    assert line.startswith("tfgan_zoo.sample: error: ")
    assert message in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\x0a\x0bnot a model"])
def test_a_damaged_export_is_told(run, tmp_path, content):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").write_bytes(content)
    status, _, errors = run("--export=.", "--out=grid.png")
    assert status == 2
    assert "cannot be read as an export" in errors[-1]
    assert not (tmp_path / "grid.png").exists()


def test_another_saved_model_is_no_export(run, tmp_path):
    tf.saved_model.save(tf.Module(), str(tmp_path / "1"))
    status, _, errors = run("--export=.", "--out=grid.png")
    assert status == 2
    assert "cannot be read as an export" in errors[-1]


def test_the_module_is_a_command_that_needs_no_keras(run_python, image_export, tmp_path):
    code = "import sys; sys.modules.update(keras=None, models=None); sys.argv[0] = 'sample'; import runpy; "
    code += "runpy.run_module('tfgan_zoo.sample', run_name='__main__')"
    result = run_python("-c", code, f"--export={image_export}", "--num=2", f"--out={tmp_path / 'two.npy'}")
    assert result.returncode == 0, result.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "two.npy"), images_of(image_export, [0, 1]))


def test_help_and_mistakes_do_not_import_tensorflow(run_python):
    for arguments, status in [(["--help"], 0), (["--num=none"], 2), (["--export=missing"], 2)]:
        result = run_python("-X", "importtime", "-m", "tfgan_zoo.sample", *arguments)
        assert result.returncode == status
        assert not [line for line in result.stderr.splitlines() if line.endswith((" tensorflow", " keras"))]
