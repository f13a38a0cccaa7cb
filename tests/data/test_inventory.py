"""The pictures are the identity of a set, not the path to them."""

import os
import shutil

import pytest

from tests.data.pictures import save
from tfgan_zoo import data
from tfgan_zoo.data import inventory as module
from tfgan_zoo.data.inventory import difference, fingerprint


def inventory_of(path, dataset="folder", **options):
    return data.load(f"{dataset}:{path}", image_size=8, **options).inventory


def test_names_sizes_and_checksums(pets):
    found = inventory_of(pets)
    assert list(found) == ["cats/a.png", "cats/b.png", "dogs/a.png", "dogs/puppies/b.bmp"]
    size, checksum = found["cats/a.png"].split()
    assert int(size) == os.path.getsize(pets / "cats" / "a.png")
    assert len(checksum) == 8


def test_of_a_large_set_names_and_sizes_count(pets, monkeypatch):
    monkeypatch.setattr(module, "SMALL", 10)
    assert inventory_of(pets)["cats/a.png"] == str(os.path.getsize(pets / "cats" / "a.png"))


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_slash_at_the_end_and_another_place_change_nothing(pets, tmp_path_factory, monkeypatch, in_memory):
    moved = tmp_path_factory.mktemp("moved") / "elsewhere"
    shutil.copytree(pets, moved)
    monkeypatch.chdir(pets.parent)
    expected = fingerprint(inventory_of(pets))
    for path in (f"{pets}/", moved, pets.name, f"./{pets.name}/../{pets.name}"):
        assert fingerprint(inventory_of(path, in_memory=in_memory)) == expected


def test_another_content_of_equal_size_is_another_set(pets):
    before = inventory_of(pets)
    save(pets / "cats" / "a.png", 11)
    after = inventory_of(pets)
    assert before["cats/a.png"].split()[0] == after["cats/a.png"].split()[0]
    assert fingerprint(before) != fingerprint(after)
    assert difference(before, after) == "1 changed (such as 'cats/a.png')"


def test_what_was_added_and_removed_is_counted(pets):
    before = inventory_of(pets)
    save(pets / "dogs" / "new.png")
    save(pets / "dogs" / "newer.png")
    (pets / "cats" / "a.png").rename(pets / "dogs" / "z.png")
    assert (
        difference(before, inventory_of(pets)) == "3 added (such as 'dogs/new.png'), 1 removed (such as 'cats/a.png')"
    )


def test_a_text_beside_the_pictures_changes_nothing(pets):
    before = inventory_of(pets)
    (pets / "cats" / "notes.txt").write_text("about cats")
    assert inventory_of(pets) == before


def test_both_domains_count(tmp_path):
    for number in range(6):
        save(tmp_path / "trainA" / f"{number}.png", number)
        save(tmp_path / "trainB" / f"{number}.png", number)
    found = inventory_of(tmp_path, "domains")
    assert {name.partition("/")[0] for name in found} == {"trainA", "trainB"}
    assert len(found) == 10  # a fifth of the pairs is held out


def test_a_derived_dataset_has_the_pictures_of_its_base(tmp_path):
    for number in range(6):
        save(tmp_path / f"{number}.png", number)
    assert inventory_of(tmp_path, "edges:folder") == inventory_of(tmp_path)


def test_other_datasets_have_none():
    assert data.load("digits").inventory is None
