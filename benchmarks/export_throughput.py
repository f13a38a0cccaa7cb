"""How many images an export makes: images/s of its signatures, and what a seed's way to a PNG is made of.

    python benchmarks/export_throughput.py [--model=dcgan] [--image_size=28] [--rounds=12] [--seconds=0.5]

At each batch size these take turns in one process, so that a noisy machine disturbs all alike: a bare `tf.function` of
the Keras generator, `serving_default` and `generate` of the SavedModel, and the three parts of `generate`: drawing
latents, running G in chunks of 16 rows, encoding PNGs. Prints median images/s, and the median of each round's ratio to
the bare generator. The model is untrained, which changes no work but that of the PNGs: noise compresses worse.
"""

import pathlib
import statistics
import sys
import tempfile
import time

from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo.common.command import run_command
from tfgan_zoo.machine.runtime import start_tensorflow

BATCH_SIZES = (1, 16, 128)


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("model", "dcgan", "An unconditional model of the zoo, with its defaults.", flag_values=values)
    flags.DEFINE_integer("image_size", 28, "Side in pixels.", 1, flag_values=values)
    flags.DEFINE_integer("rounds", 12, "Turns of each way, the first not counted.", 2, flag_values=values)
    flags.DEFINE_float("seconds", 0.5, "How long a turn takes at least.", 0.01, flag_values=values)


def ways(gan, folder: pathlib.Path, batch_size: int) -> dict:
    """Returns name → a call that makes `batch_size` images, or does one part of that."""
    import tensorflow as tf

    from tfgan_zoo.serving.from_seeds import SeedSignatures
    from tfgan_zoo.serving.signatures import as_pngs

    parts = SeedSignatures(gan, max_batch=batch_size)
    signatures = tf.saved_model.load(str(folder)).signatures
    bare = tf.function(lambda x: gan.generator(x, training=False))
    draw, run, encode = tf.function(parts.draw_latents), tf.function(parts.in_chunks), tf.function(as_pngs)
    seeds = tf.range(batch_size, dtype=tf.int64)
    latents = draw(seeds)
    images = run(latents)
    return {
        "bare generator": lambda: bare(latents),
        "serving_default": lambda: signatures["serving_default"](latents=latents)["images"],
        "generate": lambda: signatures["generate"](seed=seeds)["image_bytes"],
        "  latents": lambda: draw(seeds),
        "  G in chunks": lambda: run(latents),
        "  PNGs": lambda: encode(images)["image_bytes"],
    }


def images_a_second(call, batch_size: int, seconds: float) -> float:
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        call().numpy()
        count += batch_size
    return count / (time.perf_counter() - start)


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    from models import ZOO
    from tfgan_zoo.serving.export import export

    gan = ZOO[values.model]((values.image_size, values.image_size, 1))
    with tempfile.TemporaryDirectory() as folder:
        path = export(gan, pathlib.Path(folder))
        for batch_size in BATCH_SIZES:
            measure(ways(gan, path, batch_size), batch_size, values)


def measure(calls: dict, batch_size: int, values: flags.FlagValues) -> None:
    rates = {name: [] for name in calls}
    for _ in range(values.rounds):
        for name, call in calls.items():
            rates[name].append(images_a_second(call, batch_size, values.seconds))
    for name, rounds in rates.items():
        share = statistics.median(a / b for a, b in zip(rounds[1:], rates["bare generator"][1:], strict=True))
        rate = statistics.median(rounds[1:])
        what = f"{values.model} batch {batch_size:>3} {name:<16}"
        print(f"{what}{rate:>10.1f} images/s  {share:6.3f} of the bare generator")


if __name__ == "__main__":
    sys.exit(run_command("export_throughput.py", "Measures the signatures of an export.", define, main))
