"""Data: one file per source, one element shape for all: see `tfgan_zoo.data.source.Source`."""

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


def load(name: str, *, split: str = "train", image_size: int | None = None, data_dir: str | None = None):
    """Opens a dataset by name.

    Args:
        name: a name of `DATASETS`, `tfds:NAME[/CONFIG]` or `folder:PATH`.
        split: `"train"` or `"test"`.
        image_size: height and width in pixels to resize and crop to; None for the dataset's own.
        data_dir: where TensorFlow Datasets keeps its files; None for its default (`TFDS_DATA_DIR`).

    Returns:
        A `tfgan_zoo.data.source.Source`.

    Raises:
        UserError: the name, the size or the files cannot be used.
    """
    scheme, colon, what = check_name(name).partition(":")
    options = {"split": split, "image_size": image_size, "data_dir": data_dir}
    return DATASET_SCHEMES[scheme](what, **options) if colon else DATASETS[name](**options)
