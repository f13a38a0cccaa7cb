import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError


def save(path, grey):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), grey).save(path)


def greys(images):
    return np.round((np.asarray(images)[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist()


def greys_of(domain):
    return greys(domain.fetch(tf.range(domain.num_examples, dtype=tf.int64))[0])


def pairs_of(two):
    view = two.paired()
    examples, _ = view.fetch(tf.range(view.num_examples, dtype=tf.int64))
    return list(zip(greys(examples["a"]), greys(examples["b"]), strict=True))


def load(path, split="train", **options):
    return data.load(f"domains:{path}", split=split, **{"image_size": 8, **options})


@pytest.fixture
def whole(tmp_path):
    """Four folders; picture i of A is of grey i, its partner in B of grey 100 + i, those of the test set 50 more."""
    for split, count, first in (("train", 6, 0), ("test", 2, 50)):
        for number in range(count):
            save(tmp_path / f"{split}A" / f"{number}.png", first + number)
            save(tmp_path / f"{split}B" / f"{number}.bmp", 100 + first + number)
    save(tmp_path / "trainB" / "alone.png", 99)
    return tmp_path


def test_both_domains(whole, capsys):
    two = load(whole)
    assert two.name == f"domains:{whole}"
    assert two.num_examples == 7
    assert two.element_shape == {"a": (8, 8, 1), "b": (8, 8, 1)}
    assert two.class_names == {"a": [], "b": []}
    assert not two.all_labelled
    assert greys_of(two.a) == [0, 1, 2, 3, 4, 5]
    assert greys_of(two.b) == [100, 101, 102, 103, 104, 105, 99]
    assert capsys.readouterr().err.endswith(
        "the train set is 6 of 6 images in trainA, 7 of 7 images in trainB; 6 pairs by name.\n"
    )
    _, labels = next(iter(two.unpaired().batches(2, seed=0)))
    assert labels["a"].numpy().tolist() == labels["b"].numpy().tolist() == [-1, -1]


def test_pairs_are_by_name(whole):
    two = load(whole)
    assert two.has_pairs
    assert pairs_of(two) == [(number, 100 + number) for number in range(6)]
    assert two.paired().num_examples == 6


def test_the_test_folders(whole):
    two = load(whole, "test")
    assert pairs_of(two) == [(50, 150), (51, 151)]


def test_streamed_is_the_same(whole):
    in_memory, streamed = (load(whole, in_memory=choice) for choice in (True, False))
    assert (in_memory.in_memory, streamed.in_memory) == (True, False)
    for view in ("paired", "unpaired"):
        ours, theirs = (getattr(two, view)().batches(4, seed=2, start_step=1) for two in (in_memory, streamed))
        for one, other in zip(ours.take(4), theirs.take(4), strict=True):
            tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_names_as_those_of_cyclegans_facades(tmp_path):
    for number in range(5):
        save(tmp_path / "trainA" / f"{number}_A.jpg", number)
        save(tmp_path / "trainB" / f"{4 - number}_B.jpg", 100 - number)
    save(tmp_path / "testA" / "night" / "7_A.jpg", 7)
    save(tmp_path / "testB" / "night" / "7_B.jpg", 107)
    assert pairs_of(load(tmp_path)) == [(0, 96), (1, 97), (2, 98), (3, 99), (4, 100)]
    assert pairs_of(load(tmp_path, "test")) == [(7, 107)]


def test_without_equal_names_there_are_no_pairs(tmp_path, capsys):
    for number in range(5):
        save(tmp_path / "trainA" / f"horse{number}.png", number)
        save(tmp_path / "trainB" / f"zebra{number}.png", 100 + number)
    two = load(tmp_path)
    assert not two.has_pairs
    assert (
        "is 4 of 5 images in trainA, 4 of 5 images in trainB; no pairs, since no names are equal."
        in capsys.readouterr().err
    )
    with pytest.raises(UserError, match="which examples of A and B belong together is not known"):
        two.paired()


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_fifth_is_held_out_pairs_together(tmp_path, in_memory):
    for number in range(10):
        save(tmp_path / "trainA" / f"{number}.png", number)
        save(tmp_path / "trainB" / f"{number}.png", 100 + number)
        save(tmp_path / "trainA" / f"a{number}.png", 30 + number)
    train, test = (load(tmp_path, split, in_memory=in_memory) for split in ("train", "test"))
    assert [(two.a.num_examples, two.b.num_examples) for two in (train, test)] == [(16, 8), (4, 2)]
    assert sorted([*greys_of(train.a), *greys_of(test.a)]) == [*range(10), *range(30, 40)]
    assert sorted([*greys_of(train.b), *greys_of(test.b)]) == list(range(100, 110))
    pairs = [*pairs_of(train), *pairs_of(test)]
    assert len(pairs_of(test)) == 2
    assert sorted(pairs) == [(number, 100 + number) for number in range(10)]


def test_a_damaged_picture_loses_its_pair_alone(whole, capsys):
    (whole / "trainA" / "3.png").write_text("no picture")
    assert pairs_of(load(whole)) == [(number, 100 + number) for number in (0, 1, 2, 4, 5)]
    errors = capsys.readouterr().err.splitlines()
    assert errors[0].startswith(f"domains:{whole}: skipped 1 of 6 files: 1 not an image (such as '3.png')")
    assert errors[1].endswith("is 5 of 5 images in trainA, 7 of 7 images in trainB; 5 pairs by name.")


def message_of(path, **options):
    with pytest.raises(UserError) as raised:
        load(path, **options)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_missing_folders(tmp_path):
    assert f"'{tmp_path}/none' does not exist; expected a folder with trainA and trainB" in message_of(
        tmp_path / "none"
    )
    save(tmp_path / "trainA" / "0.png", 0)
    assert f"'{tmp_path}/trainB' does not exist; expected" in message_of(tmp_path)
    assert "trainA/0.png' is a file" in message_of(tmp_path / "trainA" / "0.png")


def test_one_test_folder_without_the_other(whole):
    for file in (whole / "testA").iterdir():
        file.unlink()
    (whole / "testA").rmdir()
    assert f"of testA and testB there is only '{whole}/testB'" in message_of(whole)


def test_one_image_in_a_domain(tmp_path):
    save(tmp_path / "trainA" / "0.png", 0)
    for number in range(5):
        save(tmp_path / "trainB" / f"{number}.png", 0)
    assert f"one image only in '{tmp_path}/trainA'" in message_of(tmp_path)


def test_too_few_to_hold_some_out(tmp_path):
    for number in range(4):
        save(tmp_path / "trainA" / f"{number}.png", 0)
        save(tmp_path / "trainB" / f"{number}.png", 0)
    assert load(tmp_path).num_examples == 4
    assert "at least 5 images in each of trainA and trainB" in message_of(tmp_path, split="test")


def test_unknown_split(whole):
    assert "Did you mean 'train'?" in message_of(whole, split="trian")
