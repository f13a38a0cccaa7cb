"""The settings that a run's numbers depend on, and how they are compared when it goes on."""

import os
from collections.abc import Mapping

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.inventory import difference

# What a resumed run may change: these decide how far it goes and what it writes, never what it computes.
FREE_SETTINGS = {"steps", "log_every", "evaluate_every", "sample_every", "checkpoint_every", "export", "data_dir"}
# What a run has whose `config.json` does not say it.
UNSAID = {"order": "permuted", "onednn": True, "xla": False, "mixed_precision": "float32", "fit": "crop"}


def check_same(run, earlier: dict, now: dict, before: Mapping | None, pictures: Mapping | None) -> None:
    """Refuses to go on with other settings than a run began with.

    Args:
        run: its folder, for messages.
        earlier: its settings.
        now: those that it is to go on with.
        before: inventory of the pictures that it began with; None where it is not known.
        pictures: that of the pictures now; None for a dataset that is not of one's own pictures.

    Raises:
        UserError: one differs.
    """
    earlier, now = _flat(earlier), _flat(now)
    _check_pictures(run, earlier, now, before, pictures)
    for name in sorted(earlier.keys() | now.keys()):
        if name not in FREE_SETTINGS and earlier.get(name) != now.get(name):
            raise UserError(
                f"--workdir={run}: holds a run with {name}={earlier.get(name)}, this one has {name}={now.get(name)}. "
                f"Give the same settings, --overwrite, or another --workdir, which may begin with this run's weights: "
                f"--init_from={run}."
            )


def _check_pictures(run, earlier: dict, now: dict, before: Mapping | None, pictures: Mapping | None) -> None:
    """Compares the pictures themselves, not the path to them, which may be another."""
    known, found = earlier.pop("pictures", None), now.pop("pictures", None)
    if known and found and known != found:
        counts = difference(before, pictures) if before and pictures else "another set"
        raise UserError(
            f"--workdir={run}: its run began with other pictures than those in --dataset={now['dataset']}: {counts}. "
            "Put them as they were, or begin another run with this one's weights: --workdir=NEW "
            f"--init_from={run}."
        )
    for settings in (earlier, now):
        if data.is_of_pictures(settings.get("dataset") or ""):
            is_known = known and found
            settings["dataset"] = data.kind_of(settings["dataset"]) if is_known else _absolute(settings["dataset"])


def _absolute(dataset: str) -> str:
    """Returns the name of a dataset of pictures with one path for each folder, however it is written."""
    kind = data.kind_of(dataset)
    return f"{kind}:{os.path.realpath(os.path.expanduser(dataset.removeprefix(f'{kind}:')))}"


def _flat(settings: dict) -> dict:
    """Puts the model's arguments beside the other settings, and fills in those that were not said."""
    settings = {**UNSAID, **settings}
    arguments = {name: _as_now(name, value) for name, value in settings.pop("arguments", {}).items()}
    return {**settings, **arguments}


def _as_now(name: str, value):
    """Returns an argument as this version writes it: before --ema there was --set=ema={'generator': DECAY}."""
    return value["generator"] if name == "ema" and isinstance(value, dict) and set(value) == {"generator"} else value
