"""What a person sees of a run while it goes on."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 20


@contextlib.contextmanager
def progress(step: int, steps: int, batch_size: int, losses: dict) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with each step reached: a bar on a terminal, now and then a line elsewhere.

    Args:
        step: the step that the run starts from.
        steps: the step that it ends at.
        batch_size: images a step.
        losses: name → value, read at each call.
    """
    show = _bar if sys.stderr.isatty() else _lines
    with show(step, steps, batch_size, losses) as update:
        yield update


@contextlib.contextmanager
def _bar(step, steps, batch_size, losses):
    form = "{desc} {percentage:3.0f}%|{bar}| {rate_fmt}, {remaining} left{postfix}"
    total, start = steps * batch_size, step * batch_size
    with tqdm(total=total, initial=start, unit=" images", unit_scale=True, bar_format=form) as bar:

        def update(step):
            bar.set_description_str(f"step {step}/{steps}", refresh=False)
            bar.set_postfix({name: f"{value:.3f}" for name, value in losses.items()}, refresh=False)
            bar.update(step * batch_size - bar.n)

        yield update


@contextlib.contextmanager
def _lines(step, steps, batch_size, losses):
    start = (time.perf_counter(), step)
    last = start[0]

    def update(step):
        nonlocal last
        now = time.perf_counter()
        if now - last < SECONDS_BETWEEN_LINES and step < steps:
            return
        last = now
        pace = (now - start[0]) / (step - start[1])
        values = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
        rate, left = batch_size / pace, tqdm.format_interval((steps - step) * pace)
        print(f"step {step}/{steps}: {rate:.0f} images/s, {left} left, {values}", file=sys.stderr, flush=True)

    yield update
