"""Data: one file per source, one element shape for all: see `tfgan_zoo.data.source.Source`."""

import functools
from collections.abc import Callable

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_SCHEMES, DATASETS
from tfgan_zoo.data.names import (
    MODELS_OF_TWO,
    TWO_DOMAINS,
    check_in_memory,
    check_name,
    has_two_domains,
    is_cycle_gan,
    may_be_streamed,
)

__all__ = ["MODELS_OF_TWO", "TWO_DOMAINS", "check_in_memory", "check_name", "has_two_domains", "load"]


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
        name: a name of `DATASETS`, or one of the forms in `DATASET_FORMS`, such as `folder:PATH` or `edges:NAME`.
        split: `"train"` or `"test"`.
        image_size: height and width in pixels to resize and crop to; None for the dataset's own.
        data_dir: where TensorFlow Datasets keeps its files; None for its default (`TFDS_DATA_DIR`).
        in_memory: whether pixels that lie in files are read once and kept, or streamed; None for by their size.

    Returns:
        A `tfgan_zoo.data.source.Source`; of two domains, a `tfgan_zoo.data.two_domains.TwoDomains`.

    Raises:
        UserError: the name, the size or the files cannot be used, or the dataset leaves no choice of `in_memory`.
    """
    scheme, colon, what = check_name(name).partition(":")
    check_in_memory(name, in_memory)
    options = {"split": split, "image_size": image_size, "data_dir": data_dir}
    if in_memory is not None or colon:
        options["in_memory"] = in_memory
    try:
        return _opener(scheme, what)(**options) if colon else DATASETS[name](**options)
    except MemoryError as error:
        cure = "--noin_memory" if may_be_streamed(name) else "a smaller --image_size"
        raise UserError(f"--dataset={name}: does not fit into memory ({error}); accepted: {cure}.") from error


def _opener(scheme: str, what: str) -> Callable:
    """Returns what opens `SCHEME:WHAT`; CycleGAN's datasets of TFDS are of two domains."""
    if scheme == "tfds" and is_cycle_gan(what):
        from tfgan_zoo.data.cycle_gan import cycle_gan

        return functools.partial(cycle_gan, what)
    return functools.partial(DATASET_SCHEMES[scheme], what)
