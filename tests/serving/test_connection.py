"""Which addresses are accepted, and what goes with them."""

import pathlib

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connection import Connection


@pytest.mark.parametrize(
    ("url", "is_grpc", "is_secure", "target"),
    [
        ("http://localhost:8501", False, False, "localhost:8501"),
        ("https://example.org/serving", False, True, "example.org"),
        ("grpc://[::1]:8500", True, False, "[::1]:8500"),
        ("grpcs://example.org:443", True, True, "example.org:443"),
    ],
)
def test_addresses(url, is_grpc, is_secure, target):
    connection = Connection(url)
    assert (connection.is_grpc, connection.is_secure, connection.target) == (is_grpc, is_secure, target)


@pytest.mark.parametrize(
    "url", ["localhost:8501", "ftp://host:1", "http://", "grpc://host", "grpc://host:8500/path", "http://host:port", ""]
)
def test_addresses_that_are_none(url):
    with pytest.raises(UserError, match="--url="):
        Connection(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@example.org",
        "https://me:secret@example.org:port",
        "https://[me:secret@example.org",
        "me:secret@example.org:8501",
        "grpc://me:secret@example.org:8500",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(url):
    with pytest.raises(UserError, match="names a user; expected an address alone, and --authorization_file") as raised:
        Connection(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1", "https://example.org"])
def test_authorization_goes_over_tls_or_stays_on_the_machine(url):
    assert Connection(url, authorization="Bearer x").authorization == "Bearer x"


@pytest.mark.parametrize("url", ["http://example.org", "http://10.0.0.1:8501", "grpc://example.org:8500"])
def test_authorization_is_never_sent_readable(url):
    with pytest.raises(UserError, match=r"would be sent readable; accepted: https:// or grpcs://\."):
        Connection(url, authorization="Bearer x")


def test_certificates_go_with_tls(tmp_path):
    with pytest.raises(UserError, match="goes with https"):
        Connection("http://localhost:1", ca=tmp_path)
    with pytest.raises(UserError, match="there is no such file"):
        Connection("https://localhost:1", ca=pathlib.Path("missing.pem"))
