"""Files of pictures are found, checked and paired before any work is done."""

import pathlib

import pytest

from tests.serving import hostile
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import MOST_BYTES
from tfgan_zoo.serving.picture_files import check_folder, check_pictures, find_pictures, masks_of


@pytest.fixture
def folder(tmp_path):
    for name in ("b.PNG", "a.jpeg", "c.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(hostile.PNG)
    (tmp_path / "d.png").mkdir()
    return tmp_path


def test_a_folders_pictures_by_name_and_files_as_they_are_given(folder):
    found = find_pictures([str(folder / "notes.txt"), str(folder)])
    assert [path.name for path in found] == ["notes.txt", "a.jpeg", "b.PNG", "c.jpg"]


def test_what_is_not_there(folder):
    with pytest.raises(UserError, match=r"--images=no\.png: there is no such file or folder"):
        find_pictures(["no.png"])
    with pytest.raises(UserError, match=r"--masks=.*d\.png: holds no pictures; accepted: \.png, \.jpg, \.jpeg"):
        find_pictures([str(folder / "d.png")], "--masks")


def test_each_file_is_checked(folder):
    pictures = find_pictures([str(folder)])
    check_pictures(pictures)
    pictures[1].write_bytes(hostile.PNG[:-30])
    with pytest.raises(UserError, match=r"--images=.*b\.PNG: is damaged or cut off"):
        check_pictures(pictures)


def test_a_large_file_is_not_even_read(folder, monkeypatch):
    with open(folder / "a.jpeg", "wb") as file:
        file.truncate(MOST_BYTES + 1)
    monkeypatch.setattr(pathlib.Path, "read_bytes", None)
    with pytest.raises(UserError, match=r"--images=.*a\.jpeg: has 16,777,217 bytes; accepted: up to 16 MB"):
        check_pictures([folder / "a.jpeg"])


def test_a_mask_is_everyones_or_that_of_its_name():
    a, b = pathlib.Path("x/a.jpg"), pathlib.Path("x/b.png")
    masks = [pathlib.Path("m/b.png"), pathlib.Path("m/a.png")]
    assert masks_of([a, b], masks) == masks[::-1]
    assert masks_of([a, b], masks[:1]) == masks[:1] * 2
    with pytest.raises(UserError, match=r"--masks: none is named as x/a\.jpg"):
        masks_of([a, b], [masks[0], pathlib.Path("m/c.png")])


def test_results_that_would_overwrite_something(tmp_path):
    with pytest.raises(UserError, match=r"a\.png and y/a\.jpg would both become a\.png"):
        check_folder(tmp_path, [pathlib.Path("a.png"), pathlib.Path("y/a.jpg")])
    with pytest.raises(UserError, match="holds the images themselves"):
        check_folder(tmp_path / "x" / "..", [tmp_path / "a.png"])
    check_folder(tmp_path, [pathlib.Path("a.png"), pathlib.Path("y/b.jpg")])
