"""Writes an export: a SavedModel that TensorFlow alone can serve."""

import dataclasses
import json
import pathlib

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import whole_folder
from tfgan_zoo.serving.batching import allowed_batch_sizes, batching_parameters, default_max_batch
from tfgan_zoo.serving.kind import Kind

PYTHON_OPS = {"PyFunc", "PyFuncStateless", "EagerPyFunc"}


def export(
    gan,
    folder: pathlib.Path | str,
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

    from tfgan_zoo.machine.precision import in_float32
    from tfgan_zoo.serving.kinds_of_signatures import signatures_class
    from tfgan_zoo.serving.warm_up import write_warm_up

    folder = pathlib.Path(folder)
    target = folder / str(_free_version(folder) if version is None else check_version(folder, version))
    signatures = signatures_class(gan)
    max_batch = default_max_batch(signatures.largest_shape(gan)) if max_batch is None else max_batch
    if max_batch < 1:
        raise UserError(f"max_batch={max_batch}: expected at least 1.")
    class_names = _names_of_classes(gan, class_names)
    description = {
        "model": type(gan).__name__,
        "step": int(gan.step.numpy()),
        "num_classes": gan.num_classes,
        "class_names": class_names,
        "max_batch": max_batch,
        "tensorflow": tf.__version__,
    }
    with gan.inference_weights(), in_float32(gan.networks), whole_folder(target) as temporary:
        exported = signatures(gan, max_batch, class_names)
        tf.saved_model.save(exported.module(), str(temporary), signatures=exported.functions)
        _check_ops(temporary)
        extra = temporary / "assets.extra"
        extra.mkdir()
        description |= dataclasses.asdict(Kind.of(exported.specs))
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
