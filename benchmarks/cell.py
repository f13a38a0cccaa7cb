"""One cell of a benchmark table: trains one model on one dataset for a budget, exports it and measures the export.

    python benchmarks/cell.py --model=pacgan --dataset=grid25 --set=pack=4 --seed=0 --seconds=60 --out=cell.json

The clock runs while the step runs: building and tracing the graph, exporting and measuring are not counted. Writes the
figures, those of real test examples in the samples' place, and the setting as JSON, and a picture of samples beside it.
"""

import json
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo import data
from tfgan_zoo.common.command import read_flags, run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.common.registries import OF_POINTS
from tfgan_zoo.common.registry import Registry
from tfgan_zoo.machine import fast_path
from tfgan_zoo.machine.runtime import start_tensorflow
from tfgan_zoo.train import class_arguments, define_start_choices
from tfgan_zoo.training.model_arguments import model_arguments

IMAGES_SHOWN, POINTS_SHOWN = 64, 2500
BUDGETS = ("steps", "examples", "seconds")


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("model", None, "A name of the zoo, or tensorflow_tutorial.", flag_values=values)
    flags.DEFINE_string("dataset", None, "As in training.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "As in training.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "Keys everything random.", 0, flag_values=values)
    flags.DEFINE_string("loss", None, "As in training.", flag_values=values)
    flags.DEFINE_string("schedule", None, "As in training.", flag_values=values)
    flags.DEFINE_multi_string("set", [], "As in training.", flag_values=values)
    flags.DEFINE_integer("steps", None, "The budget in steps.", 1, flag_values=values)
    flags.DEFINE_integer("examples", None, "The budget in real examples seen.", 1, flag_values=values)
    flags.DEFINE_float("seconds", None, "The budget in seconds of training.", 1.0, flag_values=values)
    define_start_choices(values)
    flags.DEFINE_list("metrics", ["modes"], "As in evaluation.", flag_values=values)
    flags.DEFINE_string("out", None, "The .json file; the picture goes beside it.", flag_values=values)


def main(values: flags.FlagValues) -> None:
    if sum(values[name].value is not None for name in BUDGETS) != 1:
        raise UserError("one budget is needed: --steps=N, --examples=N or --seconds=N.")
    for name in ("model", "dataset", "out"):
        if values[name].value is None:
            raise UserError(f"--{name} is missing.")
    from models import ZOO

    contenders = Registry("model", {**ZOO.targets, "tensorflow_tutorial": "benchmarks.tensorflow_tutorial:build"})
    contenders.check(values.model)
    data.check_name(values.dataset)
    choices = read_flags(values, fast_path.StartChoices)
    fast_path.prepare(choices, os.environ, of_points=values.dataset in OF_POINTS)
    start_tensorflow()
    source = data.load(values.dataset, image_size=values.image_size)
    build = contenders[values.model]
    given = model_arguments(values.seed, values.loss, values.schedule, assignments=values.set)
    arguments = {**given, **class_arguments(values.model, build, source)}
    gan = build(source.element_shape, **arguments)
    gan.prepare(source)
    spent = train(gan, source, lambda steps, seconds: steps_left(values, gan.batch_size, steps, seconds))
    out = pathlib.Path(values.out)
    figures, reference = measure(gan, source, values, out.with_suffix(".png"))
    write_whole(out, json.dumps({**spent, "figures": figures, "reference": reference}, indent=2) + "\n")


def steps_left(values: flags.FlagValues, batch_size: int, steps: int, seconds: float) -> int:
    """Returns what is left of the budget, in steps; of one in seconds by the pace so far."""
    if values.steps is not None:
        return values.steps - steps
    if values.examples is not None:
        return values.examples // batch_size - steps
    return int((values.seconds - seconds) * steps / seconds)


def train(gan, source, left: Callable[[int, float], int]) -> dict:
    """Trains until `left(steps, seconds)` is 0. The first step, which traces the graph, is not timed."""
    import tensorflow as tf

    from tfgan_zoo.machine.distribution import make_train_steps

    batches = iter(gan.batches(source, gan.batch_size))
    train_steps = make_train_steps(gan)
    train_steps(batches, tf.constant(1))
    steps, seconds, count = 1, 0.0, 1
    while True:
        start = time.perf_counter()
        train_steps(batches, tf.constant(count))
        steps, seconds = steps + count, seconds + time.perf_counter() - start
        count = min(left(steps, seconds), max(1, int(fast_path.SECONDS_AN_EXECUTION * steps / seconds)))
        if count <= 0:
            return {"steps": steps, "seconds": round(seconds, 1), "batch_size": gan.batch_size}


def measure(gan, source, values: flags.FlagValues, picture: pathlib.Path) -> tuple[dict, dict]:
    """Returns the figures of the model's export and the reference, as `tfgan_zoo.evaluate` has them; draws samples."""
    from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, Wanted
    from tfgan_zoo.evaluation.measure import measure as measure_exports
    from tfgan_zoo.pictures import grids, points
    from tfgan_zoo.serving.export import export
    from tfgan_zoo.serving.exported import ExportedModel

    with tempfile.TemporaryDirectory() as folder:
        model = ExportedModel(export(gan, pathlib.Path(folder), class_names=source.class_names))
        setting = DatasetSpec(values.dataset, values.image_size, data_dir=None)
        _, results, _ = measure_exports([model], setting, Wanted(metrics=values.metrics, seed=values.seed))
        samples = model.generate(np.arange(POINTS_SHOWN if source.has_points else IMAGES_SHOWN))
    if source.has_points:
        some = np.arange(POINTS_SHOWN)
        grids.save(points.scatter(samples, source.fetch(some)[0].numpy()), picture)
    else:
        grids.save(grids.grid(samples), picture)
    figures, reference = {}, {}
    for result in results.values():
        figures |= result.figures
        reference |= result.reference or {}
    return {**figures, "samples": next(iter(results.values())).samples}, reference


if __name__ == "__main__":
    sys.exit(run_command("cell.py", "Trains and measures one cell of a benchmark table.", define, main))
