"""`python -m tfgan_zoo.serving.model_config`: what one server serves: several models, and labels for their versions."""

import dataclasses
import json
import pathlib
import re
import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.serving.exported import find_export

SUMMARY = "Writes a file for tensorflow_model_server --model_config_file."
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"


@dataclasses.dataclass
class Model:
    """A model that a server is to serve.

    Attributes:
        name: in its address.
        base_path: the folder of its versions, absolute, as the server sees it.
        labels: label → version. The labelled versions are served; without labels it is the newest.
    """

    name: str
    base_path: str
    labels: dict[str, int] = dataclasses.field(default_factory=dict)


def model_config(models: list[Model]) -> str:
    """Returns the text of a `ModelServerConfig` message."""
    return "model_config_list {\n" + "".join(_config(model) for model in models) + "}\n"


def _config(model: Model) -> str:
    lines = [
        f"name: {json.dumps(model.name)}",
        f"base_path: {json.dumps(model.base_path, ensure_ascii=False)}",
        'model_platform: "tensorflow"',
    ]
    if model.labels:
        versions = " ".join(f"versions: {version}" for version in sorted(set(model.labels.values())))
        lines.append(f"model_version_policy {{ specific {{ {versions} }} }}")
        lines += [f"version_labels {{ key: {json.dumps(k)} value: {v} }}" for k, v in model.labels.items()]
    return "  config {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n"


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_multi_string("model", [], "NAME=RUN, or NAME=RUN/export; may be repeated.", flag_values=values)
    text = "NAME:LABEL=VERSION, such as dcgan:canary=2; may be repeated. Unset: the newest version."
    flags.DEFINE_multi_string("label", [], text, flag_values=values)
    text = "Where the server sees the models, each in DIR/NAME, as in a container; unset: where they lie."
    flags.DEFINE_string("mounted", None, text, flag_values=values)
    flags.DEFINE_string("out", "models.config", "The file.", flag_values=values)


def _write(values: flags.FlagValues) -> None:
    if not values.model:
        raise UserError("--model is missing: NAME=RUN.")
    folders = dict(_parse_model(text) for text in values.model)
    models = {
        name: Model(name, f"{values.mounted.rstrip('/')}/{name}" if values.mounted else str(folder.resolve()))
        for name, folder in folders.items()
    }
    for text in values.label:
        name, label, version = _parse_label(text, folders)
        models[name].labels[label] = version
    out = pathlib.Path(values.out)
    if not out.parent.is_dir():
        raise UserError(f"--out={out}: the folder {out.parent} does not exist.")
    write_whole(out, model_config(list(models.values())))
    print(f"{out}: {', '.join(models)}")


def _parse_model(text: str) -> tuple[str, pathlib.Path]:
    """Returns the name and the folder of its versions."""
    name, equals, run = text.partition("=")
    if not equals or not re.fullmatch(NAME, name) or not run:
        raise UserError(f"--model={text}: expected NAME=RUN, such as dcgan=runs/dcgan-digits.")
    try:
        newest = find_export(pathlib.Path(run))
    except UserError:
        raise UserError(f"--model={text}: {run} holds no export.") from None
    if not newest.name.isdecimal() or newest == pathlib.Path(run):
        raise UserError(f"--model={text}: expected the folder of a run, or of its versions.")
    return name, newest.parent


def _parse_label(text: str, folders: dict[str, pathlib.Path]) -> tuple[str, str, int]:
    match = re.fullmatch(rf"({NAME}):({NAME})=(\d+)", text)
    if match is None:
        raise UserError(f"--label={text}: expected NAME:LABEL=VERSION, such as dcgan:canary=2.")
    name, label, version = match.groups()
    if name not in folders:
        raise UserError(f"--label={text}: there is no --model={name}=RUN.")
    if not (folders[name] / version / "saved_model.pb").is_file():
        raise UserError(f"--label={text}: {folders[name]} has no version {version}.")
    return name, label, int(version)


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.serving.model_config", SUMMARY, _define, _write)


if __name__ == "__main__":
    sys.exit(main())
