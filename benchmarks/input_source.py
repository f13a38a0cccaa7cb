"""One kind of source: images/s alone, and how much of a DCGAN's step is spent waiting for it, as a line of JSON.

    python benchmarks/input_source.py --kind=digits [--scratch=DIR]

The step is fed by the real pipeline and by one constant batch in turns, so that a noisy machine disturbs both alike.
"""

import json
import pathlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import made_data
from benchmarks.processes import images_a_second, peak_megabytes
from tfgan_zoo import data
from tfgan_zoo.common.command import run_command
from tfgan_zoo.machine.runtime import start_tensorflow

SIZE = 28
BATCH_SIZE = 128
TURNS, WARM_UP = 30, 2


def _records(scratch: pathlib.Path, count: int):
    made_data.write_records(scratch / "records", count, SIZE)
    return made_data.from_records(scratch / "records", count, SIZE)


def _folder(size: int) -> Callable:
    def open_folder(scratch: pathlib.Path, count: int):
        made_data.write_jpegs(scratch / f"jpegs-{count}", count)
        return data.load(f"folder:{scratch / f'jpegs-{count}'}", image_size=size)

    return open_folder


# `images` decides by size, unless told, what is kept in memory: 60,000 images of 64 × 64 in colour are not.
KINDS = {
    "digits": lambda scratch, count: made_data.in_memory(count, SIZE),
    "mnist": lambda scratch, count: data.load("mnist"),
    "stacked_digits": lambda scratch, count: data.load("stacked_digits", image_size=SIZE),
    "records": _records,
    "folder": _folder(SIZE),
    "folder-64": _folder(64),
}


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_enum("kind", "digits", list(KINDS), "Of source.", flag_values=values)
    flags.DEFINE_integer("count", 60_000, "Images of the sets that are made here.", 128, flag_values=values)
    flags.DEFINE_string("scratch", None, "Where made files are kept.", required=True, flag_values=values)


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    from models import ZOO

    start = time.perf_counter()
    source = KINDS[values.kind](pathlib.Path(values.scratch), values.count)
    opened = time.perf_counter() - start
    gan = ZOO["dcgan"](source.element_shape)
    batches = gan.batches(source, BATCH_SIZE)
    rate = images_a_second(batches, BATCH_SIZE)
    pipeline_mb = peak_megabytes()
    times = time_waiting(gan, iter(batches))
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    measured = {
        "source": type(source).__name__,
        "shape": list(source.element_shape),
        "examples": source.num_examples,
        "open_seconds": opened,
        "images_per_second": rate,
        "step_ms": 1e3 * medians["real"],
        "constant_step_ms": 1e3 * medians["constant"],
        "eats_images_per_second": BATCH_SIZE / medians["constant"],
        "waiting": sum(times["blocked"]) / sum(times["real"]),
        "slower": medians["real"] / medians["constant"] - 1,
        "pipeline_peak_mb": pipeline_mb,
        "peak_mb": peak_megabytes(),
    }
    print(json.dumps(measured))


def time_waiting(gan, batches: Iterator) -> dict[str, list[float]]:
    """Returns the seconds of steps fed by the pipeline and by a constant batch, and those blocked in the iterator."""
    import tensorflow as tf

    step = tf.function(lambda images, labels: gan.train_on((images, labels)), autograph=False)
    constant = next(batches)
    times = {"real": [], "blocked": [], "constant": []}
    for turn in range(WARM_UP + TURNS):
        start = time.perf_counter()
        batch = next(batches)
        blocked = time.perf_counter() - start
        step(*batch)
        real = time.perf_counter() - start
        start = time.perf_counter()
        step(*constant)
        if turn >= WARM_UP:
            for name, seconds in (("real", real), ("blocked", blocked), ("constant", time.perf_counter() - start)):
                times[name].append(seconds)
    return times


if __name__ == "__main__":
    sys.exit(run_command("input_source.py", __doc__.splitlines()[0], define, main))
