"""The explorer's server: one page, and the pictures that it asks for, from a model wherever it runs."""

import contextlib
import ipaddress
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.retries import ServingError
from tfgan_zoo.serving.served_model import ServedModel

SEEDS = range(-(2**63), 2**63)


class Explorer(ThreadingHTTPServer):
    """Serves the page at `/`, what it has to know at `/model`, and pictures at `/image`.

    Args:
        model: of images.
        host: the address to listen on.
        port: 0 for a free one.

    Raises:
        UserError: the model makes points, or the address cannot be listened on.
    """

    daemon_threads = True

    def __init__(self, model: ServedModel, host: str = "127.0.0.1", port: int = 8080):
        if model.makes_points:
            raise UserError(f"{model}: makes points; the explorer shows images.")
        self.model = model
        self.one_at_a_time = threading.Lock()
        self.about = {"name": str(model), "class_names": model.class_names}
        self.page = resources.files(__package__).joinpath("explorer.html").read_bytes()
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise UserError(f"--host={host} --port={port}: cannot be listened on ({error.strerror}).") from None
        self.is_local = ipaddress.ip_address(self.server_address[0]).is_loopback

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_port}/"

    def draw(self, a: int, b: int, position: float, label: int) -> bytes:
        """Returns the PNG at a position on the way from seed a to seed b; the label counts where there are classes."""
        inputs = {"seed_a": np.array([a]), "seed_b": np.array([b]), "position": np.array([position], np.float32)}
        with self.one_at_a_time:
            return self.model.ask("interpolate", inputs, np.array([label], np.int32))[0]


class _Handler(BaseHTTPRequestHandler):
    server: Explorer

    def log_message(self, *arguments):
        """Says nothing: a slider asks for many pictures."""

    def do_GET(self):
        try:
            host = urllib.parse.urlsplit(f"//{self.headers.get('Host', '')}").hostname
        except ValueError:
            host = None
        if self.server.is_local and host not in ("127.0.0.1", "localhost", "::1"):
            # Another site's page whose name leads to this machine is no reader of ours.
            return self._answer(403, "text/plain", b"the explorer answers on this machine's own names")
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/":
            return self._answer(200, "text/html; charset=utf-8", self.server.page)
        if address.path == "/model":
            return self._answer(200, "application/json", json.dumps(self.server.about).encode())
        if address.path == "/image":
            return self._draw(dict(urllib.parse.parse_qsl(address.query)))
        return self._answer(404, "text/plain", b"there is no such page")

    def _draw(self, query: dict[str, str]) -> None:
        try:
            png = self.server.draw(**_parse(query, len(self.server.about["class_names"])))
        except UserError as error:
            return self._answer(400, "text/plain; charset=utf-8", str(error).encode())
        except ServingError as error:
            return self._answer(502, "text/plain; charset=utf-8", str(error).encode())
        return self._answer(200, "image/png", png)

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a page that was closed while its picture was drawn
            self.wfile.write(content)


def _parse(query: dict[str, str], num_classes: int) -> dict:
    try:
        a, b = int(query["a"]), int(query["b"])
        position, label = float(query.get("position", "0")), int(query.get("label", "0"))
    except (KeyError, ValueError):
        raise UserError("accepted: two whole numbers as seeds, a position from 0 to 1, a label.") from None
    if a not in SEEDS or b not in SEEDS:
        raise UserError("a seed lies between −2⁶³ and 2⁶³ − 1.")
    if not 0.0 <= position <= 1.0:
        raise UserError("a position lies between 0 and 1.")
    if num_classes and not 0 <= label < num_classes:
        raise UserError(f"a label lies between 0 and {num_classes - 1}.")
    return {"a": a, "b": b, "position": position, "label": label}
