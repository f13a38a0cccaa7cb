"""Seconds for the checks of a folder of pictures before a run begins: names, headers, ends.

    python benchmarks/folder_checks.py [--num=60000] [--side=256] [--rounds=3]

Makes a folder of JPEGs, links to a few different files, and opens it streamed, so that no pixel is decoded. The first
round, in which the disk is read, is reported apart.

Measured on 2 CPU cores (AMD EPYC) while tests ran on both, 2026-11-28, by the command above: 13.5 s, then 10.0 s in the
median.
"""

import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np
from absl import flags
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.machine import machine
from tfgan_zoo.common.command import run_command

DIFFERENT = 500
CLASSES = 10


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("num", 60_000, "How many JPEGs.", 2, flag_values=values)
    flags.DEFINE_integer("side", 256, "Of each, in pixels.", 8, flag_values=values)
    flags.DEFINE_integer("rounds", 3, "How often the folder is opened.", 2, flag_values=values)


def make_folder(folder: pathlib.Path, num: int, side: int) -> None:
    """Fills a folder with `num` JPEGs in ten classes; each of a few hundred has many names."""
    generator = np.random.default_rng(0)
    for label in range(CLASSES):
        (folder / str(label)).mkdir()
    for number in range(num):
        path = folder / str(number % CLASSES) / f"{number:06d}.jpg"
        if number < DIFFERENT:
            coarse = generator.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
        else:
            original = number % DIFFERENT
            os.link(folder / str(original % CLASSES) / f"{original:06d}.jpg", path)


def main(values: flags.FlagValues) -> None:
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo import data

    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        make_folder(pathlib.Path(folder), values.num, values.side)
        for _ in range(values.rounds):
            start = time.perf_counter()
            source = data.load(f"folder:{folder}", in_memory=False)
            seconds.append(time.perf_counter() - start)
            print(f"{source.num_examples:,} pictures: {seconds[-1]:.1f} s", flush=True)
    later = statistics.median(seconds[1:])
    print(f"first {seconds[0]:.1f} s, then {later:.1f} s in the median; {machine()}")


if __name__ == "__main__":
    sys.exit(run_command("folder_checks.py", __doc__.splitlines()[0], define, main))
