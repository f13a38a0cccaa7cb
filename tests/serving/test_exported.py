"""What can be asked of an export: finding it, and its signatures as plain functions on arrays."""

import io
import shutil

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel, find_export
from tfgan_zoo.serving.served_model import ServedModel, decode


@pytest.fixture
def versions(tmp_path):
    for version in ("2", "10", "notes", "11"):
        (tmp_path / "run" / "export" / version).mkdir(parents=True)
    for version in ("2", "10"):
        (tmp_path / "run" / "export" / version / "saved_model.pb").touch()
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("given", "found"),
    [("", "export/10"), ("export", "export/10"), ("export/2", "export/2"), ("export/10", "export/10")],
)
def test_a_run_or_its_exports_or_one_of_them(versions, given, found):
    assert find_export(versions / given) == versions / found


@pytest.mark.parametrize("given", ["export/11", "export/notes", "other"])
def test_what_is_no_export(versions, given):
    (versions / "other").mkdir()
    with pytest.raises(UserError, match=r"holds no SavedModel; accepted: RUN, RUN/export or RUN/export/VERSION\."):
        find_export(versions / given)


@pytest.mark.parametrize("given", ["export/12", "missing"])
def test_a_missing_folder_is_another_message(versions, given):
    with pytest.raises(UserError, match=r"--export=.*: there is no such folder; accepted: RUN, RUN/export or"):
        find_export(versions / given)


@pytest.mark.parametrize("given", ["", "export"])
def test_an_interrupted_run_is_told_the_command_that_exports_it(tmp_path, given):
    (tmp_path / "export").mkdir()
    (tmp_path / "config.json").touch()
    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(UserError, match="has neither an export nor a checkpoint yet: let the run go on for a while"):
        find_export(tmp_path / given)
    (tmp_path / "checkpoints" / "step-000010").mkdir()
    command = f"{tmp_path} has checkpoints but no export. Run: python -m tfgan_zoo.export {tmp_path}"
    with pytest.raises(UserError) as refusal:
        find_export(tmp_path / given)
    assert str(refusal.value) == f"--export={tmp_path / given}: {command}"


def test_pngs_are_decoded_to_one_array():
    def png(array):
        stream = io.BytesIO()
        Image.fromarray(array).save(stream, "PNG")
        return stream.getvalue()

    grey = np.arange(6, dtype=np.uint8).reshape(2, 3)
    np.testing.assert_array_equal(decode([png(grey), png(grey + 1)])[..., 0], [grey, grey + 1])
    colour = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    np.testing.assert_array_equal(decode([png(colour)]), [colour])


class Conditional(GAN):
    """As bright as its class; classifies an image by how bright it is."""

    num_classes = 3
    classifies = True

    def generate(self, latents, labels=None, training=False):
        bright = tf.cast(labels, tf.float32)[:, None, None, None]
        return bright - 1.0 + 0.0 * super().generate(latents, training=training)

    def classify(self, images):
        return tf.one_hot(tf.cast(tf.round(images[:, 0, 0, 0] + 1.0), tf.int32), 3)


@pytest.fixture(scope="module")
def conditional(tiny_gan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return ExportedModel(export(tiny_gan((4, 4, 1), model=Conditional), folder, ["dark", "grey", "bright"]))


def test_a_conditional_model_makes_its_classes_in_turn_or_as_told(conditional):
    assert conditional.num_classes == 3
    assert conditional.generate([5, 6, 7, 8])[:, 0, 0, 0].tolist() == [255, 0, 128, 255]  # classes 5, 6, 7 and 8 mod 3
    assert conditional.generate([5, 6], [2, 2])[:, 0, 0, 0].tolist() == [255, 255]
    assert conditional.interpolate([1, 1], [2, 2], [0.0, 0.5], [1, 0])[:, 0, 0, 0].tolist() == [128, 0]


def test_more_rows_than_are_asked_for_at_once_are_one_array(conditional):
    images = conditional.generate(np.arange(600))
    np.testing.assert_array_equal(images[:, 0, 0, 0], np.array([0, 128, 255])[np.arange(600) % 3])


def test_it_classifies_images_in_the_range_of_the_data(conditional):
    images = np.ones((3, 4, 4, 1), np.float32) * np.array([-1.0, 1.0, 0.0], np.float32)[:, None, None, None]
    np.testing.assert_array_equal(conditional.classify(images), [[1, 0, 0], [0, 0, 1], [0, 1, 0]])
    with pytest.raises(UserError, match=r"takes images of shape \(4, 4, 1\), the dataset has \(8, 8, 1\)"):
        conditional.classify(np.zeros((3, 8, 8, 1), np.float32))


def test_its_description(conditional):
    assert (conditional.num_classes, conditional.class_names) == (3, ["dark", "grey", "bright"])
    assert conditional.label("grey") == 1
    with pytest.raises(UserError, match="--labels=4: expected 0 to 2, or the names dark, grey, bright"):
        conditional.label("4")


def test_requests_stay_within_the_exports_limit(tiny_gan, tmp_path):
    limited = ExportedModel(export(tiny_gan((4, 4, 1), model=Conditional), tmp_path, max_batch=3))
    assert limited.generate(np.arange(10)).shape == (10, 4, 4, 1)
    assert limited.classify(np.zeros((10, 4, 4, 1), np.float32)).shape == (10, 3)


def test_labels_where_there_are_no_classes(tiny_gan, tmp_path):
    with pytest.raises(UserError, match=r"--labels=1: .* is not conditioned on classes"):
        ExportedModel(export(tiny_gan((4, 4, 1)), tmp_path)).label("1")


def test_a_model_of_points_that_does_not_classify(tiny_gan, tmp_path):
    model = ExportedModel(export(tiny_gan(), tmp_path))
    assert (model.makes_points, model.num_classes) == (True, 0)
    assert model.generate([1, 2, 3]).shape == (3, 2)
    with pytest.raises(UserError, match="does not classify"):
        model.classify(np.zeros((1, 2), np.float32))


@pytest.mark.parametrize("shape", [(2,), (4, 4, 1)])
def test_samples_that_are_no_numbers_are_told_in_one_line(tiny_gan, tmp_path, shape):
    class Broken(GAN):
        """Makes NaN where the first latent is positive."""

        def generate(self, latents, labels=None, training=False):
            nan = tf.reshape(tf.sqrt(-latents[:, 0]), [-1] + [1] * len(shape))
            return GAN.generate(self, latents, training=training) + nan

    model = ExportedModel(export(tiny_gan(shape, model=Broken), tmp_path))
    with pytest.raises(UserError, match=r"^--export=.*: generate: samples that are NaN or infinite: \d+\.$"):
        model.generate(np.arange(16))


def test_class_names_are_asked_for_within_the_limit_of_a_request():
    class Small(ServedModel):
        rows_at_once = 4

        def signatures(self):
            return dict.fromkeys(("generate", "interpolate"), (["seed", "labels"], ["image_bytes"]))

        def predict(self, signature, inputs):
            assert len(inputs["labels"]) <= 4
            names = np.array([b"class %d" % label for label in inputs["labels"]], object)
            return {"class_names": names, "num_classes": np.full(len(names), 10, np.int32)}

    assert Small().class_names == [f"class {label}" for label in range(10)]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "missing"])
@pytest.mark.parametrize(
    "name", ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]
)
def test_a_damaged_export_is_told_in_one_line(conditional, tmp_path, name, damage):
    shutil.copytree(conditional.path, tmp_path / "1")
    file = tmp_path / "1" / name
    content = file.read_bytes()
    middle = len(content) // 2
    place = 0 if name == "saved_model.pb" else middle  # it has no checksum: in its middle may be a mere text
    if damage == "missing":
        file.unlink()
    else:
        flipped = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        file.write_bytes({"truncated": content[:middle], "flipped": flipped, "empty": b""}[damage])
    with pytest.raises(UserError, match=r"--export=.*(cannot be read as an export|holds no SavedModel)") as raised:
        ExportedModel(tmp_path / "1")
    assert "\n" not in str(raised.value)
