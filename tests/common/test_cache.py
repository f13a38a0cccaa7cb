"""Where the cache is, and that it can be written to, is known before it is needed."""

import os
import pathlib

import pytest

from tfgan_zoo.common.cache import cache_folder, writable_cache
from tfgan_zoo.common.errors import UserError


def test_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tfgan_zoo"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "tfgan_zoo"


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch):
    def no_home(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(pathlib.Path, "expanduser", no_home)
    with pytest.raises(UserError, match="this user has no home folder; set XDG_CACHE_HOME"):
        cache_folder()


@pytest.mark.parametrize("name", ["cache", "a[1]", "b*?"])
def test_it_is_made(monkeypatch, tmp_path, name):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
    assert writable_cache("classifiers") == tmp_path / name / "tfgan_zoo" / "classifiers"
    assert (tmp_path / name / "tfgan_zoo" / "classifiers").is_dir()


def test_a_cache_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"cannot be used as the cache \(Not a directory\); set XDG_CACHE_HOME"):
        writable_cache("classifiers")


def test_a_cache_that_is_read_only_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match="it may not be written to"):
        writable_cache("classifiers")
