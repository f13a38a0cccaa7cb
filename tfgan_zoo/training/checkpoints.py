"""Checkpoints that a run resumes from, to the bit."""

import pathlib
import shutil
import sys

import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import DamagedError, check_checksums, whole_folder, write_checksums
from tfgan_zoo.common.patterns import no_pattern
from tfgan_zoo.training.folder import checkpoint_steps

KEPT = 3
# Failures of the moment: the checkpoint may be intact, so the run ends and nothing is put aside.
TRANSIENT = (tf.errors.ResourceExhaustedError, tf.errors.PermissionDeniedError, tf.errors.UnavailableError)


class Checkpoints:
    """The checkpoints of one run: `step-000500/` holds the whole state after step 500. The last three are kept.

    The format is TensorFlow's own, which verifies a checksum of every tensor that it reads, but not of everything that
    says which tensor is whose: so each checkpoint has the SHA-256 of its files beside them, and is read only if they
    agree.

    Args:
        folder: where they lie.
        gan: the compiled `GAN`, whose `state` is saved and restored.
    """

    def __init__(self, folder: pathlib.Path, gan):
        self.folder = folder
        self.gan = gan
        self._checkpoint = tf.train.Checkpoint(**gan.state())

    def steps(self) -> list[int]:
        """Returns the steps of the checkpoints that are there, in order."""
        return checkpoint_steps(self.folder)

    def save(self, step: int) -> None:
        """Writes the checkpoint of `step` whole or not at all, and removes those beyond the last three.

        One that is there already is kept: the state after a step is a pure function of the step.
        """
        if step in self.steps():
            return
        with whole_folder(self._path(step)) as folder:
            self._checkpoint.write(str(folder / "state"))
            write_checksums(folder)
        for old in self.steps()[:-KEPT]:
            # On shares it stays while another program reads it, such as an export: the next save tries again.
            shutil.rmtree(self._path(old), ignore_errors=True)

    def restore_newest(self) -> int:
        """Restores the newest checkpoint that is intact, and returns its step; 0 where there is none at all.

        Raises:
            UserError: there are checkpoints, and all of them are damaged, or the newest intact one is of another model.
        """
        steps = self.steps()
        for step in reversed(steps):
            try:
                check_checksums(self._path(step))
            except DamagedError as error:
                print(f"{self._path(step)}: damaged, the one before it is used ({error})", file=sys.stderr)
                continue
            self._read(step)
            for newer in [s for s in steps if s > step]:
                shutil.rmtree(self.folder / f"damaged-{newer:06d}", ignore_errors=True)
                self._path(newer).rename(self.folder / f"damaged-{newer:06d}")
            return step
        if steps:
            raise UserError(f"{self.folder}: every checkpoint is damaged; --overwrite starts the run anew.")
        return 0

    def restore(self, step: int) -> None:
        """Restores the checkpoint of a step.

        Raises:
            UserError: it is not there, damaged, or of another model.
        """
        if step not in self.steps():
            raise UserError(f"{self._path(step)}: there is no such checkpoint; steps: {self.steps()}.")
        try:
            check_checksums(self._path(step))
        except DamagedError as error:
            raise UserError(f"{self._path(step)}: damaged ({error}).") from None
        self._read(step)

    def _read(self, step: int) -> None:
        try:
            with no_pattern(self._path(step)) as folder:
                self._checkpoint.read(str(folder / "state")).assert_consumed()
        except TRANSIENT:
            raise
        except (tf.errors.OpError, AssertionError, ValueError, IndexError) as error:
            reason = str(error).splitlines()[0]
            raise UserError(f"{self._path(step)}: intact, but of another model than this one ({reason}).") from error

    def _path(self, step: int) -> pathlib.Path:
        return self.folder / f"step-{step:06d}"
