"""Data: one file per source, one element shape for all: see `tfgan_zoo.data.source.Source`."""

import functools
import inspect

from tfgan_zoo.errors import UserError
from tfgan_zoo.registries import DATASET_SCHEMES, DATASETS
from tfgan_zoo.registry import unknown


def check_name(name: str) -> str:
    """Returns a dataset's name if it can be one; imports no TensorFlow.

    Raises:
        UserError: it is no known name, nor `tfds:NAME` or `folder:PATH`.
    """
    scheme, colon, what = name.partition(":")
    if colon:
        if scheme not in DATASET_SCHEMES or not what:
            raise UserError(f"unknown dataset '{name}'. Accepted with a colon: tfds:NAME[/CONFIG] or folder:PATH.")
    elif name not in DATASETS:
        raise unknown("dataset", name, [*DATASETS, "tfds:NAME", "folder:PATH"])
    return name


def load(
    name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
):
    """Opens a dataset by name.

    Args:
        name: a name of `DATASETS`, `tfds:NAME[/CONFIG]` or `folder:PATH`.
        split: `"train"` or `"test"`.
        image_size: height and width in pixels to resize and crop to; None for the dataset's own.
        data_dir: where TensorFlow Datasets keeps its files; None for its default (`TFDS_DATA_DIR`).
        in_memory: whether pixels that lie in files are read once and kept, or streamed; None for by their size.

    Returns:
        A `tfgan_zoo.data.source.Source`.

    Raises:
        UserError: the name, the size or the files cannot be used, or the dataset leaves no choice of `in_memory`.
    """
    scheme, colon, what = check_name(name).partition(":")
    open_source = functools.partial(DATASET_SCHEMES[scheme], what) if colon else DATASETS[name]
    options = {"split": split, "image_size": image_size, "data_dir": data_dir}
    if in_memory is not None:
        if "in_memory" not in inspect.signature(open_source).parameters:
            flag = "--in_memory" if in_memory else "--noin_memory"
            raise UserError(
                f"{flag}: {name} is always in memory; "
                "accepted for mnist, fashion_mnist, cifar10, tfds:NAME and folder:PATH."
            )
        options["in_memory"] = in_memory
    return open_source(**options)
