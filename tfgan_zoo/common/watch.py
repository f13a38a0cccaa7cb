"""Shows how far long work is."""

import sys
import time
from collections.abc import Iterable, Iterator

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10.0


def watch(items: Iterable, total: int | None, doing: str) -> Iterator:
    """Yields the items: a bar on a terminal, now and then a line elsewhere.

    Args:
        items: of any kind.
        total: how many there are; None where that is not known.
        doing: what is being done, such as `"samples"`.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, doing, total, leave=False)
        return
    last = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - last > SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"{doing}: {done:,}{f' of {total:,}' if total else ''}", file=sys.stderr, flush=True)
        yield item
