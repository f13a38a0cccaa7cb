"""Shows how far long work is: a bar on a terminal, now and then a line elsewhere."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 20.0
BAR = "{desc} {percentage:3.0f}%|{bar}| {remaining} left"
BAR_WITH_SPEED = "{desc} {percentage:3.0f}%|{bar}| {rate_fmt}, {remaining} left{postfix}"
BAR_WITHOUT_END = "{desc}: {elapsed}"


def watch(items: Iterable, total: int | None, doing: str) -> Iterator:
    """Yields the items, and shows how many have been done.

    Args:
        items: of any kind.
        total: how many there are; None where that is not known.
        doing: what is being done, such as `"samples"`.
    """
    with progress(doing, total) as show:
        for done, item in enumerate(items):
            show(done)
            yield item


@contextlib.contextmanager
def progress(
    doing: str, total: int | None, *, start: int = 0, unit: str = "", each: int = 1, notes: Mapping = {}
) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with the number of what is done.

    Args:
        doing: what is being done, such as `"step"`.
        total: the number at which it ends; None where that is not known.
        start: the number at which it begins.
        unit: what the speed is told in, such as `"images"`; empty to tell none.
        each: how many units come with each number.
        notes: name → value to show beside, read at each call.
    """
    show = _bar if sys.stderr.isatty() else _lines
    with show(doing, total, start, unit, each, notes) as update:
        yield update


@contextlib.contextmanager
def _bar(doing, total, start, unit, each, notes):
    form = BAR_WITH_SPEED if unit else BAR if total else BAR_WITHOUT_END
    look = {"bar_format": form, "unit": f" {unit}", "unit_scale": True, "leave": bool(unit)}
    with tqdm(desc=_reached(doing, start, total), total=total and total * each, initial=start * each, **look) as bar:

        def update(done):
            bar.set_description_str(_reached(doing, done, total), refresh=False)
            bar.set_postfix({name: f"{value:.3f}" for name, value in notes.items()}, refresh=False)
            bar.update(done * each - bar.n)

        yield update


@contextlib.contextmanager
def _lines(doing, total, start, unit, each, notes):
    began = last = time.perf_counter()

    def update(done):
        nonlocal last
        now = time.perf_counter()
        if done == start or (now - last < SECONDS_BETWEEN_LINES and done != total):
            return
        last = now
        pace = (now - began) / (done - start)
        parts = [f"{each / pace:.0f} {unit}/s"] if unit else []
        parts += [f"{tqdm.format_interval((total - done) * pace)} left"] if total else []
        parts += [f"{name} {value:.3f}" for name, value in notes.items()]
        text = ": ".join(filter(None, [_reached(doing, done, total), ", ".join(parts)]))
        print(text, file=sys.stderr, flush=True)

    yield update


def _reached(doing: str, done: int, total: int | None) -> str:
    return f"{doing} {done}/{total}" if total else f"{doing} {done}"
