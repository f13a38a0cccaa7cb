"""`python -m tfgan_zoo.explorer`: a page in the browser, for walking between the images of a model."""

import pathlib
import sys

from absl import flags

from tfgan_zoo.client import define_server, server_of
from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serve import define_listening
from tfgan_zoo.serving.exported import ExportedModel, find_export
from tfgan_zoo.serving.served_model import ServedModel

SUMMARY = "Shows a model in the browser: of an export, in this process, or of a TensorFlow Serving server."


def _define(values: flags.FlagValues) -> None:
    text = "A run's folder, or its export/ or export/VERSION; or else --url and --model."
    flags.DEFINE_string("export", None, text, flag_values=values)
    define_listening(values, 8080)
    define_server(values)


def _model_of(values: flags.FlagValues) -> ServedModel:
    if (values.export is None) == (values.url is None):
        raise UserError("accepted: either RUN or --url=http://HOST:8501 --model=NAME.")
    if values.url is not None:
        return server_of(values)
    find_export(pathlib.Path(values.export))

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    return ExportedModel(values.export)


def _explore(values: flags.FlagValues) -> None:
    from tfgan_zoo.serving.explorer import Explorer

    with Explorer(_model_of(values), values.host, values.port, values.trusted_host) as explorer:
        print(f"{explorer.model}: {explorer.url} (Ctrl-C ends)", flush=True)
        explorer.serve_forever()


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.explorer", SUMMARY, _define, _explore, operand="export")


if __name__ == "__main__":
    sys.exit(main())
