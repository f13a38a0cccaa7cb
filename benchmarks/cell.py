"""One cell of a benchmark table: trains one model on one dataset for a budget and measures its samples.

    python benchmarks/cell.py --model=pacgan --dataset=grid25 --set=pack=4 --seed=0 --seconds=60 --out=cell.json

The clock runs while the step runs: building and tracing the graph, sampling and measuring are not counted. Writes the
figures as JSON and a picture of the samples beside them.
"""

import json
import pathlib
import sys
import time
from collections.abc import Callable

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo import data
from tfgan_zoo.cli import model_arguments
from tfgan_zoo.command import run_command
from tfgan_zoo.errors import UserError
from tfgan_zoo.files import write_whole
from tfgan_zoo.runtime import start_tensorflow

SECONDS_AN_EXECUTION = 0.5
SAMPLES = 2500  # as PacGAN's protocol has it


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("model", None, "A name of the zoo.", flag_values=values)
    flags.DEFINE_string("dataset", "grid25", "ring8 or grid25.", flag_values=values)
    flags.DEFINE_integer("seed", 0, "Keys everything random.", 0, flag_values=values)
    flags.DEFINE_string("loss", None, "As in training.", flag_values=values)
    flags.DEFINE_string("schedule", None, "As in training.", flag_values=values)
    flags.DEFINE_multi_string("set", [], "As in training.", flag_values=values)
    flags.DEFINE_integer("steps", None, "The budget in steps.", 1, flag_values=values)
    flags.DEFINE_float("seconds", None, "The budget in seconds of training.", 1.0, flag_values=values)
    flags.DEFINE_string("out", None, "The .json file; the picture goes beside it.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if (values.steps is None) == (values.seconds is None):
        raise UserError("one budget is needed: --steps=N or --seconds=N.")
    if values.model is None or values.out is None:
        raise UserError("--model and --out are needed.")
    start_tensorflow()
    from models import ZOO
    from tfgan_zoo.data.mixtures import MIXTURES

    if values.dataset not in MIXTURES:
        raise UserError(f"--dataset={values.dataset}: accepted are {', '.join(MIXTURES)}.")
    source = data.load(values.dataset)
    gan = ZOO[values.model](source.element_shape, **model_arguments(values))
    gan.prepare(source)
    spent = train(gan, source, lambda steps, seconds: reached(values, steps, seconds))
    figures = measure_points(gan, source, MIXTURES[values.dataset], pathlib.Path(values.out).with_suffix(".png"))
    write_whole(pathlib.Path(values.out), json.dumps({**spent, **figures}, indent=2) + "\n")


def reached(values: flags.FlagValues, steps: int, seconds: float) -> int:
    """Returns how many steps are left of the budget, as far as that can be told from the pace so far."""
    if values.steps is not None:
        return values.steps - steps
    pace = seconds / steps
    return int((values.seconds - seconds) / pace)


def train(gan, source, steps_left: Callable[[int, float], int]) -> dict:
    """Trains until `steps_left(steps, seconds)` is none. The first step, which traces the graph, is not timed."""
    import tensorflow as tf

    from tfgan_zoo.training.run import make_train_steps

    batches = iter(gan.batches(source, gan.batch_size))
    train_steps = make_train_steps(gan)
    train_steps(batches, tf.constant(1))
    start = time.perf_counter()
    train_steps(batches, tf.constant(1))
    steps, seconds = 2, time.perf_counter() - start
    while (left := steps_left(steps, seconds)) > 0:
        count = min(left, max(1, int(SECONDS_AN_EXECUTION * steps / seconds)))
        start = time.perf_counter()
        train_steps(batches, tf.constant(count))
        steps, seconds = steps + count, seconds + time.perf_counter() - start
    return {"steps": steps, "seconds": round(seconds, 1), "batch_size": gan.batch_size}


def measure_points(gan, source, mixture, picture: pathlib.Path) -> dict:
    """Counts the modes among 2,500 samples, drawn with averaged weights where there are some, and draws them."""
    import tensorflow as tf

    from tfgan_zoo import pictures, randomness
    from tfgan_zoo.metrics.modes import count_modes

    latents = gan.sample_latents(SAMPLES, randomness.key(gan.seed, 0, "evaluation"))
    with gan.inference_weights():
        points = gan.generate(latents, training=False).numpy()
    real, _ = source.fetch(tf.range(SAMPLES, dtype=tf.int64))
    pictures.save(pictures.scatter(points, real.numpy()), picture)
    if not np.isfinite(points).all():
        return {"modes": 0, "high_quality": 0.0, "reverse_kl": float("inf"), "samples": SAMPLES}
    return {**vars(count_modes(points, mixture.centres, mixture.deviation)), "samples": SAMPLES}


if __name__ == "__main__":
    sys.exit(run_command("cell.py", "Trains and measures one cell of a benchmark table.", define, main))
