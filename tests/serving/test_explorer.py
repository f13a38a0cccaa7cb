"""The explorer's page and pictures, of an export in this process and of a server, also in a browser."""

import threading

import numpy as np
import pytest
import requests

from tests.serving.test_remote_model import model_at
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.explorer import Explorer
from tfgan_zoo.serving.exported import ExportedModel


@pytest.fixture
def explore():
    """Starts an explorer of a model."""
    explorers = []

    def start(model):
        explorer = Explorer(model, port=0)
        threading.Thread(target=explorer.serve_forever, args=(0.02,), daemon=True).start()
        explorers.append(explorer)
        return explorer

    yield start
    for explorer in explorers:
        explorer.shutdown()
        explorer.server_close()


@pytest.fixture(params=["in process", "behind a server"])
def explorer(request, explore, in_process, rest):
    return explore(in_process if request.param == "in process" else model_at(rest, version="1", retries=0))


def test_it_listens_on_the_loopback(explorer):
    assert explorer.server_address[0] == "127.0.0.1"


def test_the_page_and_what_it_has_to_know(explorer):
    page = requests.get(explorer.url, timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'type="range"' in page.text
    about = requests.get(explorer.url + "model", timeout=5).json()
    assert about == {"name": str(explorer.model), "class_names": ["dark", "grey", "bright"]}
    assert requests.get(explorer.url + "other", timeout=5).status_code == 404


def image(explorer, query):
    answer = requests.get(f"{explorer.url}image?{query}", timeout=20)
    return answer.status_code, answer.headers["Content-Type"], answer.content


def test_pictures_are_the_exports(explorer, in_process):
    found = [image(explorer, f"a=-5&b=9223372036854775807&position={position}&label=2") for position in (0, 0.5, 1)]
    inputs = {"seed_a": np.full(3, -5), "seed_b": np.full(3, 2**63 - 1), "position": np.float32([0, 0.5, 1])}
    assert found == [(200, "image/png", png) for png in in_process.ask("interpolate", inputs, [2] * 3)]
    ends = in_process.ask("generate", {"seed": np.array([-5, 2**63 - 1])}, [2, 2])
    assert [found[0][2], found[2][2]] == ends.tolist()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a=1", "two whole numbers"),
        ("a=x&b=1", "two whole numbers"),
        ("a=1&b=9223372036854775808", "a seed lies between"),
        ("a=1&b=2&position=1.1", "a position lies between 0 and 1"),
        ("a=1&b=2&position=nan", "a position lies between 0 and 1"),
        ("a=1&b=2&label=3", "a label lies between 0 and 2"),
    ],
)
def test_what_it_refuses(explorer, query, message):
    status, _, text = image(explorer, query)
    assert status == 400
    assert message in text.decode()


def test_a_server_that_is_gone_is_told(explore, rest):
    explorer = explore(model_at(rest, version="1", retries=0))
    rest.stop()
    explorer.model._session.close()
    status, _, text = image(explorer, "a=1&b=2")
    assert status == 502
    assert "is the server running?" in text.decode()


def test_another_sites_name_for_this_machine_is_refused(explorer):
    for host in ("evil.example", "evil.example:80", ""):
        assert requests.get(explorer.url, headers={"Host": host}, timeout=5).status_code == 403
    assert requests.get(explorer.url, headers={"Host": "localhost:1234"}, timeout=5).status_code == 200


def test_points_are_refused(tiny_gan, tmp_path):
    from tfgan_zoo.serving.export import export

    with pytest.raises(UserError, match="makes points; the explorer shows images"):
        Explorer(ExportedModel(export(tiny_gan(), tmp_path)), port=0)


def test_a_port_that_is_taken(explorer):
    with pytest.raises(UserError, match="cannot be listened on"):
        Explorer(explorer.model, port=explorer.server_port)


def test_in_a_browser(browse, explorer):
    page, _ = browse(f"{explorer.url}#a=3&b=7&position=0.5&label=1")
    assert 'data-ready="yes"' in page
    assert page.count('src="blob:') == 3
    assert 'download="image-a3-b7-position0.5-label1.png"' in page
    assert '<option value="1">grey</option>' in page
    assert '<p id="error" role="alert"></p>' in page


def test_a_mistake_in_a_browser(browse, explorer):
    page, _ = browse(f"{explorer.url}#a=three&b=7&label=1")
    assert "accepted: two whole numbers as seeds" in page
    assert 'aria-disabled="true"' in page
