"""One point of a scaling curve: a DCGAN's step on digits, its speed and this process's peak memory, as a line of JSON.

python benchmarks/scaling_point.py --batch_size=128 --image_size=28 --examples=10000 [--records=DIR]
"""

import json
import pathlib
import statistics
import sys
import time

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks import made_data
from benchmarks.processes import images_a_second, peak_megabytes, time_steps
from tfgan_zoo.common.command import run_command
from tfgan_zoo.machine.runtime import start_tensorflow


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("batch_size", 128, "Real examples per step.", 1, flag_values=values)
    flags.DEFINE_integer("image_size", 28, "Side in pixels.", 1, flag_values=values)
    flags.DEFINE_integer("examples", 1437, "Size of the data set.", 1, flag_values=values)
    flags.DEFINE_string("records", None, "Streams from record files in this folder.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    import tensorflow as tf

    from models import ZOO
    from tfgan_zoo.machine.distribution import make_train_steps

    gan = ZOO["dcgan"]((values.image_size, values.image_size, 1))
    if values.records:
        source = made_data.from_records(pathlib.Path(values.records), values.examples, values.image_size)
    else:
        source = made_data.in_memory(values.examples, values.image_size)
    start = time.perf_counter()
    batches = iter(gan.batches(source, values.batch_size))
    next(batches)
    first_batch = time.perf_counter() - start
    train_steps = make_train_steps(gan)
    times = time_steps(lambda: train_steps(batches, tf.constant(1)))
    median = statistics.median(times)
    measured = {
        "step_ms": 1e3 * median,
        "steps": len(times),
        "images_per_second": values.batch_size / median,
        "peak_mb": peak_megabytes(),
        "first_batch_seconds": first_batch,
        "pipeline_images_per_second": images_a_second(gan.batches(source, values.batch_size), values.batch_size),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    sys.exit(run_command("scaling_point.py", __doc__.splitlines()[0], define, main))
