"""A streamed picture that turns out to be damaged ends no run: a neighbour takes its place, always the same one."""

import numpy as np
import pytest
import tensorflow as tf

from tests.data.pictures import damaged_png, greys, save
from tfgan_zoo.data import file_source
from tfgan_zoo.data.folder import folder


@pytest.fixture
def streamed(pets):
    """Greys 10 and 20 are cats, 30 and 40 dogs."""
    return folder(str(pets), image_size=8, in_memory=False)


@pytest.fixture
def damaged(pets):
    (pets / "cats" / "a.png").write_bytes(damaged_png(8))  # its header and checksums are whole


def test_one_damaged_picture_does_not_end_a_streamed_run(pets, damaged, capsys):
    source = folder(str(pets), image_size=8, in_memory=False)
    assert source.num_examples == 4
    capsys.readouterr()
    for _ in range(2):
        assert greys(source) == ([20, 20, 30, 40], [0, 0, 1, 1])
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"folder:{pets}: {pets}/cats/a.png is truncated or damaged; in its place: {pets}/cats/b.png. "
        "Leave it there until the run ends."
    )


def test_the_place_of_a_damaged_picture_is_taken_alike_wherever_the_reading_begins(pets, damaged):
    def batches(start):
        source = folder(str(pets), image_size=8, in_memory=False)
        return [images.numpy() for images, _ in source.batches(3, seed=1, start_step=start).take(8 - start)]

    np.testing.assert_array_equal(batches(0)[5:], batches(5))


def test_a_picture_that_is_deleted_while_training_ends_nothing(streamed, pets, capsys):
    (pets / "dogs" / "puppies" / "b.bmp").unlink()
    assert greys(streamed) == ([10, 20, 30, 30], [0, 0, 1, 1])
    assert "b.bmp is unreadable; in its place" in capsys.readouterr().err


def test_where_a_class_has_no_other_picture_one_of_another_class_is_taken_with_its_label(pets, capsys):
    save(pets / "zebras" / "z.png", 50)
    source = folder(str(pets), image_size=8, in_memory=False)
    (pets / "zebras" / "z.png").unlink()
    assert greys(source) == ([10, 20, 30, 40, 10], [0, 0, 1, 1, 0])


def test_when_all_files_are_gone_the_reading_ends_and_names_one(streamed, pets):
    pets.rename(pets.with_name("elsewhere"))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"cats/a\.png is unreadable") as raised:
        streamed.fetch(tf.constant([0], tf.int64))
    assert "Traceback" not in str(raised.value)


def test_of_a_folder_that_is_gone_not_every_file_is_tried(streamed, pets, monkeypatch):
    monkeypatch.setattr(file_source, "NEIGHBOURS", 1)
    for name in ("a.png", "b.png"):
        (pets / "cats" / name).unlink()
    with pytest.raises(tf.errors.InvalidArgumentError):
        streamed.fetch(tf.constant([0], tf.int64))
