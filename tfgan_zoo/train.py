"""The training command: flags, their checks, one run. It needs no TensorFlow to refuse a wrong flag or name."""

import ast
import inspect
import os
import signal
from concurrent.futures import ThreadPoolExecutor

from absl import flags

from tfgan_zoo import data
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import SEEDS
from tfgan_zoo.common.registries import DATASETS, LOSSES, OF_POINTS, SCHEDULES
from tfgan_zoo.common.registry import Registry
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, Wanted
from tfgan_zoo.machine import cluster, fast_path
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.profile import check_profile
from tfgan_zoo.training.signals import ending_before_first_step
from tfgan_zoo.training.terminal import outliving_the_terminal

SUMMARY = "Trains a GAN; the same command goes on with a run that was interrupted."


def main(zoo: Registry, arguments: list[str] | None = None, name: str = "train.py") -> int:
    """Runs the training command.

    Args:
        zoo: the models: name → function that builds a compiled `GAN`.
        arguments: of the command line; None for those of the process.
        name: of the command, for messages.

    Returns:
        The exit status.
    """
    return run_command(
        name, SUMMARY, lambda values: _define(values, zoo), lambda values: _train(values, zoo), arguments
    )


def _define(values: flags.FlagValues, zoo: Registry) -> None:
    schedules = ", ".join(SCHEDULES) + "; n_critic:K sets how many turns D has"
    datasets = ", ".join(DATASETS) + ", tfds:NAME[/CONFIG] or folder:PATH"
    flags.DEFINE_string("model", "dcgan", f"One of {', '.join(zoo)}.", flag_values=values)
    flags.DEFINE_string("dataset", "digits", f"One of {datasets}.", flag_values=values)
    flags.DEFINE_string("data_dir", None, "Where TensorFlow Datasets keeps its files.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "Side in pixels; unset: the dataset's.", 1, flag_values=values)
    flags.DEFINE_integer("steps", 1500, "Steps in all, a batch of real data each.", 1, flag_values=values)
    flags.DEFINE_integer("batch_size", None, "Real examples a step; unset: the paper's.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "Keys everything random.", 0, SEEDS - 1, flag_values=values)
    flags.DEFINE_string("workdir", None, "The run's folder; unset: runs/MODEL-DATASET.", flag_values=values)
    flags.DEFINE_string("loss", None, f"One of {', '.join(LOSSES)}; unset: the paper's.", flag_values=values)
    flags.DEFINE_string("schedule", None, f"One of {schedules}; unset: the paper's.", flag_values=values)
    flags.DEFINE_multi_string("set", [], "KEY=VALUE: an argument of the model; may be repeated.", flag_values=values)
    flags.DEFINE_integer("log_every", 50, "Steps between rows of metrics.csv.", 1, flag_values=values)
    flags.DEFINE_integer("sample_every", 250, "Steps between pictures of samples.", 1, flag_values=values)
    flags.DEFINE_integer("checkpoint_every", 500, "Steps between checkpoints.", 1, flag_values=values)
    flags.DEFINE_integer(
        "evaluate_every", None, "Steps between metrics; unset: 10 rows, none of images.", 1, flag_values=values
    )
    fast_path.define(values)
    text = "Steps to profile, after a few to warm up: see docs/fast-path.md."
    flags.DEFINE_integer("profile", 0, text, 0, flag_values=values)
    flags.DEFINE_string("distribute", "auto", f"Over devices: {', '.join(cluster.WAYS)}.", flag_values=values)
    flags.DEFINE_boolean("overwrite", False, "Removes an earlier run in the folder first.", flag_values=values)
    flags.DEFINE_boolean("export", True, "Writes a SavedModel at the end.", flag_values=values)


def _train(values: flags.FlagValues, zoo: Registry) -> int:
    """Checks what can be checked without TensorFlow, then trains."""
    zoo.check(values.model)
    data.check_name(values.dataset)
    data.check_in_memory(values.dataset, values.in_memory)
    arguments = model_arguments(values)
    if _evaluate_every(values) % values.log_every:
        raise UserError(
            f"--evaluate_every={values.evaluate_every}: accepted is a multiple of --log_every={values.log_every}."
        )
    check_profile(values.profile, values.steps)
    way, processes = cluster.choose(values.distribute, os.environ)
    fast_path.check_precision(values.mixed_precision)
    fast_path.prepare(values, os.environ, of_points=values.dataset in OF_POINTS)
    folder = RunFolder(values.workdir or f"runs/{values.model}-{_file_name(values.dataset)}")
    if processes is None or processes.is_chief:
        folder.check(overwrite=values.overwrite)

    with outliving_the_terminal(), ending_before_first_step():
        from tfgan_zoo.machine.runtime import start_tensorflow

        start_tensorflow()
        from tfgan_zoo.training.workers import start_workers

        workers = start_workers(way, processes)
        with workers.scope():
            return _run(values, zoo, arguments, folder, workers)


def _run(values: flags.FlagValues, zoo: Registry, arguments: dict, folder: RunFolder, workers) -> int:
    """Builds the model, checks what could not be checked before, and trains; nothing is written until all fits."""
    from tfgan_zoo.machine.precision import building_in
    from tfgan_zoo.training.run import Plan, Run

    place = {"image_size": values.image_size, "data_dir": values.data_dir, "in_memory": values.in_memory}
    source = data.load(values.dataset, **place)
    chosen = fast_path.choose(values, os.environ, workers.num_replicas, source.in_memory)
    build = zoo[values.model]
    arguments |= class_arguments(values.model, build, source)
    with building_in(chosen.mixed_precision):
        gan = _build(values.model, build, source.element_shape, arguments)
    chosen = chosen.for_networks(gan.networks)
    gan.jit_compile = chosen.xla
    batch_size = values.batch_size or gan.batch_size
    if batch_size > source.num_examples:
        raise UserError(f"--batch_size={batch_size}: more than the {source.num_examples} examples of {values.dataset}.")
    workers.check_batch_size(batch_size)
    plan = Plan(
        steps=values.steps,
        log_every=values.log_every,
        sample_every=values.sample_every,
        checkpoint_every=values.checkpoint_every,
        evaluate_every=_evaluate_every(values),
        export=values.export,
    )
    settings = {
        "model": values.model,
        # In a checkout the zoo is `models`, in a wheel `tfgan_zoo.models`: the run may go on in either.
        "build": zoo.targets[values.model].removeprefix("tfgan_zoo."),
        "data_shape": list(source.element_shape),
        "arguments": arguments,
        "dataset": values.dataset,
        "num_examples": source.num_examples,
        "data_dir": values.data_dir,
        "image_size": values.image_size,
        "order": source.order,
        "batch_size": batch_size,
        "class_names": source.class_names,
        **({"replicas": workers.num_replicas} if workers.num_replicas > 1 else {}),
        **chosen.settings,
        **vars(plan),
    }
    evaluations = _evaluations(gan, source, values)
    how = {"steps_per_execution": values.steps_per_execution, "profile": values.profile}
    run = Run(gan, source, folder, batch_size, plan, evaluations, workers, **how)
    run.trace()
    if workers.is_chief:
        folder.claim(settings, overwrite=values.overwrite)
        print(f"{values.model} on {source.name}: {source.num_examples} examples of {source.element_shape}; {folder}")
        print(chosen)
    ended_by = run.train()
    return 130 if ended_by == signal.SIGINT else 0


def _evaluations(gan, source, values: flags.FlagValues) -> list:
    """Returns the cheap metrics. Those of images need a trained classifier, so that they have to be asked for."""
    from tfgan_zoo.evaluation.measure import choose_extractor
    from tfgan_zoo.training.evaluations import make_evaluations

    spec = DatasetSpec(values.dataset, values.image_size, values.data_dir)
    extract = None
    if values.evaluate_every is not None and not source.has_points:
        # A thread of its own is outside of every strategy's scope: the classifier belongs to no replica.
        with ThreadPoolExecutor(1) as thread:
            # `tfgan_zoo.evaluate` opens the dataset by its size, and the classifier depends on the examples' order.
            sets = spec.split(source) if values.in_memory is None else spec.open()
            extract = thread.submit(choose_extractor, *sets, Wanted()).result()
    return make_evaluations(gan, source, spec.open_test, extract)


def _evaluate_every(values: flags.FlagValues) -> int:
    return values.evaluate_every or 10 * values.log_every


def _build(name: str, build, data_shape: tuple, arguments: dict):
    """Builds the model; what its arguments make Keras refuse is a mistake of the user's as well."""
    try:
        return build(data_shape, **arguments)
    except UserError:
        raise
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        given = ", ".join(f"{key}={value}" for key, value in arguments.items())
        raise UserError(f"--model={name} cannot be built with {given}: {str(error).splitlines()[0]}") from error


def class_arguments(model: str, build, source) -> dict:
    """Returns the argument that tells a model its dataset's number of classes, if it takes one.

    Raises:
        UserError: it does, and some examples have no label.
    """
    if "num_classes" not in inspect.signature(build).parameters:
        return {}
    if not source.all_labelled:
        raise UserError(f"--model={model} needs labels; {source.name} has none for some examples.")
    return {"num_classes": len(source.class_names)}


def model_arguments(values: flags.FlagValues) -> dict:
    """Returns the keyword arguments of the model that the flags give.

    Raises:
        UserError: an unknown loss or schedule, a --set that is no KEY=VALUE, or one for which there is a flag.
    """
    arguments = {"seed": values.seed}
    if values.loss is not None:
        arguments["loss"] = LOSSES.check(values.loss)
    if values.schedule is not None:
        arguments["schedule"] = check_schedule(values.schedule)
    for assignment in values.set:
        name, equals, text = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise UserError(f"--set={assignment}: accepted is KEY=VALUE, such as --set=width=32.")
        if name in ("seed", "loss", "schedule"):
            raise UserError(f"--set={assignment}: there is a flag for it: --{name}={text}.")
        if name in ("image_shape", "num_classes"):
            raise UserError(f"--set={assignment}: {name} is the dataset's.")
        arguments[name] = _literal(text)
    return arguments


def check_schedule(text: str) -> str:
    """Returns the text of --schedule if it is a schedule's name, or `n_critic:K` with a positive K."""
    name, colon, k = text.partition(":")
    SCHEDULES.check(name)
    if colon and (name != "n_critic" or not k.isdecimal() or int(k) < 1):
        raise UserError(f"--schedule={text}: only n_critic takes a number, at least 1, such as n_critic:5.")
    return text


def _literal(text: str):
    """Reads a Python literal; what is none stands for itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _file_name(dataset: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in dataset).strip("-.")
