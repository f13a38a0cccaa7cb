"""What blocks a resume and what does not: the pictures count, not the path's text."""

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.inventory import fingerprint
from tfgan_zoo.training.folder import RunFolder

PICTURES = {"a.png": "10 aaaaaaaa", "b.png": "20 bbbbbbbb"}


def settings(dataset, pictures=PICTURES, **others):
    known = {} if pictures is None else {"pictures": fingerprint(pictures)}
    return {"dataset": dataset, **known, **others}


@pytest.fixture
def folder(tmp_path):
    """Of a run on two pictures that has a checkpoint."""
    folder = RunFolder(tmp_path / "run")
    folder.claim(settings("folder:pets"), PICTURES)
    (folder.checkpoints / "step-000010").mkdir()
    return folder


@pytest.mark.parametrize("dataset", ["folder:pets/", "folder:./pets", "folder:/elsewhere/animals"])
def test_a_trailing_slash_or_moved_pictures_do_not_block_a_resume(folder, dataset):
    folder.claim(settings(dataset), PICTURES)
    assert folder.read_settings()["dataset"] == dataset


@pytest.mark.parametrize("dataset", ["domains:pets", "edges:folder:pets", "digits"])
def test_the_kind_of_dataset_counts(folder, dataset):
    with pytest.raises(UserError, match=r"holds a run with dataset=folder.*, this one has dataset="):
        folder.claim(settings(dataset, None if dataset == "digits" else PICTURES), PICTURES)


def test_a_changed_folder_counts_what_was_added_and_removed_and_names_init_from(folder):
    now = {"b.png": "20 bbbbbbbb", "c.png": "1 c", "d.png": "1 d"}
    with pytest.raises(UserError) as refusal:
        folder.claim(settings("folder:pets", now, num_examples=3), now)
    assert str(refusal.value) == (
        f"--workdir={folder}: its run began with other pictures than those in --dataset=folder:pets: 2 added (such as "
        "'c.png'), 1 removed (such as 'a.png'). Put them as they were, or begin another run with this one's weights: "
        f"--workdir=NEW --init_from={folder}."
    )
    assert folder._read_pictures() == PICTURES


def test_without_the_list_of_pictures_a_change_is_told_all_the_same(folder):
    folder.pictures.write_text("{")
    with pytest.raises(UserError, match=r"began with other pictures .*: another set. Put them as"):
        folder.claim(settings("folder:pets", {}, num_examples=3), {})


def test_a_run_from_before_pictures_were_listed_goes_on_by_its_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = RunFolder(tmp_path / "run")
    folder.claim(settings("folder:pets", None))
    (folder.checkpoints / "step-000010").mkdir()
    with pytest.raises(UserError, match=r"holds a run with dataset=folder:.*pets, this one has dataset=folder:.*cats"):
        folder.claim(settings("folder:cats"), PICTURES)
    folder.claim(settings(f"folder:{tmp_path}/pets/"), PICTURES)
    assert folder._read_pictures() == PICTURES


@pytest.mark.parametrize("fit", [None, "crop"])
def test_a_run_from_before_the_fit_was_a_choice_was_cropped(folder, fit):
    folder.claim(settings("folder:pets", **({"fit": fit} if fit else {})), PICTURES)
    with pytest.raises(UserError, match="holds a run with fit=crop, this one has fit=pad"):
        folder.claim(settings("folder:pets", fit="pad"), PICTURES)


def test_another_learning_rate_is_refused_with_the_way_to_use_it(folder):
    with pytest.raises(UserError, match=f"learning_rate=1e-05. Give the same settings, .*: --init_from={folder}."):
        folder.claim(settings("folder:pets", arguments={"learning_rate": 1e-5}), PICTURES)


def test_overwrite_removes_the_list_of_pictures(folder):
    folder.claim({"dataset": "digits"}, overwrite=True)
    assert not folder.pictures.exists()
