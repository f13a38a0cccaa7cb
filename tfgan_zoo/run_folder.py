"""The folder of a run: what lies where, and whose it is."""

import json
import pathlib
import platform
import shutil
from importlib import metadata

from tfgan_zoo.errors import UserError
from tfgan_zoo.files import write_whole

# What a resumed run may change: these decide how far it goes and what it writes, never what it computes.
FREE_SETTINGS = {"steps", "log_every", "evaluate_every", "sample_every", "checkpoint_every", "export", "data_dir"}


class RunFolder:
    """Paths of a run.

    Attributes:
        path: the folder.
        config: all settings and versions.
        checkpoints, samples, events, exports: sub-folders.
        animation, metrics, curves: files.
    """

    def __init__(self, path: str | pathlib.Path):
        self.path = pathlib.Path(path)
        self.config = self.path / "config.json"
        self.checkpoints = self.path / "checkpoints"
        self.samples = self.path / "samples"
        self.animation = self.path / "samples.webp"
        self.metrics = self.path / "metrics.csv"
        self.events = self.path / "events"
        self.curves = self.path / "curves.png"
        self.exports = self.path / "export"

    def __str__(self) -> str:
        return str(self.path)

    def claim(self, settings: dict, *, overwrite: bool = False) -> None:
        """Makes the folder this run's, new or resumed, and writes `config.json`.

        Args:
            settings: all that the run's numbers depend on, and the free settings; JSON values.
            overwrite: an earlier run in the folder is removed first.

        Raises:
            UserError: the folder holds something else, or a run of other settings.
        """
        if overwrite:
            self._remove_earlier_run()
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"--workdir={self}: is a file; accepted: a new or empty folder, or a run's.")
        if self.config.exists():
            self._check_same_settings(settings)
        elif self.path.exists() and any(self.path.iterdir()):
            raise UserError(f"--workdir={self}: holds other files and no config.json; accepted: a new or empty folder.")
        for folder in (self.checkpoints, self.samples, self.events):
            folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.config, json.dumps({"settings": settings, "versions": versions()}, indent=2) + "\n")

    def read_settings(self) -> dict:
        """Returns the settings in `config.json`.

        Raises:
            UserError: the file is missing or damaged.
        """
        try:
            return json.loads(self.config.read_text())["settings"]
        except FileNotFoundError:
            raise UserError(f"{self}: is no run's folder, it has no config.json.") from None
        except (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise UserError(f"{self.config}: is damaged ({error}); --overwrite starts the run anew.") from None

    def _check_same_settings(self, settings: dict) -> None:
        earlier = self.read_settings()
        if not any(self.checkpoints.glob("step-*")):
            return
        for name in sorted(earlier.keys() | settings.keys()):
            before, now = earlier.get(name), settings.get(name)
            if name not in FREE_SETTINGS and before != now:
                raise UserError(
                    f"--workdir={self}: holds a run with {name}={before}, this one has {name}={now}. "
                    "Give the same settings, another --workdir, or --overwrite."
                )

    def _remove_earlier_run(self) -> None:
        if self.path.exists() and any(self.path.iterdir()):
            if not self.config.exists():
                raise UserError(f"--overwrite: {self} has no config.json, so it is no run's; nothing was removed.")
            shutil.rmtree(self.path)


def versions() -> dict:
    """Returns the versions that a run's numbers depend on."""
    packages = ("tfgan_zoo", "tensorflow", "keras", "numpy", "tensorflow-datasets", "scikit-learn")
    return {"python": platform.python_version(), **{name: _version(name) for name in packages}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
