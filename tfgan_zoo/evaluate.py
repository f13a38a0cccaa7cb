"""`python -m tfgan_zoo.evaluate`: what an export is worth, in numbers."""

import datetime
import json
import pathlib
import sys

from absl import flags

from tfgan_zoo import data
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import check_out, write_whole
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.evaluation.dataset_spec import Wanted, spec_of
from tfgan_zoo.evaluation.table import comparison_table, notes, table
from tfgan_zoo.extractors import EXTRACTORS
from tfgan_zoo.pictures import grids
from tfgan_zoo.serving.exported import ExportedModel, find_export
from tfgan_zoo.training.folder import versions

SUMMARY = (
    "Measures an export beside real test examples; prints a table and writes JSON.\n"
    "`--export=RUN` alone takes the dataset that the run was trained on, and the metrics that go with it."
)
PAPERS_NAMES = {
    "fid": "it is --metrics=frechet_distance --extractor=fid",
    "kid": "it is --metrics=kernel_distance --extractor=fid",
    "is": "it is --metrics=inception_score --extractor=fid",
}
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
    flags.DEFINE_multi_string("export", [], "A run or an export; several are compared.", flag_values=values)
    ensemble = "Several exports that classify vote with their mean probability: --metrics=test_error."
    flags.DEFINE_boolean("ensemble", False, ensemble, flag_values=values)
    flags.DEFINE_string("dataset", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_string("data_dir", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "As in training; unset: the run's.", 1, flag_values=values)
    flags.DEFINE_integer("channels", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_string("fit", None, "As in training; unset: the run's.", flag_values=values)
    flags.DEFINE_list("metrics", None, f"Of {', '.join(METRICS)}; unset: those that fit.", flag_values=values)
    extractors = f"One of {', '.join(EXTRACTORS)}."
    flags.DEFINE_string("extractor", "classifier", extractors, flag_values=values)
    flags.DEFINE_string("inception_weights", None, "A file for --extractor=inception.", flag_values=values)
    flags.DEFINE_string("inception_graph", None, "A file for --extractor=fid; unset: downloaded.", flag_values=values)
    flags.DEFINE_enum("resize", "tf1", ["tf1", "clean"], "To 299 pixels, for --extractor=fid.", flag_values=values)
    reference = "A .npz file with mu and sigma of real images' features, in place of a dataset."
    flags.DEFINE_string("reference", None, reference, flag_values=values)
    saving = "Writes such a file of --dataset by --extractor, and measures nothing."
    flags.DEFINE_string("save_reference", None, saving, flag_values=values)
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
    if values.save_reference:
        _save_reference(values)
        return
    paths = [find_export(pathlib.Path(export)) for export in values.export]
    together = [paths] if values.ensemble else [[path] for path in paths]
    outs = [pathlib.Path(values.out) if values.out else group[0].parent / "evaluation.json" for group in together]
    for out in outs:
        check_out("--out", out)
    measured = {str(group[0]): _measure(values, group, out) for group, out in zip(together, outs, strict=True)}
    if len(measured) > 1:
        print(f"\n{comparison_table(measured)}")


def _measure(values: flags.FlagValues, paths: list[pathlib.Path], out: pathlib.Path) -> dict:
    """Measures an export or an ensemble, writes its report, and prints its table; returns the metrics."""
    measured = _by_reference(values, paths) if values.reference else _by_dataset(values, paths)
    results = measured.pop("metrics")
    metrics = {name: _written(name, result, out) for name, result in results.items()}
    report = {"exports": [str(path) for path in paths], "seed": values.seed, **measured, "metrics": metrics}
    report |= {"date": datetime.date.today().isoformat(), "versions": versions()}
    write_whole(out, json.dumps(report, indent=2) + "\n")
    print(f"{', '.join(map(str, paths))} on {measured['dataset'] or values.reference}, seed {values.seed}\n")
    print(table(metrics))
    for note in notes(metrics):
        print(f"note: {note}")
    if measured.get("test_set") == CUT_TEST_SET:
        print(f"note: `real` is {CUT_TEST_SET}.")
    for name, reason in measured.get("left_out", {}).items():
        print(f"left out: {name} ({reason})")
    print("", *(out.with_name(result["picture"]) for result in metrics.values() if "picture" in result), out, sep="\n")
    return metrics


def _by_dataset(values: flags.FlagValues, paths: list[pathlib.Path]) -> dict:
    """Measures exports beside a dataset; returns the report's entries."""
    spec = spec_of(paths[0], values.dataset, values.image_size, values.data_dir, values.channels, values.fit)
    _start()
    from tfgan_zoo.evaluation.measure import measure

    description, results, left_out = measure([ExportedModel(path) for path in paths], spec, _wanted(values))
    return {
        "dataset": spec.dataset,
        "image_size": spec.image_size,
        "test_set": CUT_TEST_SET if spec.is_cut else "the dataset's own",
        "extractor": description,
        "metrics": results,
        "left_out": left_out,
    }


def _by_reference(values: flags.FlagValues, paths: list[pathlib.Path]) -> dict:
    """Measures an export beside reference statistics; returns the report's entries."""
    from tfgan_zoo.evaluation.statistics import read_statistics

    statistics = read_statistics(pathlib.Path(values.reference))
    _start()
    from tfgan_zoo.evaluation import by_statistics
    from tfgan_zoo.evaluation.measure import extractor_of

    names = values.metrics or ["frechet_distance"]
    by_statistics.check_metrics(names)
    export = ExportedModel(paths[0])
    by_statistics.check_makes_samples(export)
    extract = extractor_of(_wanted(values))
    count = values.num or by_statistics.SAMPLES
    results = by_statistics.measure_by_statistics(
        export, statistics, extract, metrics=names, count=count, seed=values.seed
    )
    entries = {"dataset": None, "reference": values.reference, "extractor": extract.description}
    return {**entries, "metrics": results}


def _save_reference(values: flags.FlagValues) -> None:
    """Writes the statistics of a dataset's training images."""
    out = pathlib.Path(values.save_reference)
    check_out("--save_reference", out)
    _start()
    from tfgan_zoo.evaluation.by_statistics import statistics_of
    from tfgan_zoo.evaluation.measure import extractor_of

    options = {name: values[name].value for name in ("image_size", "data_dir", "channels", "fit")}
    source = data.load(values.dataset, **options).alone()
    extract = extractor_of(_wanted(values))
    statistics_of(source, extract, count=values.num, seed=values.seed).save(out)
    print(
        f"{out}: mu and sigma of {min(values.num or source.num_examples, source.num_examples):,} images of "
        f"{source.name} by {extract.name}"
    )


def _start() -> None:
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()


def _check(values: flags.FlagValues) -> None:
    """Refuses what needs no TensorFlow to be refused."""
    _check_reference(values)
    if not values.export and not values.save_reference:
        raise UserError("RUN is missing: give a run's folder or its export/VERSION, as RUN or --export=RUN.")
    for name in values.metrics or ():
        if name in PAPERS_NAMES:
            raise UserError(f"--metrics={name}: {PAPERS_NAMES[name]}.")
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
        if values.ensemble and name != "test_error":
            raise UserError(f"--metrics={name}: an ensemble has a test_error alone; leave --ensemble out.")
    if values.ensemble and len(values.export) < 2:
        raise UserError("--ensemble: needs two exports or more; give --export=A --export=B.")
    if values.out and len(values.export) > 1 and not values.ensemble:
        raise UserError(f"--out={values.out}: takes one export; several write evaluation.json beside each.")
    if values.extractor not in EXTRACTORS:
        raise unknown("extractor", values.extractor, EXTRACTORS)
    if values.inception_weights is not None and values.extractor != "inception":
        raise UserError(f"--inception_weights={values.inception_weights}: is for --extractor=inception alone.")
    if values.inception_graph is not None:
        if values.extractor != "fid":
            raise UserError(f"--inception_graph={values.inception_graph}: is for --extractor=fid alone.")
        if not pathlib.Path(values.inception_graph).is_file():
            raise UserError(f"--inception_graph={values.inception_graph}: there is no such file.")
    if values["resize"].present and values.extractor != "fid":
        raise UserError(f"--resize={values.resize}: is for --extractor=fid alone.")
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


def _check_reference(values: flags.FlagValues) -> None:
    flag = "--reference" if values.reference else "--save_reference"
    if values.reference and values.save_reference:
        raise UserError(
            f"--reference={values.reference}: --save_reference={values.save_reference} writes one; give one."
        )
    if not (values.reference or values.save_reference):
        return
    if values.extractor == "classifier":
        raise UserError(
            f"{flag}: a classifier's features are of its own dataset; accepted: --extractor=fid or inception."
        )
    if values.reference and values.ensemble:
        raise UserError(f"--ensemble: measures a test_error on a dataset; leave --reference={values.reference} out.")
    if values.reference and values.dataset:
        raise UserError(f"--reference={values.reference}: takes the place of --dataset={values.dataset}; give one.")
    for name in ("data_dir", "image_size", "channels", "fit") if values.reference else ():
        if values[name].present:
            raise UserError(f"--{name}={values[name].value}: is of a dataset, and --reference takes its place.")
    if values.save_reference and values.export:
        raise UserError(f"--save_reference={values.save_reference}: is of a dataset alone; leave --export out.")
    if values.save_reference and not values.dataset:
        raise UserError(f"--save_reference={values.save_reference}: --dataset is missing.")
    if values.save_reference:
        data.check_place(data.check_name(values.dataset))


def _wanted(values: flags.FlagValues) -> Wanted:
    return Wanted(
        metrics=values.metrics,
        extractor=values.extractor,
        inception_weights=values.inception_weights,
        inception_graph=values.inception_graph,
        resize=values.resize,
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
