"""Data: one file per source, one element shape for all: see `tfgan_zoo.data.source.Source`."""

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_SCHEMES, DATASETS, FROM_FILES
from tfgan_zoo.common.registry import unknown


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


def check_in_memory(name: str, in_memory: bool | None) -> None:
    """Refuses a choice of `in_memory` for a dataset that is made in memory; imports no TensorFlow.

    Raises:
        UserError: there is a choice, and no file that it could be about.
    """
    if in_memory is not None and ":" not in name and name not in FROM_FILES:
        flag = "--in_memory" if in_memory else "--noin_memory"
        accepted = f"{', '.join(FROM_FILES)}, tfds:NAME or folder:PATH"
        raise UserError(f"{flag}: {name} is always in memory; accepted with --dataset={accepted}.")


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
    check_in_memory(name, in_memory)
    options = {"split": split, "image_size": image_size, "data_dir": data_dir}
    if colon or name in FROM_FILES:
        options["in_memory"] = in_memory
    try:
        return DATASET_SCHEMES[scheme](what, **options) if colon else DATASETS[name](**options)
    except MemoryError as error:
        raise UserError(f"--dataset={name}: does not fit into memory ({error}); accepted: --noin_memory.") from error
