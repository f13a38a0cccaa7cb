"""One process writes a run's folder: the system frees the lock when that process ends, in whatever way."""

import contextlib
import errno
import os
import pathlib
import socket
import sys

from tfgan_zoo.common.errors import UserError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

NAME = ".lock"
HELD_BY_ANOTHER = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}
NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF}

_held: dict[tuple[int, int], int] = {}  # device and inode → the descriptor that holds the lock until the process ends


def lock(folder: pathlib.Path) -> None:
    """Locks a run's folder for this process, for as long as it lives; a second time does no harm.

    Where the file system has no locks, says so on stderr.

    Raises:
        UserError: another process has locked it.
        OSError: the folder cannot be written to.
    """
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    status = os.fstat(descriptor)
    if (status.st_dev, status.st_ino) in _held:
        os.close(descriptor)
        return
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in HELD_BY_ANOTHER:
            owner = _owner(descriptor)
            os.close(descriptor)
            raise UserError(
                f"--workdir={folder}: another process{owner} is writing this run. Wait for it, stop it, or give "
                "another --workdir."
            ) from None
        if error.errno not in NO_LOCKS:
            os.close(descriptor)
            raise
        print(
            f"{folder}: the file system has no locks; nothing keeps a second process from writing this run.",
            file=sys.stderr,
        )
    _held[status.st_dev, status.st_ino] = descriptor
    with contextlib.suppress(OSError):  # what is written is for the message above alone
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} on {socket.gethostname()}\n".encode())


def is_there(folder: pathlib.Path) -> bool:
    """Tells whether a process has ever locked the folder."""
    return (folder / NAME).exists()


def _lock(descriptor: int) -> None:
    if fcntl is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owner(descriptor: int) -> str:
    with contextlib.suppress(OSError):
        if text := os.read(descriptor, 200).decode(errors="replace").strip():
            return f" ({text})"
    return ""
