"""`python -m tfgan_zoo.evaluate`: what an export is worth, in numbers."""

import json
import pathlib
import sys

import numpy as np
from absl import flags

from tfgan_zoo import data
from tfgan_zoo.command import run_command
from tfgan_zoo.errors import UserError
from tfgan_zoo.exported import ExportedModel, find_export
from tfgan_zoo.files import write_whole
from tfgan_zoo.registry import unknown

SUMMARY = "Measures an export against a dataset's test set; prints a table and writes JSON."


def test_error(exports: list[ExportedModel], values: flags.FlagValues) -> dict:
    """Returns the errors of a classifier on the test set; several exports vote with their mean probability."""
    from tfgan_zoo.metrics.classification import count_errors

    source = data.load(values.dataset, split="test", image_size=values.image_size, data_dir=values.data_dir)
    errors = count_errors([export.classify for export in exports], source)
    return {"errors": errors, "examples": source.num_examples, "test_error": errors / source.num_examples}


def modes(exports: list[ExportedModel], values: flags.FlagValues) -> dict:
    """Returns modes found, high-quality share and reverse KL on a mixture, by PacGAN's protocol."""
    from tfgan_zoo.data.mixtures import MIXTURES
    from tfgan_zoo.metrics.modes import count_modes

    if values.dataset not in MIXTURES:
        raise UserError(f"--metrics=modes: --dataset={values.dataset} is none of {', '.join(MIXTURES)}.")
    (export,) = exports
    if not export.makes_points:
        raise UserError(f"--metrics=modes: {export.path} makes images, not points.")
    mixture = MIXTURES[values.dataset]
    points = export.generate(values.seed + np.arange(values.num))
    count = count_modes(points, mixture.centres, mixture.deviation)
    return {**vars(count), "of": len(mixture.centres), "samples": values.num, "seed": values.seed}


def inception_score(exports: list[ExportedModel], values: flags.FlagValues) -> dict:
    """Returns the Inception score of samples, by the classifier of another export."""
    from tfgan_zoo.data.source import to_model_range
    from tfgan_zoo.metrics import inception_score as metric

    if values.classifier is None:
        raise UserError("--metrics=inception_score: --classifier is missing: an export of semi_supervised.")
    (export,) = exports
    classifier = ExportedModel(values.classifier)
    images = export.generate(values.seed + np.arange(values.num))
    probabilities = [classifier.classify(to_model_range(part).numpy()) for part in np.array_split(images, 20)]
    mean, deviation = metric.inception_score(np.concatenate(probabilities), seed=values.seed)
    return {
        "inception_score": mean,
        "deviation": deviation,
        "samples": values.num,
        "seed": values.seed,
        "classifier": str(classifier.path),
    }


METRICS = {"test_error": test_error, "modes": modes, "inception_score": inception_score}


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_multi_string("export", [], "A run or an export; several are an ensemble.", flag_values=values)
    flags.DEFINE_string("dataset", "digits", "As in training.", flag_values=values)
    flags.DEFINE_string("data_dir", None, "As in training.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "As in training.", 1, flag_values=values)
    flags.DEFINE_list("metrics", None, f"Of {', '.join(METRICS)}.", flag_values=values)
    flags.DEFINE_string("classifier", None, "An export that classifies, for inception_score.", flag_values=values)
    flags.DEFINE_integer("num", 2500, "How many samples.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "The first sample's seed.", 0, flag_values=values)
    flags.DEFINE_string("out", None, "A .json file; unset: evaluation.json in the export's folder.", flag_values=values)


def _evaluate(values: flags.FlagValues) -> None:
    if not values.export:
        raise UserError("--export is missing: give a run's folder or its export/VERSION.")
    if not values.metrics:
        raise UserError(f"--metrics is missing: one or more of {', '.join(METRICS)}.")
    for name in values.metrics:
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
        if len(values.export) > 1 and name != "test_error":
            raise UserError(f"--metrics={name}: takes one --export; an ensemble has a test_error alone.")
    data.check_name(values.dataset)
    if values.out and not pathlib.Path(values.out).parent.is_dir():
        raise UserError(f"--out={values.out}: the folder does not exist.")
    paths = [find_export(pathlib.Path(export)) for export in values.export]

    from tfgan_zoo.runtime import start_tensorflow

    start_tensorflow()
    exports = [ExportedModel(path) for path in paths]
    results = {name: METRICS[name](exports, values) for name in values.metrics}
    report = {"exports": [str(path) for path in paths], "dataset": values.dataset, **results}
    for name, result in results.items():
        print(f"{name}: " + ", ".join(f"{key} {_short(value)}" for key, value in result.items()))
    out = pathlib.Path(values.out) if values.out else paths[0].parent / "evaluation.json"
    write_whole(out, json.dumps(report, indent=2) + "\n")
    print(out)


def _short(value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.evaluate", SUMMARY, _define, _evaluate)


if __name__ == "__main__":
    sys.exit(main())
