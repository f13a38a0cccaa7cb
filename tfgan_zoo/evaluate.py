"""`python -m tfgan_zoo.evaluate`: what an export is worth, in numbers."""

import datetime
import json
import pathlib
import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import check_out, write_whole
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.evaluation.dataset_spec import Wanted, spec_of
from tfgan_zoo.evaluation.table import table
from tfgan_zoo.extractors import EXTRACTORS
from tfgan_zoo.pictures import grids
from tfgan_zoo.serving.exported import ExportedModel, find_export
from tfgan_zoo.training.folder import versions

SUMMARY = (
    "Measures an export beside real test examples; prints a table and writes JSON.\n"
    "`--export=RUN` alone takes the dataset that the run was trained on, and the metrics that go with it."
)
CUT_TEST_SET = "a fifth of the examples, which the run was trained on as well: figures are optimistic"
METRICS = (
    "frechet_distance",
    "kernel_distance",
    "precision_recall",
    "two_sample_accuracy",
    "mind",
    "fid_infinity",
    "sliced_wasserstein",
    "inception_score",
    "modes",
    "ms_ssim",
    "memorisation",
    "fakes_as_training_set",
    "test_error",
    "partner_error",
    "cycle_error",
    "class_agreement",
    "hole",
    "reconstruction_error",
)


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_multi_string("export", [], "A run or an export; several are an ensemble.", flag_values=values)
    flags.DEFINE_string("dataset", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_string("data_dir", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "As in training; unset: the run's.", 1, flag_values=values)
    flags.DEFINE_integer("channels", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_string("fit", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_list("metrics", None, f"Of {', '.join(METRICS)}; unset: those that fit.", flag_values=values)
    extractors = f"One of {', '.join(EXTRACTORS)}."
    flags.DEFINE_string("extractor", "classifier", extractors, flag_values=values)
    flags.DEFINE_string("inception_weights", None, "A file for --extractor=inception.", flag_values=values)
    flags.DEFINE_string("classifier", None, "An export that classifies, as the extractor.", flag_values=values)
    samples = (
        "How many; unset: 10,000 samples, or as many as there are test images; 26,000 stacks; 2,500 points; "
        "1,000 translated images."
    )
    flags.DEFINE_integer("num", None, samples, 2, flag_values=values)
    flags.DEFINE_integer("seed", 0, "Of the first sample, and of every draw.", 0, 2**31 - 1, flag_values=values)
    flags.DEFINE_string("out", None, "A .json file; unset: evaluation.json in the export's folder.", flag_values=values)


def _evaluate(values: flags.FlagValues) -> None:
    _check(values)
    paths = [find_export(pathlib.Path(export)) for export in values.export]
    spec = spec_of(paths[0], values.dataset, values.image_size, values.data_dir, values.channels, values.fit)
    out = pathlib.Path(values.out) if values.out else paths[0].parent / "evaluation.json"
    check_out("--out", out)

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.evaluation.measure import measure

    description, results, left_out = measure([ExportedModel(path) for path in paths], spec, _wanted(values))
    metrics = {name: _written(name, result, out) for name, result in results.items()}
    report = {
        "exports": [str(path) for path in paths],
        "dataset": spec.dataset,
        "image_size": spec.image_size,
        "test_set": CUT_TEST_SET if spec.is_cut else "the dataset's own",
        "seed": values.seed,
        "extractor": description,
        "metrics": metrics,
        "left_out": left_out,
        "date": datetime.date.today().isoformat(),
        "versions": versions(),
    }
    write_whole(out, json.dumps(report, indent=2) + "\n")
    print(f"{', '.join(map(str, paths))} on {spec.dataset}, seed {values.seed}\n")
    print(table(metrics))
    for name, reason in left_out.items():
        print(f"left out: {name} ({reason})")
    print(f"\n{out}")


def _check(values: flags.FlagValues) -> None:
    """Refuses what needs no TensorFlow to be refused."""
    if not values.export:
        raise UserError("RUN is missing: give a run's folder or its export/VERSION, as RUN or --export=RUN.")
    for name in values.metrics or ():
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
        if len(values.export) > 1 and name != "test_error":
            raise UserError(f"--metrics={name}: takes one --export; an ensemble has a test_error alone.")
    if values.extractor not in EXTRACTORS:
        raise unknown("extractor", values.extractor, EXTRACTORS)
    if values.inception_weights is not None and values.extractor != "inception":
        raise UserError(f"--inception_weights={values.inception_weights}: is for --extractor=inception alone.")
    if values.classifier is not None and values["extractor"].present:
        raise UserError(
            f"--classifier={values.classifier}: takes the place of --extractor={values.extractor}; give one."
        )
    if values.inception_weights is not None and not pathlib.Path(values.inception_weights).is_file():
        raise UserError(f"--inception_weights={values.inception_weights}: there is no such file.")
    if values.classifier is not None:
        find_export(pathlib.Path(values.classifier), "--classifier")
    if values.out and not pathlib.Path(values.out).parent.is_dir():
        raise UserError(f"--out={values.out}: the folder does not exist.")


def _wanted(values: flags.FlagValues) -> Wanted:
    return Wanted(
        metrics=values.metrics,
        extractor=values.extractor,
        inception_weights=values.inception_weights,
        classifier=values.classifier,
        count=values.num,
        seed=values.seed,
    )


def _written(name: str, result, out: pathlib.Path) -> dict:
    """Returns a result as JSON values; its picture becomes a file beside the JSON."""
    written = {field: value for field, value in vars(result).items() if field != "picture"}
    if result.picture is None:
        return written
    rows, columns, *shape = result.picture.shape
    path = out.with_name(f"{out.stem}-{name}.png")
    grids.save(grids.grid(result.picture.reshape(rows * columns, *shape), columns), path)
    return {**written, "picture": path.name}


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.evaluate", SUMMARY, _define, _evaluate, operand="export")


if __name__ == "__main__":
    sys.exit(main())
