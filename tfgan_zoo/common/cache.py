"""The user's cache folder."""

import os
import pathlib

from tfgan_zoo.common.errors import UserError


def cache_folder() -> pathlib.Path:
    """Returns where what can be made again is kept: $XDG_CACHE_HOME/tfgan_zoo, or ~/.cache/tfgan_zoo.

    Raises:
        UserError: this user has no home, as in some containers.
    """
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return pathlib.Path(home).expanduser() / "tfgan_zoo"
    except RuntimeError as error:
        raise UserError(
            f"'{home}': this user has no home folder; set XDG_CACHE_HOME to a folder to write to."
        ) from error


def writable_cache(name: str) -> pathlib.Path:
    """Returns a sub-folder of the cache, made if it is not there, before hours are spent on what is to be kept in it.

    Raises:
        UserError: nothing can be written there.
    """
    folder = cache_folder() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = None if os.access(folder, os.W_OK | os.X_OK) else "it may not be written to"
    except OSError as error:
        reason = error.strerror
    if reason:
        raise UserError(
            f"{folder}: cannot be used as the cache ({reason}); set XDG_CACHE_HOME to a folder to write to."
        )
    return folder
