"""`python -m tfgan_zoo.export RUN`, and the function behind it: a SavedModel that TensorFlow alone can serve."""

import json
import pathlib
import sys

from absl import flags

from tfgan_zoo.command import run_command
from tfgan_zoo.errors import UserError
from tfgan_zoo.files import whole_folder
from tfgan_zoo.serving.batching import allowed_batch_sizes, batching_parameters, default_max_batch
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.rebuild import checkpoint_steps, rebuild

SUMMARY = "Writes RUN/export/VERSION, a SavedModel of a checkpoint: averaged weights where there are some."
PYTHON_OPS = {"PyFunc", "PyFuncStateless", "EagerPyFunc"}


def export(
    gan,
    folder: pathlib.Path,
    class_names: list[str] = (),
    *,
    version: int | None = None,
    max_batch: int | None = None,
) -> pathlib.Path:
    """Writes `folder/<version>/` whole or not at all; averaged weights where there are some, in float32.

    Args:
        gan: the trained `GAN`.
        folder: holds one numeric sub-folder for each version.
        class_names: names of the classes that the model is conditioned on or tells apart.
        version: at least 1; None for the next free one.
        max_batch: rows that one request may have; None for `default_max_batch`.

    Returns:
        The folder of the new version.

    Raises:
        UserError: the version is there already, or the graph would need more than TensorFlow.
    """
    import tensorflow as tf

    from tfgan_zoo.precision import in_float32
    from tfgan_zoo.serving.signatures import Exported
    from tfgan_zoo.serving.warm_up import write_warm_up

    target = folder / str(_free_version(folder) if version is None else check_version(folder, version))
    max_batch = default_max_batch(gan.data_shape) if max_batch is None else max_batch
    if max_batch < 1:
        raise UserError(f"max_batch={max_batch}: accepted is at least 1.")
    class_names = _names_of_classes(gan, class_names)
    description = {
        "model": type(gan).__name__,
        "step": int(gan.step),
        "num_classes": gan.num_classes,
        "class_names": class_names,
        "max_batch": max_batch,
        "tensorflow": tf.__version__,
    }
    with gan.inference_weights(), in_float32(gan.networks), whole_folder(target) as temporary:
        exported = Exported(gan, max_batch, class_names)
        tf.saved_model.save(exported.module(), str(temporary), signatures=exported.functions)
        _check_ops(temporary)
        extra = temporary / "assets.extra"
        extra.mkdir()
        (extra / "description.json").write_text(json.dumps(description, indent=2) + "\n")
        write_warm_up(extra, exported.specs, allowed_batch_sizes(max_batch), type(gan).__name__)
        (temporary / "batching_params.pbtxt").write_text(batching_parameters(max_batch))
    return target


def check_version(folder: pathlib.Path, version: int) -> int:
    """Returns the version if it is free.

    Raises:
        UserError: it is not.
    """
    if version in _versions(folder):
        raise UserError(f"--version={version}: {folder / str(version)} is there; free: {_free_version(folder)}.")
    return version


def _versions(folder: pathlib.Path) -> list[int]:
    return [int(path.name) for path in folder.glob("*") if path.name.isdecimal()]


def _free_version(folder: pathlib.Path) -> int:
    return max(_versions(folder), default=0) + 1


def _names_of_classes(gan, names: list[str]) -> list[str]:
    if not (gan.num_classes or gan.classifies):
        return []
    if gan.num_classes and names and len(names) != gan.num_classes:
        raise ValueError(f"the model has {gan.num_classes} classes. Received: {len(names)} class names")
    return list(names) or [str(label) for label in range(gan.num_classes)]


def _check_ops(saved_model: pathlib.Path) -> None:
    """Refuses a graph that a server without Python, or without somebody's compiled op, could not run."""
    import tensorflow as tf
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    message = SavedModel.FromString((saved_model / "saved_model.pb").read_bytes())
    graph = message.meta_graphs[0].graph_def
    ops = {node.op for nodes in (graph.node, *(f.node_def for f in graph.library.function)) for node in nodes}
    functions = {function.signature.name for function in graph.library.function}
    foreign = {op for op in ops - functions if op in PYTHON_OPS or not hasattr(tf.raw_ops, op)}
    if foreign:
        raise UserError(f"the model's graph cannot be served: it needs {', '.join(sorted(foreign))}.")


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_integer("version", None, "Of the export; unset: the next free one.", 1, flag_values=values)
    flags.DEFINE_integer("checkpoint", None, "Step of the checkpoint; unset: the last one.", 0, flag_values=values)
    text = "Images that one request may ask for; unset: 1024, fewer of images above 32×32×3."
    flags.DEFINE_integer("max_batch", None, text, 1, flag_values=values)


def _export(values: flags.FlagValues, run: str) -> None:
    folder = RunFolder(run)
    settings = folder.read_settings()
    steps = checkpoint_steps(folder)
    if not steps:
        raise UserError(f"{folder}: has no checkpoint yet.")
    step = steps[-1] if values.checkpoint is None else values.checkpoint
    if step not in steps:
        raise UserError(f"--checkpoint={step}: accepted are {', '.join(map(str, steps))}.")
    if values.version is not None:
        check_version(folder.exports, values.version)

    from tfgan_zoo.runtime import start_tensorflow

    start_tensorflow()
    gan = rebuild(folder, step)
    options = {"version": values.version, "max_batch": values.max_batch}
    print(f"step {step}: {export(gan, folder.exports, settings['class_names'], **options)}")


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.export", SUMMARY, _define, _export, operand="RUN")


if __name__ == "__main__":
    sys.exit(main())
