"""Files and folders that appear whole or not at all, and that tell when they have been damaged since."""

import contextlib
import hashlib
import os
import pathlib
import secrets
import shutil
from collections.abc import Iterator

CHECKSUMS = "SHA256SUMS"
PARTIAL = ".partial"  # the suffix of what is still being written


class DamagedError(ValueError):
    """What lies in a folder is not what was written there."""


def write_whole(path: pathlib.Path, content: bytes | str) -> None:
    """Writes a file under a temporary name of its own, forces it to disk and renames it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        with open(temporary, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
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
        os.replace(temporary, path)
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


def sync(path: pathlib.Path) -> None:
    """Forces a file's or folder's content to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
