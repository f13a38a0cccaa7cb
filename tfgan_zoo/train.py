"""The training command: its flags, their checks, one run. It needs no TensorFlow to refuse a wrong flag or name."""

import functools
import inspect
import os
import signal
import warnings
from concurrent.futures import ThreadPoolExecutor

from absl import flags

from tfgan_zoo import data
from tfgan_zoo.common.arguments import arguments_of, dataset_of, takes_two_domains
from tfgan_zoo.common.command import meaning_of, read_flags, run_command
from tfgan_zoo.common.errors import Advice, UserError
from tfgan_zoo.common.model_help import model_help
from tfgan_zoo.common.registries import OF_POINTS
from tfgan_zoo.common.registry import Registry
from tfgan_zoo.data.inventory import fingerprint
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, Wanted, channels_of_run
from tfgan_zoo.machine import cluster, fast_path
from tfgan_zoo.training import data_shape
from tfgan_zoo.training.early_checks import check_pictures, too_large_batch
from tfgan_zoo.training.flags import DATASET, MODEL, define
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.initial_weights import InitialWeights, copy_weights, read_init_from
from tfgan_zoo.training.model_arguments import FLAGS, NONE, OF_THE_DATASET, check_kinds, model_arguments
from tfgan_zoo.training.plan import Plan
from tfgan_zoo.training.profile import check_profile
from tfgan_zoo.training.request import Request
from tfgan_zoo.training.signals import ending_before_first_step
from tfgan_zoo.training.terminal import outliving_the_terminal

SUMMARY = (
    "Trains a GAN. Run the same command to resume an interrupted run.\n"
    "`--model=NAME --help` lists the arguments of one model."
)


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
        name,
        SUMMARY,
        lambda values: define(values, zoo),
        lambda values: _train(read(values, zoo), zoo),
        arguments,
        special_help=lambda values: _help_of_model(name, values, zoo),
        arguments_of_set=lambda given: _arguments_of_set(given, zoo),
    )


def _help_of_model(name: str, values: flags.FlagValues, zoo: Registry) -> str | None:
    if not values["model"].present:
        return None
    meanings = {flag: meaning_of(values[flag]).replace("; unset: the paper's", "") for flag in FLAGS.values()}
    own_flags = {argument: (flag, meanings[flag]) for argument, flag in FLAGS.items()}
    return model_help(name, zoo.check(values.model), zoo.targets[values.model], own_flags, OF_THE_DATASET)


def _arguments_of_set(given: list[str], zoo: Registry) -> set[str]:
    """Returns what `--set` gives to the model of a command line that could not be parsed."""
    model = next((text.partition("=")[2] for text in given if text.lstrip("-").startswith("model=")), MODEL)
    names = {argument.name for argument in arguments_of(zoo.targets[model])} if model in zoo.targets else set()
    return names - FLAGS.keys() - set(OF_THE_DATASET)


def read(values: flags.FlagValues, zoo: Registry) -> Request:
    """Reads the parsed flags, and checks what can be checked without TensorFlow.

    Raises:
        UserError: an unknown name, or values that do not fit together.
    """
    target = zoo.targets[zoo.check(values.model)]
    dataset = data.check_name(values.dataset or dataset_of(target) or DATASET)
    data.check_in_memory(dataset, values.in_memory)
    data.check_form(dataset, values.channels, values.fit)
    _check_domains(values.model, takes_two_domains(target), dataset)
    _check_changes_of_images(values, dataset)
    check_profile(values.profile, values.steps)
    check_pictures(values.model, target, dataset, values.image_size, values.batch_size)
    folder = RunFolder(values.workdir or f"runs/{values.model}-{_file_name(dataset)}")
    earlier = (None if values.overwrite else folder.settings_to_resume()) or {}
    same_kind = data.kind_of(dataset) == data.kind_of(earlier.get("dataset") or "")
    return Request(
        model=values.model,
        arguments=_arguments(values, target),
        dataset=dataset,
        data_dir=values.data_dir,
        image_size=values.image_size,
        channels=values.channels or (channels_of_run(earlier) if same_kind else None),
        fit=values.fit,
        batch_size=values.batch_size,
        folder=folder,
        init_from=read_init_from(values.init_from, values.init_optimizers, folder, values.overwrite),
        overwrite=values.overwrite,
        plan=_read_plan(values),
        measures_images=values.evaluate_every is not None,
        choices=read_flags(values, fast_path.Choices),
        distribute=values.distribute,
        profile=values.profile,
    )


def _arguments(values: flags.FlagValues, target: str) -> dict:
    arguments = model_arguments(
        values.seed,
        values.loss,
        values.schedule,
        values.penalty,
        values.ema,
        values.augment,
        values.flip,
        assignments=values.set,
    )
    check_kinds(target, arguments)
    return arguments


def _check_domains(model: str, takes_two: bool, dataset: str) -> None:
    """Refuses two domains for a model of one, and the other way round."""
    if takes_two and not data.has_two_domains(dataset):
        raise UserError(f"--dataset={dataset}: has one domain, and {model} needs two. {data.TWO_DOMAINS}")
    if data.has_two_domains(dataset) and not takes_two:
        raise UserError(f"--dataset={dataset}: has two domains, and {model} takes one. {data.MODELS_OF_TWO}")


def _check_changes_of_images(values: flags.FlagValues, dataset: str) -> None:
    """Refuses what changes images where the data are points."""
    if dataset not in OF_POINTS:
        return
    if values.augment not in (None, NONE):
        raise UserError(f"--augment={values.augment}: changes images, and --dataset={dataset} has points.")
    if values.flip:
        raise UserError(f"--flip: mirrors images, and --dataset={dataset} has points.")


def _read_plan(values: flags.FlagValues) -> Plan:
    evaluate_every = values.evaluate_every or 10 * values.log_every
    if evaluate_every % values.log_every:
        raise UserError(f"--evaluate_every={evaluate_every}: expected a multiple of --log_every={values.log_every}.")
    return Plan(
        steps=values.steps,
        log_every=values.log_every,
        sample_every=values.sample_every,
        checkpoint_every=values.checkpoint_every,
        evaluate_every=evaluate_every,
        export=values.export,
    )


def _train(request: Request, zoo: Registry) -> int:
    """Starts TensorFlow with what was asked for, and trains."""
    way, processes = cluster.choose(request.distribute, os.environ)
    fast_path.prepare(request.choices, os.environ, of_points=request.dataset in OF_POINTS)
    if processes is None or processes.is_chief:
        request.folder.check(overwrite=request.overwrite)
    with outliving_the_terminal(), ending_before_first_step():
        from tfgan_zoo.machine.runtime import start_tensorflow

        start_tensorflow()
        from tfgan_zoo.training.workers import start_workers

        workers = start_workers(way, processes)
        with workers.scope():
            return _run(request, zoo, workers)


def _run(request: Request, zoo: Registry, workers) -> int:
    """Builds the model, checks what could not be checked before, and trains; nothing is written until all fits."""
    from tfgan_zoo.machine.precision import building_in
    from tfgan_zoo.training.run import Run

    _check_precision(request)
    source = data.load(request.dataset, in_memory=request.choices.in_memory, **request.place)
    chosen = fast_path.choose(request.choices, os.environ, workers.num_replicas, source.in_memory)
    build = zoo[request.model]
    arguments = request.arguments | class_arguments(request.model, build, source)
    with building_in(chosen.mixed_precision):
        gan = _build(request.model, build, source.element_shape, arguments)
    pictures = source.inventory
    source = gan.admit(source)
    chosen.check_networks(gan.networks)
    gan.jit_compile = chosen.xla
    batch_size = request.batch_size or gan.batch_size
    if batch_size > source.num_examples:
        raise too_large_batch(batch_size, source.num_examples, request.dataset)
    workers.check_batch_size(batch_size)
    settings = {
        "model": request.model,
        # In a checkout the zoo is `models`, in a wheel `tfgan_zoo.models`: the run may go on in either.
        "build": zoo.targets[request.model].removeprefix("tfgan_zoo."),
        "data_shape": data_shape.to_json(source.element_shape),
        "arguments": arguments,
        "dataset": request.dataset,
        **({} if pictures is None else {"pictures": fingerprint(pictures)}),
        "num_examples": source.num_examples,
        "data_dir": request.data_dir,
        "image_size": request.image_size,
        **({"fit": request.fit or data.FITS[0]} if data.is_of_pictures(request.dataset) else {}),
        "order": source.order,
        "batch_size": batch_size,
        "class_names": source.class_names,
        **({} if request.init_from is None else {"init_from": vars(request.init_from)}),
        **({"replicas": workers.num_replicas} if workers.num_replicas > 1 else {}),
        **chosen.settings,
        **vars(request.plan),
    }
    if workers.is_chief and not request.overwrite:
        request.folder.check_settings(settings, pictures)
    evaluations = _evaluations(gan, source, request)
    how = {"steps_per_execution": chosen.steps_per_execution, "profile": request.profile}
    how["held_out"] = _held_out(gan, request)
    how["begin"] = functools.partial(_begin_with, request.init_from, workers) if request.init_from else None
    run = Run(gan, source, request.folder, batch_size, request.plan, evaluations, workers, **how)
    run.trace()
    if workers.is_chief:
        request.folder.claim(settings, pictures, overwrite=request.overwrite)
        shape = source.element_shape
        print(f"{request.model} on {source.name}: {source.num_examples} examples of {shape}; {request.folder}")
        print(chosen)
    ended_by = run.train()
    return 130 if ended_by == signal.SIGINT else 0


def _begin_with(weights: InitialWeights, workers, gan) -> None:
    """Copies another run's weights into the model, and says what was left out."""
    from tfgan_zoo.training.rebuild import rebuild

    left_out = copy_weights(rebuild(RunFolder(weights.run), weights.step), gan, optimizers=weights.optimizers)
    if workers.is_chief:
        without = f"; not copied: {'; '.join(left_out)}" if left_out else ""
        print(f"begins with the weights of {weights.run}, step {weights.step}{without}", flush=True)


def _check_precision(request: Request) -> None:
    """Refuses float16 without a GPU, be it asked for or that of the run that goes on, before the data are opened."""
    earlier = None if request.overwrite else request.folder.settings_to_resume()
    for precision in (request.choices.mixed_precision, (earlier or {}).get("mixed_precision")):
        fast_path.check_device(precision)


def _held_out(gan, request: Request):
    """Returns the test set for a model that shows what it makes of examples; None where there is none."""
    spec = DatasetSpec(request.dataset, **request.place)
    shows_examples = gan.takes == "images" or gan.encodes
    return spec.open_test() if shows_examples and not spec.is_cut else None


def _evaluations(gan, source, request: Request) -> list:
    """Returns the cheap metrics. Those of images need a trained classifier, so that they have to be asked for."""
    from tfgan_zoo.evaluation.measure import choose_extractor
    from tfgan_zoo.training.evaluations import make_evaluations

    spec = DatasetSpec(request.dataset, **request.place)
    extract = None
    if request.measures_images and not source.has_points:
        # A thread of its own is outside of every strategy's scope: the classifier belongs to no replica.
        with ThreadPoolExecutor(1) as thread:
            # `tfgan_zoo.evaluate` opens the dataset by its size, and the classifier depends on the examples' order.
            sets = spec.split(source) if request.choices.in_memory is None else spec.open()
            extract = thread.submit(choose_extractor, *sets, Wanted()).result()
    open_test = None if gan.classifies and spec.is_cut else spec.open_test
    return make_evaluations(gan, source, open_test, extract)


def _build(name: str, build, shape: tuple | dict, arguments: dict):
    """Builds the model; what its arguments make Keras refuse is a mistake of the user's as well."""
    try:
        return build(shape, **arguments)
    except UserError:
        raise
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        given = ", ".join(f"{key}={value}" for key, value in arguments.items())
        raise UserError(f"--model={name} cannot be built with {given}: {str(error).splitlines()[0]}") from error


def class_arguments(model: str, build, source) -> dict:
    """Returns `num_classes` for a model that takes it.

    Raises:
        UserError: the model takes it, and some examples have no label.
    """
    if "num_classes" not in inspect.signature(build).parameters:
        return {}
    if not source.all_labelled:
        raise UserError(f"--model={model} needs labels; {source.name} has none for some examples.")
    if len(source.class_names) == 1:
        warnings.warn(
            f"--model={model}: {source.name} has one class ({source.class_names[0]}), so labels carry no information; "
            f"--model={MODEL} learns the same.",
            Advice,
            stacklevel=1,
        )
    return {"num_classes": len(source.class_names)}


def _file_name(dataset: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in dataset).strip("-.")
