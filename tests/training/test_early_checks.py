"""Late refusals: what needs no TensorFlow and no pictures is refused at once, with a value that would do."""

import pytest

from models import ZOO
from tests.data.pictures import save
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.early_checks import check_pictures, too_large_batch


@pytest.fixture
def pets(tmp_path):
    """Nine pictures of two classes and a text; names alone count."""
    for number in range(9):
        save(tmp_path / "ab"[number % 2] / f"{number}.png")
    (tmp_path / "a" / "notes.txt").touch()
    return tmp_path


def check(dataset, model="dcgan", image_size=None, batch_size=None):
    check_pictures(model, ZOO.targets[model], dataset, image_size, batch_size)


def test_a_missing_path_is_refused_at_once(tmp_path):
    with pytest.raises(UserError, match=r"--dataset=folder:.*none: '.*none' does not exist; expected a folder of"):
        check(f"folder:{tmp_path}/none")


def test_a_missing_path_of_a_derived_dataset_is_refused_at_once(tmp_path):
    with pytest.raises(UserError, match=r"--dataset=edges:folder:.*none: '.*none' does not exist"):
        check(f"edges:folder:{tmp_path}/none", "cyclegan")


@pytest.mark.parametrize("made", [(), ("trainA",), ("trainA", "trainB", "testB")])
def test_missing_domains_are_refused_at_once(tmp_path, made):
    for part in made:
        (tmp_path / part).mkdir()
    with pytest.raises(UserError, match="expected a folder with trainA and trainB in it"):
        check(f"domains:{tmp_path}", "cyclegan")


def test_a_home_folder_is_found_where_the_shell_leaves_its_sign(pets, monkeypatch):
    monkeypatch.setenv("HOME", str(pets.parent))
    check(f"folder:~/{pets.name}", batch_size=2)


@pytest.mark.parametrize(("batch_size", "proposed"), [(16, 8), (128, 8), (None, 8)])
def test_a_batch_larger_than_the_folder_is_refused_with_one_that_fits(pets, batch_size, proposed):
    with pytest.raises(UserError, match=f"more than the 10 examples of folder:.*; try --batch_size={proposed}."):
        check(f"folder:{pets}", batch_size=batch_size)


def test_only_the_training_pictures_count(pets):
    for number in range(3):
        save(pets / "train" / f"{number}.png")
        save(pets / "test" / f"{number}.png")
    with pytest.raises(UserError, match="--batch_size=4: more than the 3 examples"):
        check(f"folder:{pets}", batch_size=4)


def test_of_two_domains_the_larger_one_counts(tmp_path):
    for number in range(3):
        save(tmp_path / "trainA" / f"{number}.png")
    save(tmp_path / "trainB" / "0.png")
    check(f"domains:{tmp_path}", "cyclegan", batch_size=3)
    with pytest.raises(UserError, match="--batch_size=4: more than the 3 examples"):
        check(f"domains:{tmp_path}", "cyclegan", batch_size=4)


@pytest.mark.parametrize(("count", "fitting"), [(1, 1), (2, 2), (15, 8), (16, 16), (100, 64)])
def test_the_batch_that_is_proposed_is_the_largest_power_of_two(count, fitting):
    assert str(too_large_batch(1000, count, "x")).endswith(f"try --batch_size={fitting}.")


@pytest.mark.parametrize(("size", "nearest"), [(4096, 128), (65, 64), (1, 16)])
def test_a_size_that_the_model_cannot_make_is_refused_with_its_own_sizes(size, nearest):
    message = f"--image_size={size}: dcgan makes images of side 16, .*; the nearest is --image_size={nearest}."
    with pytest.raises(UserError, match=message):
        check("digits", image_size=size)


def test_a_size_that_no_picture_can_have_is_refused_at_once():
    with pytest.raises(UserError, match="--image_size=4096: expected a whole number from 1 to 1024"):
        check("digits", "vanilla", image_size=4096)


@pytest.mark.parametrize("model", ["cdcgan", "semi_supervised"])
def test_a_folder_without_classes_for_a_model_of_classes_is_refused_at_once(pets, model):
    with pytest.raises(UserError, match=f"--model={model} needs labels; folder:.*/a has none. Put the pictures of"):
        check(f"folder:{pets}/a", model, batch_size=2)
    check(f"folder:{pets}", model, batch_size=2)
