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
        channels, fit: of one's own pictures; None for what goes with them.
    """

    dataset: str
    image_size: int | None
    data_dir: str | None
    channels: int | None = None
    fit: str | None = None

    def open(self) -> tuple:
        """Returns the training and the test set.

        Raises:
            UserError: they cannot be opened.
        """
        return self.split(self._load("train"))

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
        return self._load("test")

    def _load(self, split: str):
        options = {key: value for key, value in vars(self).items() if key != "dataset"}
        return data.load(self.dataset, split=split, **options)


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

    @property
    def chooses_extractor(self) -> bool:
        """Whether another extractor than the default one is asked for."""
        return self.extractor != Wanted.extractor or self.classifier is not None

    def has_extractor_for(self, images) -> bool:
        """Whether features of a dataset of images can be had: the default extractor learns its classes."""
        return self.chooses_extractor or len(images.class_names) > 1


def spec_of(
    export: pathlib.Path,
    dataset: str | None,
    image_size: int | None,
    data_dir: str | None,
    channels: int | None = None,
    fit: str | None = None,
) -> DatasetSpec:
    """Finds out which dataset is meant; imports no TensorFlow.

    Args:
        export: RUN/export/VERSION, or an export by itself.
        dataset, image_size, data_dir, channels, fit: of the flags; None where they say nothing.

    Raises:
        UserError: the dataset is not known, or its name is invalid.
    """
    run = RunFolder(export.parent.parent)
    known = run.read_settings() if run.config.is_file() else _description(export)
    if dataset is None:
        dataset = known.get("dataset")
        if dataset is None:
            raise UserError(f"--dataset is missing: {export} does not say what it was trained on.")
    data.check_name(dataset)
    if data.kind_of(dataset) == data.kind_of(known.get("dataset") or ""):
        image_size = image_size or known.get("image_size")
        data_dir = data_dir or known.get("data_dir")
        channels = channels or channels_of_run(known)
        fit = fit or known.get("fit")
    data.check_form(dataset, channels, fit)
    data.check_place(dataset)
    return DatasetSpec(dataset, image_size, data_dir, channels, fit)


def channels_of_run(settings: dict) -> int | None:
    """Returns how many channels a run's own pictures have, so that others are read alike; None of other datasets."""
    shape = settings.get("data_shape")
    shape = shape.get("b") if isinstance(shape, dict) else shape
    return shape[-1] if shape and data.is_of_pictures(settings.get("dataset") or "") else None


def _description(export: pathlib.Path) -> dict:
    path = export / "assets.extra" / "description.json"
    return json.loads(path.read_text()) if path.is_file() else {}
