"""Whose a run's folder is."""

import json
import os

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.folder import RunFolder, checkpoint_steps, versions
from tfgan_zoo.training.settings import FREE_SETTINGS

SETTINGS = {"model": "vanilla", "arguments": {"seed": 0, "width": 8}, "batch_size": 32, "steps": 100, "export": True}


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run")


def with_checkpoint(folder):
    (folder.checkpoints / "step-000010").mkdir(parents=True)
    return folder


def test_a_new_folder_is_claimed(folder):
    folder.claim(SETTINGS)
    written = json.loads(folder.config.read_text())
    assert written["settings"] == SETTINGS
    assert written["versions"] == versions()
    assert sorted(path.name for path in folder.path.iterdir()) == [
        ".lock",
        "checkpoints",
        "config.json",
        "events",
        "samples",
    ]
    assert folder.read_settings() == SETTINGS


def test_what_a_killed_run_was_writing_is_removed(folder):
    folder.claim(SETTINGS)
    left, kept = folder.samples / ".step-000250.png.0123abcd.partial", folder.samples / "step-000000.png"
    left.touch()
    kept.touch()
    folder.claim(SETTINGS)
    assert (left.exists(), kept.exists()) == (False, True)


@pytest.mark.parametrize(
    "leftovers", [[], [".config.json.0123abcd.partial"], ["config.json"], ["config.json", "checkpoints/"]]
)
def test_a_run_that_was_killed_while_it_claimed_its_folder_can_start_again(folder, tmp_path, leftovers):
    whole = RunFolder(tmp_path / "whole")
    whole.claim(SETTINGS)
    folder.path.mkdir()
    for name in leftovers:
        if name.endswith("/"):
            (folder.path / name).mkdir()
        else:
            (folder.path / name).write_text(whole.config.read_text()[: None if name == "config.json" else 9])
    folder.claim(SETTINGS)
    assert folder.read_settings() == SETTINGS


def test_the_settings_are_there_before_anything_else_is(folder, monkeypatch):
    """A folder without them would be taken for something else's."""

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("tfgan_zoo.training.folder.write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        folder.claim(SETTINGS)
    assert [path.name for path in folder.path.iterdir()] == [".lock"]


def test_versions_name_what_the_numbers_depend_on():
    import keras
    import numpy
    import tensorflow

    found = versions()
    assert found["tensorflow"] == tensorflow.__version__
    assert found["keras"] == keras.__version__
    assert found["numpy"] == numpy.__version__
    assert {"python", "tfgan_zoo", "tensorflow-datasets", "scikit-learn"} <= found.keys()


def test_the_version_of_the_library_is_known_in_a_checkout_too():
    import tfgan_zoo

    assert versions()["tfgan_zoo"] == tfgan_zoo.__version__


def test_an_empty_folder_is_claimed(folder):
    folder.path.mkdir()
    folder.claim(SETTINGS)
    assert folder.config.exists()


def test_the_same_settings_go_on(folder):
    folder.claim(SETTINGS)
    with_checkpoint(folder).claim(SETTINGS)
    assert (folder.checkpoints / "step-000010").is_dir()


@pytest.mark.parametrize("value", [(1, 2), [1, (2, 3)], {"a": (1,)}, 0.1, None, "text"], ids=str)
def test_settings_equal_themselves_after_a_round_through_json(folder, value):
    folder.claim({**SETTINGS, "arguments": {"given": value}})
    with_checkpoint(folder).claim({**SETTINGS, "arguments": {"given": value}})


@pytest.mark.parametrize("name", sorted(FREE_SETTINGS))
def test_free_settings_may_change(folder, name):
    folder.claim({**SETTINGS, name: 1})
    with_checkpoint(folder).claim({**SETTINGS, name: 2})
    assert folder.read_settings()[name] == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"batch_size": 64}, "holds a run with batch_size=32, this one has batch_size=64"),
        ({"model": "dcgan"}, "holds a run with model=vanilla, this one has model=dcgan"),
        ({"new": 1}, "holds a run with new=None, this one has new=1"),
    ],
)
def test_other_settings_are_refused_by_name(folder, changed, message):
    folder.claim(SETTINGS)
    before = with_checkpoint(folder).config.read_text()
    with pytest.raises(UserError, match=message):
        folder.claim({**SETTINGS, **changed})
    assert folder.config.read_text() == before


def test_of_the_models_arguments_the_one_that_differs_is_named(folder):
    folder.claim(SETTINGS)
    with pytest.raises(UserError, match=r"holds a run with width=8, this one has width=16\."):
        with_checkpoint(folder).claim({**SETTINGS, "arguments": {"seed": 0, "width": 16}})


def test_a_run_that_does_not_say_how_it_was_computed_is_of_the_plain_way(folder):
    folder.claim(SETTINGS)
    plain = {"onednn": True, "xla": False, "mixed_precision": "float32"}
    with_checkpoint(folder).claim({**SETTINGS, **plain})
    folder.claim(SETTINGS)
    with pytest.raises(UserError, match="with mixed_precision=float32, this one has mixed_precision=mixed_float16"):
        folder.claim({**SETTINGS, **plain, "mixed_precision": "mixed_float16"})


def test_without_a_checkpoint_other_settings_start_anew(folder):
    folder.claim(SETTINGS)
    folder.claim({**SETTINGS, "batch_size": 64})
    assert folder.read_settings()["batch_size"] == 64


def test_a_run_from_before_a_flag_goes_on_without_it(folder):
    """An argument that is not there was not given."""
    folder.claim(SETTINGS)
    with_checkpoint(folder).claim(SETTINGS)
    for given in ({"penalties": []}, {"penalties": ["r1"]}, {"ema": 0.9}, {"ema": "none"}):
        (name,) = given
        with pytest.raises(UserError, match=f"holds a run with {name}=None"):
            folder.claim({**SETTINGS, "arguments": {**SETTINGS["arguments"], **given}})


def test_averaging_that_was_set_before_there_was_a_flag(folder):
    def settings(ema):
        return {**SETTINGS, "arguments": {"seed": 0, "ema": ema}}

    folder.claim(settings({"generator": 0.9}))
    with pytest.raises(UserError, match=r"holds a run with ema=0\.9, this one has ema=0\.8"):
        with_checkpoint(folder).claim(settings(0.8))
    folder.claim(settings(0.9))
    assert folder.read_settings() == settings(0.9)


def test_settings_can_be_checked_before_the_claim(folder):
    folder.check_settings(SETTINGS)
    assert not folder.path.exists()
    folder.claim(SETTINGS)
    before = with_checkpoint(folder).config.read_text()
    folder.check_settings({**SETTINGS, "steps": 200})
    with pytest.raises(UserError, match="holds a run with batch_size=32, this one has batch_size=64"):
        folder.check_settings({**SETTINGS, "batch_size": 64})
    assert folder.config.read_text() == before


def test_what_there_is_to_resume(folder):
    assert folder.settings_to_resume() is None
    folder.claim(SETTINGS)
    assert folder.settings_to_resume() is None
    assert with_checkpoint(folder).settings_to_resume() == SETTINGS


def test_checkpoints_are_listed_in_the_order_of_their_steps(tmp_path):
    for name in ("step-000010", "step-000009", "step-1000000", "damaged-000011", ".step-000012.partial", "step-x"):
        (tmp_path / name).mkdir()
    assert checkpoint_steps(tmp_path) == [9, 10, 1000000]
    assert checkpoint_steps(tmp_path / "missing") == []


def test_a_folder_of_other_files_is_refused(folder):
    folder.path.mkdir()
    (folder.path / "thesis.tex").write_text("all my work")
    for overwrite in (False, True):
        with pytest.raises(UserError, match=r"no config\.json|of no run"):
            folder.claim(SETTINGS, overwrite=overwrite)
    assert (folder.path / "thesis.tex").read_text() == "all my work"
    assert not folder.config.exists()


def test_overwrite_removes_runs_only(folder):
    """A `config.json` alone makes no run: many programs have one."""
    folder.path.mkdir()
    folder.config.write_text('{"name": "of another program"}')
    (folder.path / "thesis.tex").write_text("all my work")
    with pytest.raises(UserError):
        folder.claim(SETTINGS, overwrite=True)
    assert (folder.path / "thesis.tex").read_text() == "all my work"


def test_a_file_is_refused(folder):
    folder.path.write_text("a file")
    with pytest.raises(UserError, match="is a file"):
        folder.claim(SETTINGS)


def test_overwrite_starts_anew(folder):
    folder.claim(SETTINGS)
    with_checkpoint(folder).metrics.write_text("step\n1\n")
    folder.claim({**SETTINGS, "batch_size": 64}, overwrite=True)
    assert folder.read_settings()["batch_size"] == 64
    assert not folder.metrics.exists()
    assert list(folder.checkpoints.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '"text"', "null", "\x80"])
def test_a_damaged_config_is_told_and_overwrite_mends_it(folder, content):
    folder.claim(SETTINGS)
    folder.config.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"config\.json: is damaged .*--overwrite"):
        with_checkpoint(folder).claim(SETTINGS)
    folder.claim(SETTINGS, overwrite=True)
    assert folder.read_settings() == SETTINGS


def test_a_folder_without_a_config_is_no_run(folder):
    with pytest.raises(UserError, match="there is no such folder; accepted: a run's"):
        folder.read_settings()
    folder.path.mkdir()
    with pytest.raises(UserError, match="is no run's folder, it has no config"):
        folder.read_settings()


def test_paths(folder):
    names = ["checkpoints", "samples", "events", "exports", "animation", "metrics", "curves", "config", "trace"]
    files = ["checkpoints", "samples", "events", "export", "samples.webp", "metrics.csv", "curves.png", "config.json"]
    files.append("trace.json.gz")
    assert [getattr(folder, name).relative_to(folder.path).as_posix() for name in names] == files
    assert str(folder) == str(folder.path)


# A place that cannot be written to is told before anything else is done.


def refusals(folder, match):
    for use in (folder.check, lambda: folder.claim(SETTINGS)):
        with pytest.raises(UserError, match=match) as raised:
            use()
        assert "\n" not in str(raised.value)


def test_a_parent_that_is_a_file_is_told_before_training(tmp_path):
    (tmp_path / "file").touch()
    refusals(RunFolder(tmp_path / "file" / "run"), r"--workdir=.*cannot be used \((Not a directory|File exists)")


def test_a_link_that_leads_nowhere_is_told_before_training(tmp_path):
    (tmp_path / "run").symlink_to("missing")
    refusals(RunFolder(tmp_path / "run"), r"cannot be used \((Not a directory|File exists)")


def test_a_link_that_leads_to_itself_is_told_before_training(tmp_path):
    (tmp_path / "run").symlink_to("run")
    refusals(RunFolder(tmp_path / "run"), "--workdir=.*cannot be used")


def test_a_name_that_is_too_long_is_told_before_training(tmp_path):
    refusals(RunFolder(tmp_path / ("x" * 300)), "cannot be used .File name too long")


def test_a_folder_without_the_right_to_write_is_told_before_training(folder, monkeypatch):
    """Tests may run as a user who may write everywhere, so the refusal is played."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match=r"cannot be used \(Permission denied: '.*'\); accepted: a folder to write to"):
        folder.check()
    assert not folder.path.exists()


@pytest.mark.parametrize("address", ["gs://bucket/run", "s3://bucket/run", "hdfs://host/run"])
def test_an_address_is_not_taken_for_a_folder(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refusals(RunFolder(address), f"--workdir={address}: expected a folder of this machine")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_not_utf_8_is_refused_before_training(tmp_path):
    refusals(RunFolder(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")), r"caf\\xe9: expected names in UTF-8")


def test_home_is_found_where_the_shell_leaves_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert RunFolder("~/run").path == tmp_path / "run"


@pytest.mark.parametrize("name", ["a[1]", "b*", "c?", "d e", "%s"])
def test_a_folder_of_any_name_is_claimed_and_goes_on(tmp_path, name):
    folder = RunFolder(tmp_path / name / name)
    folder.claim(SETTINGS)
    with pytest.raises(UserError, match="holds a run with batch_size=32"):
        with_checkpoint(folder).claim({**SETTINGS, "batch_size": 64})
    left = folder.samples / ".x.partial"
    left.touch()
    folder.claim(SETTINGS)
    assert not left.exists()
    folder.claim({**SETTINGS, "batch_size": 64}, overwrite=True)
    assert not list(folder.checkpoints.iterdir())


def test_overwrite_leaves_what_a_link_leads_to(folder, tmp_path):
    folder.claim(SETTINGS)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    folder.samples.rmdir()
    folder.samples.symlink_to(tmp_path / "elsewhere")
    folder.claim(SETTINGS, overwrite=True)
    assert (tmp_path / "elsewhere" / "kept").exists()
