"""Names of datasets: what can be known of them before TensorFlow is imported."""

import difflib
import os
import re

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_FORMS, DATASET_SCHEMES, DATASETS, DERIVED, FROM_FILES, OF_POINTS
from tfgan_zoo.common.registry import unknown
from tfgan_zoo.common.text import shown

CHANNELS = (1, 3, 4)
FITS = ("crop", "pad", "stretch")

# What to do where a dataset has another number of domains than the model takes.
TWO_DOMAINS = "Take edges:NAME, reduced:NAME, domains:PATH or tfds:cycle_gan/NAME."
MODELS_OF_TWO = "Take a model that translates, such as cyclegan, or another dataset."


def check_name(name: str) -> str:
    """Returns a dataset's name if it can be one.

    Raises:
        UserError: it is neither a known name nor a known scheme with something after the colon, or a dataset that
            is to be derived from one that cannot be a base.
    """
    scheme, colon, what = name.partition(":")
    if name not in DATASETS and (scheme not in DATASET_SCHEMES or not what):
        _propose_folder(name)
    if not colon and name not in DATASETS:
        raise unknown("dataset", name, [*DATASETS, *DATASET_FORMS])
    if colon and (scheme not in DATASET_SCHEMES or not what):
        nearest = difflib.get_close_matches(scheme, DATASET_SCHEMES, n=1, cutoff=0.5)
        hint = f" Did you mean '{nearest[0]}:{what}'?" if nearest and what else ""
        raise UserError(f"unknown dataset '{name}'.{hint} Accepted with a colon: {', '.join(DATASET_FORMS)}.")
    if scheme in DERIVED:
        _check_base(name, scheme, what)
    return name


def _propose_folder(name: str) -> None:
    """Names the form that a path is given in, if the name is one.

    Raises:
        UserError: it is.
    """
    path = os.path.expanduser(name)
    if os.path.isdir(path):
        scheme = "domains" if os.path.isdir(os.path.join(path, "trainA")) else "folder"
        raise UserError(f"--dataset={shown(name)}: is a folder; give --dataset={scheme}:{shown(name)}.")
    if os.path.isfile(path):
        cure = "Unpack it if it is an archive, and give --dataset=folder:PATH."
        raise UserError(f"--dataset={shown(name)}: is a file. {cure}")
    if os.sep in name and ":" not in name:
        raise UserError(f"--dataset={shown(name)}: does not exist; expected folder:PATH, or {', '.join(DATASETS)}.")


def has_two_domains(name: str) -> bool:
    """Tells whether a dataset has two domains, for models that translate from one to the other."""
    scheme, _, what = name.partition(":")
    return name == "rings" or scheme in ("domains", *DERIVED) or (scheme == "tfds" and is_cycle_gan(what))


def kind_of(name: str) -> str:
    """Returns a dataset's name without the path of one's own pictures: `folder`, `edges:folder`, `mnist`."""
    scheme, colon, what = name.partition(":")
    if scheme in DERIVED and colon:
        return f"{scheme}:{kind_of(what)}"
    return scheme if is_of_pictures(name) else name


def is_cycle_gan(tfds_name: str) -> bool:
    """Tells whether a name of TFDS's is that of the collection whose splits are trainA, trainB, testA and testB."""
    return re.split("[/:]", tfds_name)[0] == "cycle_gan"


def may_be_streamed(name: str) -> bool:
    """Tells whether a dataset lies in files, so that it can be kept in memory or streamed."""
    scheme, colon, what = name.partition(":")
    return may_be_streamed(what) if scheme in DERIVED else bool(colon) or name in FROM_FILES


def is_of_pictures(name: str) -> bool:
    """Tells whether a dataset is made of one's own pictures."""
    scheme, _, what = name.partition(":")
    return is_of_pictures(what) if scheme in DERIVED else scheme in ("folder", "domains")


def check_form(name: str, channels: int | None, fit: str | None) -> None:
    """Refuses a choice of what pictures become where there are none of one's own, or none such.

    Raises:
        UserError: there is such a choice.
    """
    for flag, value in (("channels", channels), ("fit", fit)):
        if value is not None and not is_of_pictures(name):
            raise UserError(f"--{flag}={value}: goes with --dataset=folder:PATH or domains:PATH; {name} has its own.")
    if channels is not None and channels not in CHANNELS:
        raise UserError(f"--channels={channels}: expected 1 (grey), 3 (RGB) or 4 (RGBA).")
    if channels == 4 and name.partition(":")[0] in DERIVED:
        raise UserError(f"--channels=4: {name} has no transparent pictures; expected 1 or 3.")
    if fit is not None and fit not in FITS:
        raise unknown("fit", fit, FITS)


def check_in_memory(name: str, in_memory: bool | None) -> None:
    """Refuses a choice of `in_memory` for a dataset that is made in memory.

    Raises:
        UserError: there is a choice, and no file that it could be about.
    """
    if in_memory is not None and not may_be_streamed(name):
        flag = "--in_memory" if in_memory else "--noin_memory"
        accepted = f"{', '.join(FROM_FILES)}, tfds:NAME, folder:PATH or domains:PATH"
        raise UserError(f"{flag}: {name} is always in memory; accepted with --dataset={accepted}.")


def _check_base(name: str, scheme: str, base: str) -> None:
    accepted = f"expected images of one domain, such as {scheme}:digits or {scheme}:folder:PATH."
    if base in OF_POINTS:
        raise UserError(f"--dataset={name}: {base} is made of points; {accepted}")
    if has_two_domains(base):
        raise UserError(f"--dataset={name}: {base} has two domains already; {accepted}")
    if ":" not in base and base not in DATASETS:
        images = [dataset for dataset in DATASETS if dataset not in OF_POINTS]
        raise unknown("dataset", name, [f"{scheme}:{what}" for what in (*images, *DATASET_FORMS[:2])])
    check_name(base)
