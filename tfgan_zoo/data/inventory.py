"""Which pictures a set is made of: a run goes on with the same ones, wherever they lie."""

import hashlib
import json
import os
import zlib
from collections.abc import Mapping, Sequence

from tfgan_zoo.common.text import shown
from tfgan_zoo.data import images
from tfgan_zoo.data.listing import Picture

SMALL = 64 * 2**20  # bytes of all files together, up to which their content is compared too


def inventory(pictures: Sequence[Picture], root: str) -> dict[str, str]:
    """Returns name below `root` → size in bytes, and a checksum of the content where all files together are small."""
    names = [shown(os.path.relpath(picture.path, root).replace(os.sep, "/")) for picture in pictures]
    sizes = [str(picture.size) for picture in pictures]
    if sum(picture.size for picture in pictures) <= SMALL:
        checksums = images.threads().map(_checksum, (picture.path for picture in pictures))
        sizes = [f"{size} {checksum}" for size, checksum in zip(sizes, checksums, strict=True)]
    return dict(zip(names, sizes, strict=True))


def _checksum(path: str) -> str:
    with open(path, "rb") as file:
        return f"{zlib.crc32(file.read()):08x}"


def fingerprint(pictures: Mapping[str, str]) -> str:
    """Returns a digest of an inventory, by which two sets of pictures are told apart."""
    return hashlib.sha256(json.dumps(sorted(pictures.items())).encode()).hexdigest()[:32]


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Returns in words how many pictures were added, removed and changed, each with an example."""
    added, removed = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    found = {"added": added, "removed": removed, "changed": changed}
    return ", ".join(f"{len(names):,} {what} (such as '{names[0]}')" for what, names in found.items() if names)
