"""`python -m tfgan_zoo.client`: pictures from a model that TensorFlow Serving serves."""

import pathlib
import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.sample import check_samples, define_samples, write_samples
from tfgan_zoo.serving.connect import connect
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.remote_model import RemoteModel

SUMMARY = "Draws samples from a served model, over REST or gRPC. Sample k is a pure function of seed + k."


def define_server(values: flags.FlagValues) -> None:
    """Defines the flags of every command that asks a server."""
    flags.DEFINE_string("url", None, "http://HOST:8501, https://…, grpc://HOST:8500 or grpcs://….", flag_values=values)
    flags.DEFINE_string("model", None, "The model's name on the server.", flag_values=values)
    flags.DEFINE_string("version", None, "A number, or a label such as canary; unset: the newest.", flag_values=values)
    flags.DEFINE_float("timeout", 30.0, "Seconds for a request, its retries included.", 0.001, flag_values=values)
    flags.DEFINE_integer("retries", 4, "How often a request that may pass is sent again.", 0, flag_values=values)
    flags.DEFINE_integer("batch_size", 16, "Samples a request.", 1, flag_values=values)
    flags.DEFINE_string("ca", None, "Certificates to trust instead of the system's (PEM).", flag_values=values)
    text = "Its content is sent as the authorization header, such as 'Bearer TOKEN'."
    flags.DEFINE_string("authorization_file", None, text, flag_values=values)


def server_of(values: flags.FlagValues) -> RemoteModel:
    """Returns the model that those flags name; sends nothing yet.

    Raises:
        UserError: no address, or one that is none.
    """
    if values.url is None:
        raise UserError("--url is missing: http://HOST:8501 or grpc://HOST:8500 of a TensorFlow Serving server.")
    if not values.model:
        raise UserError("--model is missing: the model's name on the server.")
    connection = Connection(
        values.url,
        timeout=values.timeout,
        retries=values.retries,
        ca=pathlib.Path(values.ca) if values.ca else None,
        authorization=_read_authorization(values.authorization_file),
    )
    return connect(connection, values.model, values.version, values.batch_size)


def _read_authorization(file: str | None) -> str | None:
    """Reads the header's value from a file: a command line can be read by every user of a machine."""
    if file is None:
        return None
    try:
        text = pathlib.Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--authorization_file={file}: cannot be read ({error}).") from None
    if not text or not text.isprintable() or not text.isascii():
        raise UserError(f"--authorization_file={file}: expected one line of ASCII, such as 'Bearer TOKEN'.")
    return text


def _define(values: flags.FlagValues) -> None:
    define_server(values)
    define_samples(values)


def _ask(values: flags.FlagValues) -> None:
    check_samples(values)
    write_samples(server_of(values), values)


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.client", SUMMARY, _define, _ask)


if __name__ == "__main__":
    sys.exit(main())
