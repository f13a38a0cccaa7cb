"""Files and folders that appear whole or not at all, and that tell when they have been damaged since."""

import contextlib
import errno
import hashlib
import os
import pathlib
import secrets
import shutil
import time
from collections.abc import Iterator

from tfgan_zoo.common.errors import UserError

CHECKSUMS = "SHA256SUMS"
PARTIAL = ".partial"  # the suffix of what is still being written

# What network shares, shared folders of virtual machines, FUSE and Windows say that cannot force a folder to disk.
NO_SYNC_OF_FOLDERS = {
    errno.EINVAL,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EBADF,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
}
# What shares and Windows say while another program, such as a viewer, has the file open that is to be replaced.
OPEN_ELSEWHERE = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY}
READ_ONLY = getattr(os, "ST_RDONLY", 0)
WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds


class DamagedError(ValueError):
    """What lies in a folder is not what was written there."""


def write_whole(path: pathlib.Path, content: bytes | str) -> None:
    """Writes a file under a temporary name of its own, forces it to disk and renames it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        with open(temporary, "wb") as file:
            # Text may hold names of files, whose bytes may be no UTF-8.
            file.write(content.encode(errors="backslashreplace") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextlib.contextmanager
def whole_folder(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a temporary folder to fill, which takes the name `path` at the end of the block, or goes if it fails.

    One process at a time may fill the same folder: what another has left behind is removed.
    """
    temporary = path.with_name(f".{path.name}{PARTIAL}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        for file in temporary.rglob("*"):
            sync(file)
        sync(temporary)
        replace(temporary, path)
        sync(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def write_checksums(folder: pathlib.Path) -> None:
    """Writes `SHA256SUMS` of all other files in a folder, as `sha256sum --check` reads it."""
    lines = [f"{_sha256(file)}  {file.relative_to(folder).as_posix()}\n" for file in _files(folder)]
    (folder / CHECKSUMS).write_text("".join(lines))


def check_checksums(folder: pathlib.Path) -> None:
    """Compares a folder's files with its `SHA256SUMS`.

    Raises:
        DamagedError: a file is missing, one too many or another than was written; or there are no checksums.
    """
    try:
        lines = (folder / CHECKSUMS).read_text().splitlines()
        expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        raise DamagedError(f"{CHECKSUMS} is missing or damaged") from None
    found = {file.relative_to(folder).as_posix(): file for file in _files(folder)}
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise DamagedError(f"{name!r} is missing")
        if expected.get(name) != _sha256(found[name]):
            raise DamagedError(f"{name!r} is not as it was written")


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)


def _sha256(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_writable(folder: pathlib.Path) -> None:
    """Finds out whether a folder can be written to, or made where it is to be; writes nothing.

    Raises:
        OSError: it cannot.
    """
    nearest = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        number = errno.EROFS if _status(nearest, "f_flag") & READ_ONLY else errno.EACCES
        raise OSError(number, os.strerror(number), str(nearest))
    if _status(nearest, "f_blocks") and not _status(nearest, "f_bavail"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(nearest))


def check_out(flag: str, path: pathlib.Path) -> None:
    """Refuses a place for a file before the work is done whose result it is for.

    Raises:
        UserError: nothing can be written there.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        check_writable(path.parent)
    except OSError as error:
        raise UserError(
            f"{flag}={path}: cannot be written ({error.strerror}); accepted: a file in a folder to write to."
        ) from error


def _status(folder: pathlib.Path, name: str) -> int:
    """Returns what the file system of a folder says of itself; 0 where it says nothing, as some made up by programs."""
    return getattr(os.statvfs(folder), name) if hasattr(os, "statvfs") else 0


def sync(path: pathlib.Path) -> None:
    """Forces a file's content to disk, or a folder's where its file system can do that."""
    if path.is_dir():
        _sync_folder(path)
    else:
        _sync(path, os.O_RDWR)  # some systems force only what is open for writing


def _sync_folder(path: pathlib.Path) -> None:
    try:
        _sync(path, os.O_RDONLY)
    except OSError as error:
        if error.errno not in NO_SYNC_OF_FOLDERS:
            raise


def _sync(path: pathlib.Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(old: pathlib.Path, new: pathlib.Path) -> None:
    """Renames a file or folder; waits a moment for another program that has the place of it open."""
    for seconds in WAITS:
        try:
            return os.replace(old, new)
        except OSError as error:
            if error.errno not in OPEN_ELSEWHERE:
                raise
            time.sleep(seconds)
    return os.replace(old, new)
