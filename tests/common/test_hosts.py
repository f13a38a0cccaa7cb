import contextlib
import types

import pytest
import requests

from tfgan_zoo.common.hosts import silent_hosts


@pytest.mark.parametrize(("status", "silent"), [(200, ""), (404, ""), (503, "a.example")])
def test_a_host_in_trouble_counts_as_silent(monkeypatch, status, silent):
    answer = contextlib.nullcontext(types.SimpleNamespace(status_code=status))
    monkeypatch.setattr("requests.get", lambda url, **options: answer)
    assert silent_hosts(["https://a.example/x", "https://a.example/y", "ftp://b.example"]) == silent


def test_one_answering_host_is_enough(monkeypatch):
    def get(url, **options):
        if "a.example" in url:
            raise requests.ConnectionError("no network")
        return contextlib.nullcontext(types.SimpleNamespace(status_code=200))

    monkeypatch.setattr("requests.get", get)
    assert silent_hosts(["https://a.example/x", "https://b.example/y"]) == ""
    assert silent_hosts([]) == ""
