"""An export behind a TensorFlow Serving server: what both of its interfaces have in common."""

import abc
import re

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.retries import Unavailable, retrying
from tfgan_zoo.serving.served_model import ServedModel

# The last one: what was missing a moment ago has become ready since.
COMING = ("UNKNOWN", "START", "LOADING", "AVAILABLE")


class RemoteModel(ServedModel, abc.ABC):
    """An export that a server serves.

    Args:
        connection: the way to the server.
        name: of the model.
        version: its number, or a label such as `stable`; None for the newest that is ready.
        rows_at_once: the most rows of one request.
    """

    def __init__(self, connection: Connection, name: str, version: str | None = None, rows_at_once: int = 16):
        self.connection = connection
        self.name = name
        self.version = version
        self.rows_at_once = rows_at_once

    def __str__(self) -> str:
        return f"{self.connection.url} model {self.name}"

    @abc.abstractmethod
    def version_states(self, timeout: float) -> dict[int, str]:
        """Returns version → state, by one request; empty where the server has no such model."""

    def _retrying(self, attempt):
        return retrying(attempt, timeout=self.connection.timeout, retries=self.connection.retries)

    def _missing(self, timeout: float) -> Exception:
        """Returns what it means that the server has not found the model."""
        states = self.version_states(timeout)
        if not states:
            return UserError(f"--model={self.name}: {self.connection.url} serves no such model.")
        numbered = self.version is not None and self.version.isdecimal()
        wanted = {int(self.version): states.get(int(self.version))} if numbered else states
        coming = [f"version {version} is {state}" for version, state in wanted.items() if state in COMING]
        if coming:
            return Unavailable(f"--model={self.name}: not ready yet: {', '.join(coming)}.")
        listed = ", ".join(f"{version} ({state})" for version, state in sorted(states.items()))
        asked = f"--version={self.version}" if self.version else f"--model={self.name}"
        return UserError(f"{asked}: {self.connection.url} does not serve it; versions there: {listed}.")


def refusal(message: str) -> UserError:
    """Returns the error for a request that the graph or the server has refused, in the words of the graph's guard."""
    guard = re.search(r"assertion failed: \[(.*?)\] ?(.*)", message)
    text = f"{guard[1]} {guard[2]}" if guard else message
    return UserError(f"the server refused the request: {' '.join(text.split())}")
