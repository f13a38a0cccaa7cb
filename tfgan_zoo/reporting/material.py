"""What a report shows of a run, read from its folder."""

import dataclasses
import io
import json
import pathlib
from collections.abc import Sequence

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.evaluation.table import counts
from tfgan_zoo.pictures import grids
from tfgan_zoo.serving.exported import ExportedModel, find_export, read_description
from tfgan_zoo.serving.kind import Kind
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.metrics_file import MetricsFile

WALKS, STEPS_OF_A_WALK = 4, 8


@dataclasses.dataclass(frozen=True)
class Material:
    """A run as the report shows it. Pictures are the bytes of their files; what the run does not have is None.

    Attributes:
        name: short, and another one for each run.
        path: the folder as the user gave it.
        settings: name → value, those of the model among them.
        versions: of what it ran on.
        rows: of `metrics.csv`.
        samples: the last grid, PNG.
        step: of the last grid.
        animation: WebP.
        walks: each row walks from one seed to the next, PNG; None of a model that is given images.
        evaluation: what `tfgan_zoo.evaluate` wrote.
        neighbours: samples beside the nearest training images, PNG.
        takes: `"latents"` or `"images"`, as the export says; `"latents"` while there is none.
    """

    name: str
    path: str
    settings: dict
    versions: dict
    rows: list[dict]
    samples: bytes | None
    step: int | None
    animation: bytes | None
    walks: bytes | None
    evaluation: dict | None
    neighbours: bytes | None
    takes: str = "latents"

    @property
    def shapes(self) -> list[list[int]]:
        """The shapes of its examples: one, or those of two domains."""
        shape = self.settings.get("data_shape", [])
        return list(shape.values()) if isinstance(shape, dict) else [shape]

    @property
    def has_points(self) -> bool:
        return all(len(shape) == 1 for shape in self.shapes)


def names_of(folders: Sequence[RunFolder]) -> list[str]:
    """Returns the folders' last names where those are all different, else the folders as they were given."""
    names = [folder.path.resolve().name for folder in folders]
    return names if len(set(names)) == len(names) else [str(folder) for folder in folders]


def gather(folder: RunFolder, name: str) -> Material:
    """Reads a run's folder, and draws walks between samples from its export.

    Args:
        folder: of the run.
        name: what the report calls it.

    Raises:
        UserError: the folder is no run's, or its evaluation is damaged.
    """
    settings = folder.read_settings()
    grids = sorted(folder.samples.glob("step-*.png"), key=_step_of)
    evaluation = _evaluation(folder)
    return Material(
        name=name,
        path=str(folder),
        settings={**{k: v for k, v in settings.items() if k != "arguments"}, **settings.get("arguments", {})},
        versions=json.loads(folder.config.read_text()).get("versions", {}),
        rows=MetricsFile(folder.metrics).read(),
        samples=grids[-1].read_bytes() if grids else None,
        step=_step_of(grids[-1]) if grids else None,
        animation=_bytes(folder.animation),
        walks=_walks(folder),
        evaluation=evaluation,
        neighbours=_neighbours(folder, evaluation),
        takes=_kind(folder).takes,
    )


def has_walks(folder: RunFolder) -> bool:
    """Whether the run has an export that makes images from seeds, for which TensorFlow is needed."""
    has_images = len(folder.read_settings().get("data_shape", ())) == 3
    return has_images and _has_export(folder) and _kind(folder).takes == "latents"


def _has_export(folder: RunFolder) -> bool:
    return any(folder.exports.glob("*/saved_model.pb"))


def _kind(folder: RunFolder) -> Kind:
    return Kind.described(read_description(find_export(folder.exports)) if _has_export(folder) else {})


def _walks(folder: RunFolder) -> bytes | None:
    if not has_walks(folder):
        return None
    row, column = np.divmod(np.arange(WALKS * STEPS_OF_A_WALK), STEPS_OF_A_WALK)
    model = ExportedModel(find_export(folder.exports))
    images = model.interpolate(row, row + 1, column / (STEPS_OF_A_WALK - 1))
    content = io.BytesIO()
    grids.grid(images, STEPS_OF_A_WALK).save(content, "PNG")
    return content.getvalue()


def _evaluation(folder: RunFolder) -> dict | None:
    path = folder.exports / "evaluation.json"
    if not path.is_file():
        return None
    try:
        evaluation = json.loads(path.read_text())
        for result in evaluation["metrics"].values():
            result["figures"], result["reference"], result["extractor"], counts(result)
        return evaluation
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path}: is no evaluation ({type(error).__name__}: {error}); tfgan_zoo.evaluate writes it anew."
        ) from None


def _neighbours(folder: RunFolder, evaluation: dict | None) -> bytes | None:
    picture = ((evaluation or {}).get("metrics", {}).get("memorisation") or {}).get("picture")
    return _bytes(folder.exports / pathlib.Path(picture).name) if picture else None


def _bytes(path: pathlib.Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _step_of(path: pathlib.Path) -> int:
    return int(path.stem.removeprefix("step-"))
