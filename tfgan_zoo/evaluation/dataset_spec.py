"""What is measured, and against what: as the flags say, else the run or the export's description."""

import dataclasses
import json
import pathlib
from collections.abc import Sequence

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.folder import RunFolder


@dataclasses.dataclass(frozen=True)
class DatasetSpec:
    """A dataset as `tfgan_zoo.data.load` opens it.

    Attributes:
        dataset: its name.
        image_size: in pixels; None for its own.
        data_dir: of TensorFlow Datasets.
    """

    dataset: str
    image_size: int | None
    data_dir: str | None

    def open(self) -> tuple:
        """Returns the training and the test set.

        Raises:
            UserError: they cannot be opened.
        """
        return self.split(data.load(self.dataset, image_size=self.image_size, data_dir=self.data_dir))

    def split(self, train) -> tuple:
        """Returns the training set and its test set; a dataset that has none, such as a plain folder, is cut in two."""
        if self.is_cut:
            from tfgan_zoo.data.held_out import hold_out

            return hold_out(train)
        return train, self.open_test()

    @property
    def is_cut(self) -> bool:
        """Whether the dataset has no test split, so that its test set is a part of what a run is trained on."""
        from tfgan_zoo.data.held_out import has_test_split

        return not has_test_split(self.dataset, self.data_dir)

    def open_test(self):
        """Returns the dataset's own test set."""
        return data.load(self.dataset, split="test", image_size=self.image_size, data_dir=self.data_dir)


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        metrics: their names; None for those that fit the export and the dataset.
        extractor: a name of `tfgan_zoo.extractors.EXTRACTORS`; points need none.
        inception_weights, inception_graph: the extractor's file; None for the network.
        resize: how images come to the size of the extractor `fid`: "tf1" or "clean".
        classifier: an export that classifies, which takes the extractor's place; None for none.
        count: samples; None for the dataset's protocol.
        seed: of the first sample, and of every draw.
    """

    metrics: Sequence[str] | None = None
    extractor: str = "classifier"
    inception_weights: str | None = None
    inception_graph: str | None = None
    resize: str = "tf1"
    classifier: str | None = None
    count: int | None = None
    seed: int = 0

    def has_extractor_for(self, images) -> bool:
        """Whether features of a dataset of images can be had: the default extractor learns its classes."""
        return self.extractor != "classifier" or self.classifier is not None or len(images.class_names) > 1


def spec_of(export: pathlib.Path, dataset: str | None, image_size: int | None, data_dir: str | None) -> DatasetSpec:
    """Finds out which dataset is meant; imports no TensorFlow.

    Args:
        export: RUN/export/VERSION, or an export by itself.
        dataset, image_size, data_dir: of the flags; None where they say nothing.

    Raises:
        UserError: nothing says what the dataset is, or it is none.
    """
    run = RunFolder(export.parent.parent)
    known = run.read_settings() if run.config.is_file() else _description(export)
    if dataset is None:
        dataset = known.get("dataset")
        if dataset is None:
            raise UserError(f"--dataset is missing: {export} does not say what it was trained on.")
    data.check_name(dataset)
    if dataset == known.get("dataset"):
        image_size = image_size or known.get("image_size")
        data_dir = data_dir or known.get("data_dir")
    return DatasetSpec(dataset, image_size, data_dir)


def _description(export: pathlib.Path) -> dict:
    path = export / "assets.extra" / "description.json"
    return json.loads(path.read_text()) if path.is_file() else {}
