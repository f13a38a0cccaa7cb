"""TensorFlow Serving's REST interface."""

import base64
import json
import time
import urllib.parse

import numpy as np
import requests
import urllib3

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.remote_model import RemoteModel, refusal
from tfgan_zoo.serving.retries import ServingError, TimedOut, Unavailable

MAY_PASS = (429, 502, 503, 504)
PIECE = 1 << 16


class RestModel(RemoteModel):
    """An export behind `http://` or `https://`. Arguments as for `RemoteModel`."""

    def __init__(self, connection: Connection, *arguments, **keywords):
        super().__init__(connection, *arguments, **keywords)
        self._session = requests.Session()
        self._session.auth = self._authorize
        # A proxy of the environment would be sent the authorization, readable.
        self._session.trust_env = connection.is_secure or not connection.is_loopback

    def predict(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        body = {"signature_name": signature, "inputs": {name: _to_json(value) for name, value in inputs.items()}}
        outputs = self._call("POST", f"{self._versioned()}:predict", json=body)["outputs"]
        names = self._signatures[signature][1]
        outputs = {names[0]: outputs} if len(names) == 1 else outputs
        return {name: _to_array(value) for name, value in outputs.items()}

    def signatures(self) -> dict[str, tuple[list[str], list[str]]]:
        answer = self._call("GET", f"{self._versioned()}/metadata")
        signatures = answer["metadata"]["signature_def"]["signature_def"]
        return {name: (list(s.get("inputs", {})), list(s.get("outputs", {}))) for name, s in signatures.items()}

    def version_states(self, timeout: float) -> dict[int, str]:
        status, text = self._send("GET", self._path(), timeout)
        if status == 404:
            return {}
        if status != 200:
            raise Unavailable(f"{self.connection.url}: answers {status} ({_message(text)}).")
        return {int(entry["version"]): entry["state"] for entry in _parse(text)["model_version_status"]}

    def _path(self) -> str:
        return f"/v1/models/{urllib.parse.quote(self.name, safe='')}"

    def _versioned(self) -> str:
        if self.version is None:
            return self._path()
        kind = "versions" if self.version.isdecimal() else "labels"
        return f"{self._path()}/{kind}/{urllib.parse.quote(self.version, safe='')}"

    def _authorize(self, request):
        # As a hook instead of a header: the library would put what a .netrc file says in place of a header.
        if self.connection.authorization is not None:
            request.headers["Authorization"] = self.connection.authorization
        return request

    def _call(self, method: str, path: str, **options) -> dict:
        return self._retrying(lambda timeout: self._attempt(method, path, timeout, options))

    def _attempt(self, method: str, path: str, timeout: float, options: dict) -> dict:
        deadline = time.monotonic() + timeout
        status, text = self._send(method, path, timeout, **options)
        if status == 200:
            return _parse(text)
        message = _message(text)
        if status in MAY_PASS:
            raise Unavailable(f"{self.connection.url}: answers {status} ({message}).")
        if status == 400:
            raise refusal(message)
        if status == 404:
            raise self._missing(deadline - time.monotonic())
        if status in (401, 403):
            raise UserError(f"{self.connection.url}: answers {status} ({message}); see --authorization_file.")
        raise ServingError(f"{self.connection.url}: answers {status} ({message}).")

    def _send(self, method: str, path: str, timeout: float, **options) -> tuple[int, str]:
        """Sends a request once, and returns the status and the text of the answer."""
        url = self.connection.url.rstrip("/")
        late = TimedOut(f"{url}: no answer within --timeout={self.connection.timeout:g} seconds.")
        deadline = time.monotonic() + timeout
        options |= {"timeout": max(timeout, 0.001), "stream": True, "allow_redirects": False}
        if self.connection.ca is not None:
            options["verify"] = str(self.connection.ca)  # as a setting of the session, the environment would precede it
        try:
            with self._session.request(method, url + path, **options) as response:
                pieces = []
                # The library's own limit is for each piece that arrives: slow drops could go on for ever.
                while piece := response.raw.read1(PIECE, decode_content=True):
                    pieces.append(piece)
                    if time.monotonic() > deadline:
                        raise late
                return response.status_code, b"".join(pieces).decode(errors="replace")
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise late from None
        except requests.exceptions.SSLError as error:
            raise UserError(f"{url}: TLS failed ({_reason(error)}); --ca=FILE trusts other certificates.") from None
        except requests.ConnectionError as error:
            raise Unavailable(f"{url}: cannot be reached ({_reason(error)}); is the server running?") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unavailable(f"{url}: the answer broke off ({_reason(error)}).") from None


def _parse(text: str) -> dict:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unavailable(f"the answer is no JSON, or broke off ({error}).") from None


def _message(text: str) -> str:
    try:
        return json.loads(text)["error"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return " ".join(text.split())[:200] or "without a reason"


def _reason(error: BaseException) -> str:
    """Returns what the operating system said, where it did: libraries wrap one error in another."""
    text, cause = str(error), error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__context__
    return text


def _to_json(value: np.ndarray) -> list:
    """Turns an array into a JSON value: strings as base64."""
    return [{"b64": base64.b64encode(x).decode()} for x in value] if value.dtype == object else value.tolist()


def _to_array(value: list) -> np.ndarray:
    """Turns a JSON value into an array; what the interface has as base64, into bytes."""
    if value and isinstance(value[0], dict):
        return np.array([base64.b64decode(item["b64"]) for item in value], object)
    if value and isinstance(value[0], str):
        return np.array([item.encode() for item in value], object)
    array = np.array(value)
    return array.astype(np.float32) if array.dtype == np.float64 else array
