"""The user's cache folder."""

import os
import pathlib


def cache_folder() -> pathlib.Path:
    """Returns where what can be made again is kept: $XDG_CACHE_HOME/tfgan_zoo, or ~/.cache/tfgan_zoo."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return pathlib.Path(home).expanduser() / "tfgan_zoo"
