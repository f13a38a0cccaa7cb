"""A disk that is full, read-only or gone ends a run in one line, and takes nothing that was written before."""

import contextlib
import errno
import os
import pathlib
from collections.abc import Iterator

from tfgan_zoo.common.errors import UserError

# TensorFlow's own writers put the system's words at the end of an error of another type.
REASONS = [
    os.strerror(number)
    for number in (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.ENOENT,
        errno.EIO,
        errno.ESTALE,
    )
]


class StorageFailed(OSError):
    """Something could not be written or read, for a reason that lies outside of the run."""


@contextlib.contextmanager
def writing(folder: pathlib.Path) -> Iterator[None]:
    """Tells in one line what kept the block, which writes below a run's folder, from writing or reading.

    Raises:
        StorageFailed: it could not.
    """
    if not folder.is_dir():
        raise StorageFailed(f"{folder}: was removed while the run went on.")
    try:
        yield
    except (StorageFailed, UserError):
        raise
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) else _reason(str(error))
        if not reason:
            raise
        name = getattr(error, "filename", None) or folder
        raise StorageFailed(
            f"{name}: {reason}. All that was written before is intact. Fix the cause, then run the same command to "
            "resume from the newest checkpoint."
        ) from error


def _reason(message: str) -> str | None:
    return next((reason for reason in REASONS if reason in message), None)
