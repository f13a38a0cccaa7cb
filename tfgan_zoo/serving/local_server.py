"""A small HTTP server for one model: who may ask it, how long a question may be, what an answer looks like."""

import contextlib
import ipaddress
import json
import re
import sys
import threading
import urllib.parse
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import MOST_BYTES

UPLOAD_SECONDS = 60
LONGEST_DISCARDED, PIECE = 4 * MOST_BYTES, 2**16
OWN_NAMES = ("127.0.0.1", "localhost", "::1")


class LocalServer(ThreadingHTTPServer):
    """Listens on an address. On the loopback it answers requests for this machine's own names, and trusted ones.

    Args:
        handler: a subclass of `LocalHandler`.
        host: the address to listen on.
        port: 0 for a free one.
        trusted_hosts: names in the Host header that are answered too, such as that of a proxy.

    Attributes:
        one_at_a_time: a lock for the model's work.

    Raises:
        UserError: the address cannot be listened on, or a trusted host is no name.
    """

    daemon_threads = True

    def __init__(self, handler: type, host: str, port: int, trusted_hosts: Sequence[str] = ()):
        self.hosts = (*OWN_NAMES, *map(check_host, trusted_hosts))
        self.one_at_a_time = threading.Lock()
        try:
            super().__init__((host, port), handler)
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


def check_host(host: str) -> str:
    """Returns a host's name as requests have it, in small letters.

    Raises:
        UserError: it is an address with more in it, such as http:// or a port.
    """
    if not re.fullmatch(r"[\w.-]+", host):
        raise UserError(f"--trusted_host={host}: expected a name alone, such as hub.example.org.")
    return host.lower()


class LocalHandler(BaseHTTPRequestHandler):
    """Answers one request. Errors are JSON: `{"error": "…"}`."""

    server: LocalServer
    timeout = UPLOAD_SECONDS  # for each read: an upload that stalls does not stay for ever

    def log_message(self, *arguments):
        """Says nothing: a slider asks for many pictures."""

    def refused(self) -> bool:
        """Refuses another site's page whose name leads to this machine: it is no reader of ours."""
        try:
            host = urllib.parse.urlsplit(f"//{self.headers.get('Host', '')}").hostname
        except ValueError:
            host = None
        if not self.server.is_local or host in self.server.hosts:
            return False
        proxy = f" For a proxy, start it with --trusted_host={host}." if re.fullmatch(r"[\w.-]+", host or "") else ""
        self.error(403, f"answers to this machine's own names alone.{proxy}")
        return True

    def body(self, most: int) -> bytes | None:
        """Returns what was sent; refuses it by its length, before it is read, and returns None, if it is too long."""
        length = length_of(self.headers)
        if length is None:
            self.error(411, "what is sent comes with its length")
        elif length > most:
            self._discard(length)
            self.error(413, f"{length:,} bytes were sent; accepted: up to {most >> 20} MB.")
        else:
            return self.rfile.read(length)
        return None

    def _discard(self, length: int) -> None:
        """Reads what is refused, within reason: whoever is still sending does not see an answer."""
        left = min(length, LONGEST_DISCARDED)
        while left > 0 and (piece := self.rfile.read(min(PIECE, left))):
            left -= len(piece)

    def error(self, status: int, text: str) -> None:
        self.answer_json(status, {"error": text})

    def answer_json(self, status: int, content) -> None:
        self.answer(status, "application/json", json.dumps(content).encode())

    def answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a page that was closed while its picture was drawn
            self.wfile.write(content)


def length_of(headers: Mapping[str, str]) -> int | None:
    """Returns the length of a request's body; None where it does not say it."""
    text = headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdecimal() else None
