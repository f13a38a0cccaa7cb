"""A dataset without a test split, cut in two."""

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source

TEST_PART = 0.2


def has_test_split(name: str, data_dir: str | None = None) -> bool:
    """Tells whether a dataset has a test split of its own.

    Args:
        name: as for `tfgan_zoo.data.load`; TFDS downloads and prepares a dataset to find out.
        data_dir: where TensorFlow Datasets keeps its files.

    Raises:
        UserError: it can be neither found nor downloaded.
    """
    from tfgan_zoo.data import folder, tfds

    scheme, _, what = name.partition(":")
    if scheme == "folder":
        return folder.has_splits(what)
    return scheme != "tfds" or tfds.has_test_split(what, data_dir)


def hold_out(source: Source) -> tuple[Source, Source]:
    """Returns four fifths of the examples and the rest, always the same.

    Raises:
        UserError: fewer than five examples.
    """
    if source.num_examples < 5:
        raise UserError(
            f"--dataset={source.name}: at least 5 images are needed to hold some out; it has {source.num_examples}."
        )
    border = int(source.num_examples * TEST_PART)
    return source.part(border, source.num_examples), source.part(0, border)
