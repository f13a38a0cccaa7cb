"""One export behind TensorFlow Serving's REST paths, in this process."""

import re
import urllib.parse
from collections.abc import Sequence

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import MOST_BYTES
from tfgan_zoo.serving.exported import ExportedModel
from tfgan_zoo.serving.local_server import LocalHandler, LocalServer
from tfgan_zoo.serving.rest_requests import read_inputs, read_request, write_outputs

MOST_SENT = 2 * MOST_BYTES  # base64 makes 22 MB of a picture of 16 MB
PATH = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+))?(/metadata|:predict)?")


class RestServer(LocalServer):
    """Answers `/v1/models/NAME`, `…/metadata` and `…:predict` as TensorFlow Serving does, for one export.

    Args:
        model: the export.
        name: of the model in the paths.
        host, port, trusted_hosts: as for `LocalServer`.
    """

    def __init__(
        self,
        model: ExportedModel,
        name: str,
        host: str = "127.0.0.1",
        port: int = 8501,
        trusted_hosts: Sequence[str] = (),
    ):
        self.model = model
        self.name = name
        self.version = int(model.path.name) if model.path.name.isdecimal() else 1
        self.metadata = {
            "model_spec": {"name": name, "signature_name": "", "version": str(self.version)},
            "metadata": {"signature_def": {"signature_def": model.signature_definitions()}},
        }
        super().__init__(_Handler, host, port, trusted_hosts)

    def predict(self, body: bytes) -> dict:
        """Returns the answer to a request's body.

        Raises:
            UserError: the request is none, or the graph refuses it.
        """
        signature, given, is_rows = read_request(body)
        dtypes = self.model.input_types(signature)
        if dtypes is None:
            raise UserError(f'Serving signature key "{signature}" not found.')
        inputs = read_inputs(given, is_rows, dtypes)
        with self.one_at_a_time:
            return write_outputs(self.model.predict(signature, inputs), is_rows)


class _Handler(LocalHandler):
    server: RestServer

    def do_GET(self):
        if self.refused():
            return None
        what = self._what()
        if what == "/metadata":
            return self.answer_json(200, self.server.metadata)
        if what is None:
            status = {"error_code": "OK", "error_message": ""}
            state = {"version": str(self.server.version), "state": "AVAILABLE", "status": status}
            return self.answer_json(200, {"model_version_status": [state]})
        return self._not_found(what)

    def do_POST(self):
        if self.refused():
            return None
        body = self.body(MOST_SENT)
        if body is None:
            return None
        what = self._what()
        if what != ":predict":
            return self._not_found(what)
        try:
            return self.answer_json(200, self.server.predict(body))
        except UserError as error:
            return self.error(400, str(error).removeprefix(f"--export={self.server.model.path}: "))

    def _what(self) -> str | None:
        """Returns what is asked of the model: None for its state; what is not there is `""`."""
        match = PATH.fullmatch(urllib.parse.urlsplit(self.path).path)
        if match is None or urllib.parse.unquote(match[1]) != self.server.name:
            return ""
        return match[3] if match[2] in (None, str(self.server.version)) else ""

    def _not_found(self, what: str | None) -> None:
        known = f"/v1/models/{urllib.parse.quote(self.server.name, safe='')}"
        self.error(404, f"Servable not found for request: {self.command} {self.path[:200]}; this is {known}.")
