"""The explorer's server: one page, and the pictures that it asks for, from a model wherever it runs.

Its requests are read in `tfgan_zoo.serving.explorer_requests`.
"""

import dataclasses
import urllib.parse
from collections.abc import Callable, Sequence
from importlib import resources

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import MOST_BYTES, check_picture
from tfgan_zoo.serving.explorer_requests import mask_of, walk_of
from tfgan_zoo.serving.local_server import LocalHandler, LocalServer
from tfgan_zoo.serving.retries import ServingError
from tfgan_zoo.serving.served_model import ServedModel


class Explorer(LocalServer):
    """Serves the page at `/`, what it has to know at `/model`, pictures of seeds at `/image`.

    A PNG or JPEG that is posted to `/translate` is answered by the model's translation or reconstruction of it.

    Args:
        model: of images.
        host, port, trusted_hosts: as for `LocalServer`.

    Raises:
        UserError: the model makes points, or the address cannot be listened on.
    """

    def __init__(
        self, model: ServedModel, host: str = "127.0.0.1", port: int = 8080, trusted_hosts: Sequence[str] = ()
    ):
        if model.makes_points:
            raise UserError(f"{model}: makes points; the explorer shows images.")
        self.model = model
        self.about = {
            "name": str(model),
            "class_names": model.class_names,
            "takes_masks": model.takes_masks,
            **dataclasses.asdict(model.kind),
        }
        self.page = resources.files(__package__).joinpath("explorer.html").read_bytes()
        super().__init__(_Handler, host, port, trusted_hosts)

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


class _Handler(LocalHandler):
    server: Explorer

    def do_GET(self):
        if self.refused():
            return None
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/":
            return self.answer(200, "text/html; charset=utf-8", self.server.page)
        if address.path == "/model":
            return self.answer_json(200, self.server.about)
        if address.path == "/image" and self.server.model.kind.takes == "latents":
            return self._picture(self._draw, dict(urllib.parse.parse_qsl(address.query)))
        return self.answer(404, "text/plain", b"there is no such page")

    def do_POST(self):
        if self.refused():
            return None
        address = urllib.parse.urlsplit(self.path)
        if address.path != "/translate" or not self.server.model.kind.takes_images:
            return self.error(404, "there is no such page")
        picture = self.body(MOST_BYTES)
        if picture is None:
            return None
        query = dict(urllib.parse.parse_qsl(address.query))
        return self._picture(lambda query: self._translate(picture, query), query)

    def _draw(self, query: dict[str, str]) -> bytes:
        return self.server.draw(**walk_of(query, len(self.server.about["class_names"])))

    def _translate(self, picture: bytes, query: dict[str, str]) -> bytes:
        mask = mask_of(query) if self.server.model.takes_masks else None
        return self.server.translate(picture, query.get("direction"), mask)

    def _picture(self, make: Callable[[dict[str, str]], bytes], query: dict[str, str]) -> None:
        try:
            png = make(query)
        except UserError as error:
            return self.error(400, str(error))
        except ServingError as error:
            return self.error(502, str(error))
        return self.answer(200, "image/png", png)
