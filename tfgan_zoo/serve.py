"""`python -m tfgan_zoo.serve RUN`: one export over HTTP, on TensorFlow Serving's own REST paths."""

import pathlib
import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.exported import ExportedModel, find_export

SUMMARY = (
    "Serves one export at http://HOST:PORT/v1/models/NAME, as TensorFlow Serving does, for curl, tfgan_zoo.client and\n"
    "tfgan_zoo.explorer. It is meant for trying things out; docs/serving.md installs a real server."
)


def define_listening(values: flags.FlagValues, port: int) -> None:
    """Defines the flags of every command that listens."""
    text = "Address to listen on; 0.0.0.0 lets everyone in who reaches this machine."
    flags.DEFINE_string("host", "127.0.0.1", text, flag_values=values)
    flags.DEFINE_integer("port", port, "Port to listen on; 0 for a free one.", 0, 65535, flag_values=values)
    text = "A name that a proxy in front asks for, such as hub.example.org; may be repeated."
    flags.DEFINE_multi_string("trusted_host", [], text, flag_values=values)


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder, or its export/ or export/VERSION.", flag_values=values)
    flags.DEFINE_string("model", None, "Its name in the paths; unset: that of the run's folder.", flag_values=values)
    define_listening(values, 8501)


def _serve(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("RUN is missing: give a run's folder or its export/VERSION.")
    name = values.model or _name_of(find_export(pathlib.Path(values.export)))

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.serving.rest_server import RestServer

    model = ExportedModel(values.export)
    with RestServer(model, name, values.host, values.port, values.trusted_host) as server:
        print(f"{model}: {server.url}v1/models/{name} (Ctrl-C ends)", flush=True)
        server.serve_forever()


def _name_of(export: pathlib.Path) -> str:
    """Returns the name of a run's folder, or that of an export by itself."""
    path = export.resolve()
    if path.name.isdecimal():
        path = path.parent
    return path.parent.name if path.name == "export" else path.name


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.serve", SUMMARY, _define, _serve, operand="export")


if __name__ == "__main__":
    sys.exit(main())
