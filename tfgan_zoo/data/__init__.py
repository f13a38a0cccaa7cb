"""Data: one file per source, one element shape for all: see `tfgan_zoo.data.source.Source`."""

import functools
from collections.abc import Callable

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_SCHEMES, DATASETS
from tfgan_zoo.data.names import (
    FITS,
    MODELS_OF_TWO,
    TWO_DOMAINS,
    check_form,
    check_in_memory,
    check_name,
    has_two_domains,
    is_cycle_gan,
    is_of_pictures,
    kind_of,
    may_be_streamed,
)
from tfgan_zoo.data.places import check_place

__all__ = [
    "FITS",
    "MODELS_OF_TWO",
    "TWO_DOMAINS",
    "check_form",
    "check_in_memory",
    "check_name",
    "check_place",
    "has_two_domains",
    "is_of_pictures",
    "kind_of",
    "load",
]


def load(
    name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
    channels: int | None = None,
    fit: str | None = None,
):
    """Opens a dataset by name.

    Args:
        name: a name of `DATASETS`, or one of the forms in `DATASET_FORMS`, such as `folder:PATH` or `edges:NAME`.
        split: `"train"` or `"test"`.
        image_size: height and width in pixels to resize and crop to; None for the dataset's own.
        data_dir: where TensorFlow Datasets keeps its files; None for its default (`TFDS_DATA_DIR`).
        in_memory: whether pixels that lie in files are read once and kept, or streamed; None for by their size.
        channels: 1, 3 or 4, of one's own pictures; None for 1 if all are grey, else 3.
        fit: `"crop"`, `"pad"` or `"stretch"`, of one's own pictures that are not square; None for `"crop"`.

    Returns:
        A `tfgan_zoo.data.source.Source`; of two domains, a `tfgan_zoo.data.two_domains.TwoDomains`.

    Raises:
        UserError: the name, the size or the files cannot be used, or the dataset leaves no choice of what is chosen.
    """
    scheme, colon, what = check_name(name).partition(":")
    check_in_memory(name, in_memory)
    check_form(name, channels, fit)
    options = {"split": split, "image_size": image_size, "data_dir": data_dir}
    if in_memory is not None or colon:
        options["in_memory"] = in_memory
    options |= {key: value for key, value in (("channels", channels), ("fit", fit)) if value is not None}
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
