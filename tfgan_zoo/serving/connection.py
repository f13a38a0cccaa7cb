"""How a server is reached: its address, who asks, how long and how often."""

import dataclasses
import ipaddress
import pathlib
import urllib.parse

from tfgan_zoo.common.errors import UserError

SCHEMES = {"http": False, "https": True, "grpc": False, "grpcs": True}  # → whether it is TLS


@dataclasses.dataclass(frozen=True)
class Connection:
    """The way to a server.

    Attributes:
        url: http://HOST:PORT, https://…, grpc://… or grpcs://….
        timeout: seconds for one request, its retries included.
        retries: how often a request is sent again that may pass.
        ca: a file of certificates to trust instead of the system's.
        authorization: value of the `authorization` header, such as `Bearer TOKEN`.

    Raises:
        UserError: an address that is none, or what does not go with it.
    """

    url: str
    timeout: float = 30.0
    retries: int = 4
    ca: pathlib.Path | None = None
    authorization: str | None = dataclasses.field(default=None, repr=False)

    def __post_init__(self):
        if "@" in self.url:  # nor is it repeated: a password may be in it
            raise UserError("--url: names a user; expected an address alone, and --authorization_file=FILE.")
        try:
            parts = urllib.parse.urlsplit(self.url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise UserError(f"--url={self.url}: {error}.") from None
        if parts.scheme not in SCHEMES or not host or (self.is_grpc and (port is None or parts.path.strip("/"))):
            raise UserError(f"--url={self.url}: accepted: http://HOST:PORT, https://…, grpc://HOST:PORT, grpcs://….")
        if self.ca is not None and not self.is_secure:
            raise UserError(f"--ca={self.ca}: goes with https:// and grpcs://, not with --url={self.url}.")
        if self.ca is not None and not self.ca.is_file():
            raise UserError(f"--ca={self.ca}: there is no such file.")
        if self.authorization is not None and not (self.is_secure or self.is_loopback):
            raise UserError(f"--url={self.url}: authorization would be sent readable; accepted: https:// or grpcs://.")

    @property
    def scheme(self) -> str:
        return self.url.partition(":")[0]

    @property
    def is_grpc(self) -> bool:
        return self.scheme in ("grpc", "grpcs")

    @property
    def is_secure(self) -> bool:
        return SCHEMES[self.scheme]

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine, by its address."""
        host = urllib.parse.urlsplit(self.url).hostname
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def target(self) -> str:
        """HOST:PORT."""
        return urllib.parse.urlsplit(self.url).netloc
