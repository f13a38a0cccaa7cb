"""What the training command is asked for."""

import dataclasses

from tfgan_zoo.machine.fast_path import Choices
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.initial_weights import InitialWeights
from tfgan_zoo.training.plan import Plan


@dataclasses.dataclass(frozen=True)
class Request:
    """One training, checked as far as that needs no TensorFlow.

    Attributes:
        model: its name in the zoo.
        arguments: keyword arguments of the model's `build`.
        dataset, data_dir, image_size, channels, fit: as `tfgan_zoo.data.load` takes them.
        batch_size: real examples per step; None for the model's.
        folder: of the run.
        init_from: the weights of another run to begin with; None for the model's own.
        overwrite: an earlier run in the folder is removed first.
        plan: how far and how often.
        measures_images: the evaluations of the plan include those that need a classifier of images.
        choices: what the user chose about the machine.
        distribute: of `tfgan_zoo.machine.cluster.WAYS`.
        profile: how many steps to profile.
    """

    model: str
    arguments: dict
    dataset: str
    data_dir: str | None
    image_size: int | None
    channels: int | None
    fit: str | None
    batch_size: int | None
    folder: RunFolder
    init_from: InitialWeights | None
    overwrite: bool
    plan: Plan
    measures_images: bool
    choices: Choices
    distribute: str
    profile: int

    @property
    def place(self) -> dict:
        """What `tfgan_zoo.data.load` is told beside the dataset's name, in training and in evaluation."""
        return {name: getattr(self, name) for name in ("image_size", "data_dir", "channels", "fit")}
