"""From a run's folder back to its model: as `config.json` says, with the weights of a checkpoint."""

import re

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registry import resolve
from tfgan_zoo.common.zoo import zoo_module
from tfgan_zoo.machine.fast_path import PRECISIONS
from tfgan_zoo.training import data_shape
from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.settings import UNSAID


def rebuild(folder: RunFolder, step: int):
    """Returns the compiled `GAN` of a run as it was after a step.

    Args:
        folder: of the run.
        step: there is a checkpoint of it.

    Raises:
        UserError: the configuration or the checkpoint is missing or damaged, or the zoo has no such model.
    """
    from tfgan_zoo.machine.precision import building_in
    from tfgan_zoo.training.checkpoints import Checkpoints

    settings = folder.read_settings()
    try:
        _check(settings)
        build = resolve(build_target(settings["build"]))
        with building_in(settings.get("mixed_precision", UNSAID["mixed_precision"])):
            gan = build(data_shape.from_json(settings["data_shape"]), **settings["arguments"])
    except (ImportError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{folder.config}: the model cannot be built again ({error}).") from error
    Checkpoints(folder.checkpoints, gan).restore(step)
    return gan


def _check(settings: dict) -> None:
    """Refuses a configuration that would call something else than a model's `build`: a run's folder is data."""
    if not re.fullmatch(r"[\w.]+:build", settings["build"]):
        raise ValueError(f"build is {settings['build']}; expected MODULE:build")
    if settings.get("mixed_precision") not in (None, *PRECISIONS[1:]):
        raise ValueError(f"mixed_precision is {settings['mixed_precision']}; accepted: {', '.join(PRECISIONS[1:])}")


def build_target(target: str) -> str:
    """Returns where the function lies that a run calls `models.NAME:build`: in a checkout, or in a wheel."""
    if not target.startswith("models."):
        return target
    return f"{zoo_module()}.{target.removeprefix('models.')}"
