"""Who may ask a server on this machine, and how long a question may be."""

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.local_server import LocalHandler, LocalServer, check_host, length_of


@pytest.mark.parametrize(
    ("text", "length"), [("12", 12), ("0", 0), ("", None), ("-1", None), ("1e3", None), ("²", None)]
)
def test_the_length_of_a_body(text, length):
    assert length_of({"Content-Length": text}) == length


def test_a_body_that_does_not_say_its_length():
    assert length_of({}) is None


@pytest.mark.parametrize("host", ["http://hub.example.org", "hub.example.org:8080", "a/b", "", "a b", "*"])
def test_a_trusted_host_is_a_name_alone(host):
    with pytest.raises(UserError, match=r"--trusted_host=.*: expected a name alone, such as hub\.example\.org"):
        LocalServer(LocalHandler, "127.0.0.1", 0, [host])


def test_a_trusted_host_is_compared_in_small_letters():
    assert check_host("Hub.Example.org") == "hub.example.org"
