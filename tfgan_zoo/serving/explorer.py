"""The explorer's server: one page, and the pictures that it asks for, from a model wherever it runs.

Its requests are read in `tfgan_zoo.serving.explorer_requests`.
"""

import contextlib
import dataclasses
import ipaddress
import json
import sys
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import MOST_BYTES, check_picture
from tfgan_zoo.serving.explorer_requests import length_of, mask_of, walk_of
from tfgan_zoo.serving.retries import ServingError
from tfgan_zoo.serving.served_model import ServedModel

UPLOAD_SECONDS = 60
LONGEST_DISCARDED, PIECE = 4 * MOST_BYTES, 2**16


class Explorer(ThreadingHTTPServer):
    """Serves the page at `/`, what it has to know at `/model`, pictures of seeds at `/image`.

    A PNG or JPEG that is posted to `/translate` is answered by the model's translation or reconstruction of it.

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
        self.about = {
            "name": str(model),
            "class_names": model.class_names,
            "takes_masks": model.takes_masks,
            **dataclasses.asdict(model.kind),
        }
        self.page = resources.files(__package__).joinpath("explorer.html").read_bytes()
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise UserError(f"--host={host} --port={port}: cannot be listened on ({error.strerror}).") from None
        self.is_local = ipaddress.ip_address(self.server_address[0]).is_loopback

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_port}/"

    def handle_error(self, request, client_address):
        """Says nothing of a page that was closed meanwhile; anything else is a bug, and printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def draw(self, a: int, b: int, position: float, label: int) -> bytes:
        """Returns the PNG at a position on the way from seed a to seed b; the label counts where there are classes."""
        inputs = {"seed_a": np.array([a]), "seed_b": np.array([b]), "position": np.array([position], np.float32)}
        with self.one_at_a_time:
            return self.model.ask("interpolate", inputs, np.array([label], np.int32))[0]

    def translate(self, picture: bytes, direction: str | None, mask: bytes | None) -> bytes:
        """Returns the PNG that the model makes of a picture, of which `mask` says what is to be filled."""
        check_picture(picture, "the picture")
        signature = self.model.kind.signature(direction, self.model)
        inputs = self.model.inputs_of([picture], None if mask is None else [mask])
        with self.one_at_a_time:
            return self.model.ask(signature, inputs)[0]


class _Handler(BaseHTTPRequestHandler):
    server: Explorer
    timeout = UPLOAD_SECONDS  # for each read: an upload that stalls does not stay for ever

    def log_message(self, *arguments):
        """Says nothing: a slider asks for many pictures."""

    def do_GET(self):
        if self._is_foreign():
            return self._answer(403, "text/plain", b"the explorer answers on this machine's own names")
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/":
            return self._answer(200, "text/html; charset=utf-8", self.server.page)
        if address.path == "/model":
            return self._answer(200, "application/json", json.dumps(self.server.about).encode())
        if address.path == "/image" and self.server.model.kind.takes == "latents":
            return self._picture(self._draw, dict(urllib.parse.parse_qsl(address.query)))
        return self._answer(404, "text/plain", b"there is no such page")

    def do_POST(self):
        if self._is_foreign():
            return self._error(403, "the explorer answers on this machine's own names")
        address = urllib.parse.urlsplit(self.path)
        if address.path != "/translate" or not self.server.model.kind.takes_images:
            return self._error(404, "there is no such page")
        length = length_of(self.headers)
        if length is None:
            return self._error(411, "a picture comes with its length")
        if length > MOST_BYTES:
            self._discard(length)
            return self._error(413, f"the picture has {length:,} bytes; accepted: up to {MOST_BYTES >> 20} MB.")
        return self._picture(self._translate, dict(urllib.parse.parse_qsl(address.query)))

    def _is_foreign(self) -> bool:
        """Tells whether another site's page whose name leads to this machine is asking: it is no reader of ours."""
        try:
            host = urllib.parse.urlsplit(f"//{self.headers.get('Host', '')}").hostname
        except ValueError:
            host = None
        return self.server.is_local and host not in ("127.0.0.1", "localhost", "::1")

    def _draw(self, query: dict[str, str]) -> bytes:
        return self.server.draw(**walk_of(query, len(self.server.about["class_names"])))

    def _translate(self, query: dict[str, str]) -> bytes:
        picture = self.rfile.read(length_of(self.headers))
        mask = mask_of(query) if self.server.model.takes_masks else None
        return self.server.translate(picture, query.get("direction"), mask)

    def _discard(self, length: int) -> None:
        """Reads what is refused, within reason: whoever is still sending does not see an answer."""
        left = min(length, LONGEST_DISCARDED)
        while left > 0 and (piece := self.rfile.read(min(PIECE, left))):
            left -= len(piece)

    def _picture(self, make: Callable[[dict[str, str]], bytes], query: dict[str, str]) -> None:
        try:
            png = make(query)
        except UserError as error:
            return self._error(400, str(error))
        except ServingError as error:
            return self._error(502, str(error))
        return self._answer(200, "image/png", png)

    def _error(self, status: int, text: str) -> None:
        self._answer(status, "application/json", json.dumps({"error": text}).encode())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a page that was closed while its picture was drawn
            self.wfile.write(content)
