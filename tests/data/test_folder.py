import os

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.data.pictures import damaged_png, greys, save
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.file_source import FileSource
from tfgan_zoo.data.folder import folder, has_splits
from tfgan_zoo.data.source import ArraySource


def test_sub_folders_are_classes(pets):
    source = folder(str(pets), image_size=8)
    assert isinstance(source, ArraySource)
    assert source.name == f"folder:{pets}"
    assert source.class_names == ["cats", "dogs"]
    assert source.element_shape == (8, 8, 1)
    assert greys(source) == ([10, 20, 30, 40], [0, 0, 1, 1])


def test_streamed_is_the_same(pets):
    source = folder(str(pets), image_size=8, in_memory=False)
    assert isinstance(source, FileSource)
    assert greys(source) == ([10, 20, 30, 40], [0, 0, 1, 1])
    assert source.class_names == ["cats", "dogs"]


def test_batches_are_the_same_streamed_or_in_memory(pets):
    in_memory, streamed = (
        folder(str(pets), image_size=8, in_memory=choice).batches(3, seed=5, start_step=2) for choice in (True, False)
    )
    assert streamed.element_spec == in_memory.element_spec
    for (one, one_labels), (other, other_labels) in zip(in_memory.take(6), streamed.take(6), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one_labels, other_labels)


def test_what_does_not_fit_into_memory_is_told_with_its_cure(pets, monkeypatch):
    def no_memory(*arguments):
        raise MemoryError("Unable to allocate 9.00 TiB")

    monkeypatch.setattr("tfgan_zoo.data.folder.decode_all", no_memory)
    with pytest.raises(UserError, match=r"does not fit into memory \(Unable .* 9.00 TiB\); accepted: --noin_memory"):
        data.load(f"folder:{pets}", in_memory=True)
    assert data.load(f"folder:{pets}", in_memory=False).num_examples == 4


def test_default_size(pets):
    assert folder(str(pets)).element_shape == (64, 64, 1)


def test_without_sub_folders_there_are_no_classes(tmp_path):
    save(tmp_path / "b.png", 2)
    save(tmp_path / "a.png", 1)
    source = folder(str(tmp_path))
    assert source.class_names == []
    assert greys(source) == ([1, 2], [-1, -1])


def test_files_beside_classes_are_unlabelled(pets):
    save(pets / "z.png", 90)
    assert greys(folder(str(pets))) == ([90, 10, 20, 30, 40], [-1, 0, 0, 1, 1])


def test_a_sub_folder_without_images_is_no_class(pets):
    (pets / "annotations").mkdir()
    (pets / "annotations" / "all.json").write_text("{}")
    assert folder(str(pets)).class_names == ["cats", "dogs"]


def test_hidden_files_are_ignored(pets, capsys):
    (pets / ".DS_Store").write_text("x")
    (pets / "cats" / "._a.png").write_text("x")
    save(pets / ".thumbnails" / "a.png", 99)
    assert folder(str(pets)).num_examples == 4
    assert "skipped" not in capsys.readouterr().err


def test_links(pets, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    save(elsewhere / "a.png", 50)
    os.symlink(elsewhere, pets / "linked")
    os.symlink(pets, pets / "dogs" / "circle")
    os.symlink(pets / "dogs", pets / "dogs" / "puppies" / "up")
    os.symlink("self", pets / "self")
    source = folder(str(pets))
    assert source.class_names == ["cats", "dogs", "linked"]
    assert greys(source) == ([10, 20, 30, 40, 50], [0, 0, 1, 1, 2])


def spoil(pets):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8))
    noise.save(pets / "cats" / "half.jpg")
    half = (pets / "cats" / "half.jpg").read_bytes()
    (pets / "cats" / "half.jpg").write_bytes(half[: len(half) // 2])
    (pets / "cats" / "notes.txt").write_text("about cats")
    (pets / "cats" / "text.png").write_text("no picture")
    (pets / "dogs" / "nothing.png").touch()
    (pets / "dogs" / "bomb.png").write_bytes(damaged_png(50_000))
    os.symlink("missing", pets / "dogs" / "dangling.png")
    os.mkfifo(pets / "dogs" / "pipe.png")


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_cannot_be_used_is_skipped_and_reported_in_one_line(pets, in_memory, capsys):
    spoil(pets)
    assert greys(folder(str(pets), in_memory=in_memory)) == ([10, 20, 30, 40], [0, 0, 1, 1])
    report, _ = capsys.readouterr().err.splitlines()
    assert report.startswith(f"folder:{pets}: skipped 7 of 11 files: 3 not an image (such as 'cats/notes.txt'), ")
    for part in [
        "1 truncated or damaged (such as 'cats/half.jpg')",
        "1 empty (such as 'dogs/nothing.png')",
        "1 larger than 80 megapixels (such as 'dogs/bomb.png')",
        "1 unreadable (such as 'dogs/dangling.png')",
    ]:
        assert part in report


def test_a_file_that_may_not_be_read_is_skipped(pets, monkeypatch, capsys):
    """Tests may run as a user who may read everything, so the refusal is played."""
    real_open = Image.open

    def refusing_open(file, **options):
        if str(file).endswith("b.png"):
            raise PermissionError(13, "Permission denied", file)
        return real_open(file, **options)

    monkeypatch.setattr(Image, "open", refusing_open)
    assert folder(str(pets)).num_examples == 3
    assert "1 unreadable (such as 'cats/b.png')" in capsys.readouterr().err


def test_a_folder_that_may_not_be_read_is_reported(pets, monkeypatch, capsys):
    real_scandir = os.scandir

    def refusing_scandir(path):
        if str(path).endswith("puppies"):
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", refusing_scandir)
    assert folder(str(pets)).num_examples == 3
    assert "1 unreadable (such as 'dogs/puppies')" in capsys.readouterr().err


def test_damaged_pixels_are_found_when_all_is_decoded(pets, capsys):
    (pets / "cats" / "a.png").write_bytes(damaged_png(8))
    assert greys(folder(str(pets)))[0] == [20, 30, 40]
    assert "1 truncated or damaged (such as 'cats/a.png')" in capsys.readouterr().err


def test_streaming_refuses_a_half_jpeg_beforehand(pets, capsys):
    spoil(pets)
    folder(str(pets), in_memory=False)
    assert "cats/half.jpg" in capsys.readouterr().err


def test_progress_of_long_readings(pets, monkeypatch, capsys):
    monkeypatch.setattr("tfgan_zoo.common.watch.SECONDS_BETWEEN_LINES", -1.0)
    folder(str(pets))
    lines = capsys.readouterr().err.splitlines()
    assert f"folder:{pets}: checking files 1/4: 00:00 left" in lines
    assert f"folder:{pets}: reading images 3/4: 00:00 left" in lines


def test_train_and_test_folders(tmp_path):
    for split, name, grey in [
        ("train", "cats", 1),
        ("train", "dogs", 2),
        ("test", "dogs", 3),
        ("test", "dogs", 4),
        ("test", "zebras", 5),
    ]:
        save(tmp_path / split / name / f"{grey}.png", grey)
    train, test = (folder(str(tmp_path), split=split) for split in ("train", "test"))
    assert train.class_names == test.class_names == ["cats", "dogs"]
    assert greys(train) == ([1, 2], [0, 1])
    assert greys(test) == ([3, 4, 5], [1, 1, -1])


def test_home(pets, monkeypatch):
    monkeypatch.setenv("HOME", str(pets.parent))
    assert folder(f"~/{pets.name}").num_examples == 4


def test_by_name(pets):
    assert data.load(f"folder:{pets}", image_size=16).element_shape == (16, 16, 1)


def test_odd_names(tmp_path, capsys):
    for number, name in enumerate(["ä ö.png", "a\nb.png", "$(x);'\".png", "%s {0}.png"]):
        save(tmp_path / name, number)
    (tmp_path / "c\nd.txt").touch()
    assert sorted(greys(folder(str(tmp_path)))[0]) == [0, 1, 2, 3]
    assert capsys.readouterr().err.splitlines()[0].endswith("1 empty (such as 'c\\nd.txt').")


def message_of(path, **options):
    with pytest.raises(UserError) as raised:
        folder(str(path), **options)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_missing_folder(tmp_path):
    message = message_of(tmp_path / "nowhere")
    assert message.startswith(f"--dataset=folder:{tmp_path}/nowhere: '{tmp_path}/nowhere' does not exist; expected")


def test_file_instead_of_a_folder(pets):
    assert "is a file; expected a folder of images" in message_of(pets / "cats" / "a.png")


def test_no_image(tmp_path):
    assert "no readable image" in message_of(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    message = message_of(tmp_path)
    assert "no readable image" in message
    assert "skipped 1 not an image (such as 'notes.txt')" in message


def test_one_image(tmp_path):
    save(tmp_path / "a.png")
    assert "one image only" in message_of(tmp_path)
    assert "Expected two or more PNG" in message_of(tmp_path)


def test_no_test_split(pets):
    assert f"two folders '{pets}/train' and '{pets}/test'" in message_of(pets, split="test")


def test_unknown_split(pets):
    assert "Did you mean 'train'?" in message_of(pets, split="trian")


def test_size_out_of_range(pets):
    assert "--image_size=-3" in message_of(pets, image_size=-3)


# How a folder is understood.


@pytest.mark.parametrize(
    ("folders", "train", "test"),
    [
        (["train", "test"], "train", "test"),
        (["train", "val"], "train", "val"),
        (["train", "valid"], "train", "valid"),
        (["train", "validation"], "train", "validation"),
        (["train", "val", "test"], "train", "test"),
        (["Train", "TEST"], "Train", "TEST"),
        (["training", "testing"], "training", "testing"),
        (["Training", "Validation"], "Training", "Validation"),
        (["train"], "train", None),
    ],
    ids=str,
)
def test_a_split_is_not_taken_for_a_class(tmp_path, folders, train, test, capsys):
    for number, split in enumerate(folders):
        for grey in range(2):
            save(tmp_path / split / "cats" / f"{grey}.png", 10 * number + grey)
    source = folder(str(tmp_path))
    start = 10 * folders.index(train)
    assert source.class_names == ["cats"]
    assert greys(source) == ([start, start + 1], [0, 0])
    assert has_splits(str(tmp_path)) == (test is not None)
    told = capsys.readouterr().err
    if test is None:
        assert f"folder:{tmp_path}: 2 pictures in 1 class (cats), all grey" in told
    else:
        start = 10 * folders.index(test)
        assert greys(folder(str(tmp_path), split="test"))[0] == [start, start + 1]
        assert f"folder:{tmp_path}: 2 training and 2 test pictures in 1 class (cats), all grey" in told
    assert ("without val" in told) == (len(folders) == 3)


@pytest.mark.parametrize(
    "folders", [["car", "train"], ["test", "val"], ["train", "trains"], ["Train", "train", "test"]]
)
def test_a_class_called_train_is_not_taken_for_a_split(tmp_path, folders):
    for name in folders:
        save(tmp_path / name / "a.png")
    assert folder(str(tmp_path)).class_names == sorted(folders)


def test_train_beside_folders_without_pictures_is_the_training_set(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / "train" / name / "0.png")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "train.json").write_text("{}")
    assert folder(str(tmp_path)).class_names == ["a", "b"]


def test_train_beside_loose_pictures_is_a_class(tmp_path):
    save(tmp_path / "train" / "0.png")
    save(tmp_path / "loose.JPG")
    assert folder(str(tmp_path)).class_names == ["train"]


def test_how_a_folder_was_understood_is_told_once(tmp_path, capsys):
    Image.new("RGB", (20, 30)).save(tmp_path / "a.png")
    Image.new("RGBA", (8, 8), (0, 0, 0, 9)).save(tmp_path / "b.png")
    Image.new("I;16", (8, 2000)).save(tmp_path / "c.png")
    for _ in range(2):
        folder(str(tmp_path))
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"folder:{tmp_path}: 3 pictures without classes, 1 RGB, 1 RGBA, 1 grey, sides 8 to 2,000 pixels"


def test_a_long_list_of_classes_is_shortened(tmp_path, capsys):
    for number in range(12):
        save(tmp_path / f"c{number:02d}" / "a.png")
    save(tmp_path / "loose.png")
    folder(str(tmp_path))
    assert "in 12 classes (c00, c01, c02, c03, c04 and 7 more) and 1 in none, all grey" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "__MACOSX/cats/a.png", "cats/@eaDir/a.png", "._x.jpg"])
def test_what_systems_leave_beside_pictures_is_neither_read_nor_told(pets, capsys, name):
    save(pets / "template.png")
    (pets / name).parent.mkdir(parents=True, exist_ok=True)
    (pets / "template.png").rename(pets / name)
    source = folder(str(pets))
    assert (source.num_examples, source.class_names) == (4, ["cats", "dogs"])
    assert "skipped" not in capsys.readouterr().err


def test_a_folder_that_is_called_like_a_picture_is_a_class(pets):
    save(pets / "x.png" / "a.png")
    assert folder(str(pets)).class_names == ["cats", "dogs", "x.png"]


@pytest.mark.parametrize("name", ["a[1]", "b*?", "c{d}", "e f", "%s", "g\\h"])
def test_brackets_and_stars_in_a_path_are_no_pattern(tmp_path, name):
    for in_memory in (True, False):
        for grey in range(2):
            save(tmp_path / name / name / f"{grey}[{name}].png", grey)
        source = folder(str(tmp_path / name), in_memory=in_memory)
        assert source.class_names == [name]
        assert greys(source) == ([0, 1], [0, 0])


def test_names_that_are_not_utf_8_are_shown_escaped(tmp_path, capsys):
    root = os.fsencode(tmp_path) + b"/p\xe4ts"
    for number, name in enumerate([b"caf\xe9", b"two\nlines"]):
        os.makedirs(root + b"/" + name)
        save(tmp_path / "a.png", number)
        os.replace(tmp_path / "a.png", root + b"/" + name + b"/a\xff.png")
    (tmp_path / "empty").touch()
    os.replace(tmp_path / "empty", root + b"/\xfe.png")
    source = folder(os.fsdecode(root))
    assert source.class_names == ["caf\\xe9", "two\\nlines"]
    assert source.name == f"folder:{tmp_path}/p\\xe4ts"
    assert greys(source) == ([0, 1], [0, 1])
    for text in (source.name, *source.class_names, *capsys.readouterr().err.splitlines()):
        text.encode()
    tf.constant(source.class_names)


def test_a_missing_folder_whose_name_is_not_utf_8_can_be_told(tmp_path):
    message_of(os.fsdecode(os.fsencode(tmp_path) + b"/\xe4")).encode()
