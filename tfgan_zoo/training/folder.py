"""The folder of a run: what lies where, and whose it is."""

import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from importlib import metadata

import tfgan_zoo
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import PARTIAL, check_writable, write_whole
from tfgan_zoo.common.text import shown
from tfgan_zoo.training import lock
from tfgan_zoo.training.settings import check_same


class RunFolder:
    """Paths of a run.

    Attributes:
        path: the folder.
        config: all settings and versions.
        pictures: the inventory of one's own pictures.
        checkpoints, samples, events, exports: sub-folders.
        animation, metrics, curves, trace: files.
    """

    def __init__(self, path: str | pathlib.Path):
        # Shells leave the ~ of --workdir=~/runs as it is.
        self.path = pathlib.Path(os.path.expanduser(path))
        self.given = os.fspath(path)
        self.config = self.path / "config.json"
        self.pictures = self.path / "pictures.json"
        self.checkpoints = self.path / "checkpoints"
        self.samples = self.path / "samples"
        self.animation = self.path / "samples.webp"
        self.metrics = self.path / "metrics.csv"
        self.events = self.path / "events"
        self.curves = self.path / "curves.png"
        self.trace = self.path / "trace.json.gz"
        self.exports = self.path / "export"

    def __str__(self) -> str:
        return str(self.path)

    def picture(self, step: int) -> pathlib.Path:
        """Returns the path of the sample picture of a step."""
        return self.samples / f"step-{step:06d}.png"

    def exported_steps(self) -> set[int]:
        """Returns the steps that have been exported."""
        found = set()
        for model in self.exports.glob("*/saved_model.pb"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # no export of this library's
                found.add(json.loads((model.parent / "assets.extra" / "description.json").read_text())["step"])
        return found

    def check(self, *, overwrite: bool = False) -> None:
        """Finds out whether the folder can be claimed, as far as that is known without the settings; writes nothing.

        Args:
            overwrite: an earlier run in the folder is to be removed.

        Raises:
            UserError: it cannot be written to, holds something else, or another process writes it.
        """
        with self._told_in_one_line():
            self._check_content(overwrite)
            check_writable(self.path)
            if lock.is_there(self.path):
                lock.lock(self.path)

    def claim(self, settings: dict, pictures: Mapping | None = None, *, overwrite: bool = False) -> None:
        """Makes the folder this run's, new or resumed, and writes `config.json`.

        Args:
            settings: all that the run's numbers depend on, and the free settings; JSON values.
            pictures: the inventory of one's own pictures; None for another dataset.
            overwrite: an earlier run in the folder is removed first.

        Raises:
            UserError: the folder holds something else, a run of other settings, or one that another process writes.
        """
        settings = json.loads(json.dumps(settings))
        with self._told_in_one_line():
            self._claim(settings, pictures, overwrite)

    @contextlib.contextmanager
    def _told_in_one_line(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = f"{error.strerror or error}: '{error.filename}'" if error.filename else error.strerror
            raise UserError(f"--workdir={self}: cannot be used ({reason}); accepted: a folder to write to.") from error

    def _claim(self, settings: dict, pictures: Mapping | None, overwrite: bool) -> None:
        self._check_content(overwrite)
        self.path.mkdir(parents=True, exist_ok=True)
        lock.lock(self.path)
        if overwrite:
            self._remove_earlier_run()
        elif self.config.exists():
            self.check_settings(settings, pictures)
        self._remove_partial_files()
        # First of all: a folder without it, of a run that was killed here, would be taken for something else's.
        write_whole(self.config, json.dumps({"settings": settings, "versions": versions()}, indent=2) + "\n")
        if pictures is not None:
            write_whole(self.pictures, json.dumps(pictures, indent=0) + "\n")
        for folder in (self.checkpoints, self.samples, self.events):
            folder.mkdir(exist_ok=True)

    def _check_content(self, overwrite: bool) -> None:
        """Refuses what is no folder, and a folder of other files."""
        if "://" in self.given:
            raise UserError(f"--workdir={self.given}: expected a folder of this machine, not an address; mount it.")
        try:
            self.given.encode()
        except UnicodeEncodeError:
            # TensorFlow's writers take UTF-8 alone.
            raise UserError(f"--workdir={shown(self.given)}: expected names in UTF-8.") from None
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"--workdir={self}: is a file; accepted: a new or empty folder, or a run's.")
        found = list(self.path.iterdir()) if self.path.is_dir() else []
        if overwrite:
            others = [path for path in found if path not in self._own and not path.name.startswith(".")]
            if others:
                raise UserError(
                    f"--overwrite: {others[0]} is of no run; nothing was removed. Accepted: a run's folder."
                )
        elif not self.config.exists() and any(path.suffix != PARTIAL and path.name != lock.NAME for path in found):
            raise UserError(f"--workdir={self}: holds other files and no config.json; accepted: a new or empty folder.")

    @property
    def _own(self) -> set[pathlib.Path]:
        """The paths that a run writes."""
        return {path for path in vars(self).values() if isinstance(path, pathlib.Path) and path != self.path}

    def read_settings(self) -> dict:
        """Returns the settings in `config.json`.

        Raises:
            UserError: the file is missing or damaged.
        """
        try:
            return dict(json.loads(self.config.read_text())["settings"])
        except FileNotFoundError:
            if not self.path.is_dir():
                raise UserError(f"{self}: there is no such folder; accepted: a run's.") from None
            raise UserError(f"{self}: is no run's folder, it has no config.json.") from None
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{self.config}: is damaged ({error}); --overwrite starts the run anew.") from None

    def settings_to_resume(self) -> dict | None:
        """Returns the settings of the run in the folder; None where there is none, or none with a checkpoint.

        Raises:
            UserError: `config.json` is damaged.
        """
        settings = self.read_settings() if self.config.exists() else None
        return settings if checkpoint_steps(self.checkpoints) else None

    def check_settings(self, settings: dict, pictures: Mapping | None = None) -> None:
        """Refuses other settings than those of the run that they would resume; writes nothing.

        Args:
            settings, pictures: as for `claim`.

        Raises:
            UserError: one differs, or `config.json` is damaged.
        """
        earlier = self.settings_to_resume()
        if earlier is not None:
            check_same(self, earlier, json.loads(json.dumps(settings)), self._read_pictures(), pictures)

    def _read_pictures(self) -> Mapping | None:
        """Returns the inventory of the pictures that the run began with; None where there is none, or a damaged one."""
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads(self.pictures.read_text()))
        return None

    def _remove_partial_files(self) -> None:
        """Removes what a killed run was writing."""
        for path in self.path.rglob(f".*{PARTIAL}"):
            if path.is_file():
                path.unlink()

    def _remove_earlier_run(self) -> None:
        """Removes what a run writes, and nothing else."""
        for path in self._own:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def checkpoint_steps(folder: pathlib.Path) -> list[int]:
    """Returns the steps of the checkpoints `folder/step-000500`, in order."""
    names = (re.fullmatch(r"step-([0-9]+)", path.name) for path in folder.glob("step-*"))
    return sorted(int(name[1]) for name in names if name)


def versions() -> dict:
    """Returns the versions that a run's numbers depend on."""
    packages = ("tensorflow", "keras", "numpy", "tensorflow-datasets", "scikit-learn")
    own = {"python": platform.python_version(), "tfgan_zoo": tfgan_zoo.__version__}
    return {**own, **{name: _version(name) for name in packages}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
