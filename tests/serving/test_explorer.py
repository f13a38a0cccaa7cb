"""The explorer's page and pictures, of an export in this process and of a server, also in a browser."""

import base64
import re
import socket
import threading

import numpy as np
import pytest
import requests

from tests.serving import hostile
from tests.serving.test_remote_model import model_at
from tests.serving.translators import file_of, smooth
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.explorer import Explorer
from tfgan_zoo.serving.exported import ExportedModel
from tfgan_zoo.serving.served_model import decode


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
    assert about == {
        "name": str(explorer.model),
        "class_names": ["dark", "grey", "bright"],
        "takes": "latents",
        "encodes": False,
        "translations": [],
        "takes_masks": False,
    }
    assert requests.get(explorer.url + "other", timeout=5).status_code == 404


def image(explorer, query):
    answer = requests.get(f"{explorer.url}image?{query}", timeout=20)
    return answer.status_code, answer.headers["Content-Type"], answer.content


def post(explorer, picture, query="", **headers):
    answer = requests.post(f"{explorer.url}translate?{query}", data=picture, headers=headers, timeout=20)
    is_picture = answer.headers["Content-Type"] == "image/png"
    return answer.status_code, answer.content if is_picture else answer.json()["error"]


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


def test_a_proxys_name_is_refused_with_the_flag_that_trusts_it_and_answered_then(in_process):
    def ask(trusted, host):
        with Explorer(in_process, port=0, trusted_hosts=trusted) as explorer:
            threading.Thread(target=explorer.serve_forever, args=(0.02,), daemon=True).start()
            try:
                return requests.get(explorer.url + "model", headers={"Host": host}, timeout=5)
            finally:
                explorer.shutdown()

    refusal = ask([], "hub.example.org")
    assert refusal.status_code == 403
    assert refusal.json()["error"].endswith("For a proxy, start it with --trusted_host=hub.example.org.")
    assert ask(["other", "hub.example.org"], "HUB.example.org:443").status_code == 200
    assert ask(["hub.example.org"], "evil.example").status_code == 403
    assert "<" not in ask([], "<b>x</b>").json()["error"]


# Pictures that are given.


PICTURE = file_of(smooth(20, 30, 3), "JPEG")


@pytest.fixture(params=["in process", "behind a server"])
def explore_translator(request, explore, translators, rest, serve_translator):
    """Starts an explorer of a model that takes pictures."""

    def start(name):
        serve_translator(name)
        return explore(translators[name] if request.param == "in process" else model_at(rest, name, retries=0))

    return start


@pytest.mark.parametrize("direction", ["a_to_b", "b_to_a"])
def test_a_picture_is_translated(explore_translator, translators, direction):
    expected = translators["both"].ask(f"translate_{direction}", translators["both"].inputs_of([PICTURE]))
    assert post(explore_translator("both"), PICTURE, f"direction={direction}") == (200, expected[0])


def test_a_picture_is_reconstructed(explore_translator, translators):
    explorer = explore_translator("encoder")
    (expected,) = translators["encoder"].ask("reconstruct", translators["encoder"].inputs_of([PICTURE]))
    assert post(explorer, PICTURE) == (200, expected)
    assert image(explorer, "a=1&b=2")[:2] == (200, "image/png")


def test_a_hole_is_filled(explore, translators):
    explorer = explore(translators["mask"])
    status, png = post(explorer, PICTURE, "hole=0,0.5,0.75,1")
    (found,) = decode([png])
    assert status == 200
    assert (found[4:, :6] == 255).all()
    assert (found[:4] < 255).any()
    assert post(explorer, PICTURE)[0] == 400


@pytest.mark.parametrize("name", hostile.PICTURES)
def test_hostile_pictures_get_one_json_error(explore, translators, name):
    content, in_graph, before = hostile.PICTURES[name]
    status, error = post(explore(translators["colour"]), content)
    assert status == (413 if name == "17 MB" else 400)
    assert re.search(before or in_graph, error.replace("[", "").replace("]", ""))
    assert "\n" not in error


def test_a_body_is_refused_by_its_length_before_it_is_read(explore, translators):
    explorer = explore(translators["colour"])
    for length, status in ((16 * 2**20 + 1, 413), (10**12, 413), ("x", 411), (-1, 411)):
        with socket.create_connection(explorer.server_address, timeout=5) as connection:
            header = f"POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
            connection.sendall(header.encode())
            connection.shutdown(socket.SHUT_WR)
            assert f" {status} ".encode() in connection.recv(100).splitlines()[0]


def test_what_does_not_go_with_the_kind_of_model(explore, translators, in_process):
    seeds, pictures = explore(in_process), explore(translators["colour"])
    assert post(seeds, PICTURE) == (404, "there is no such page")
    assert image(pictures, "a=1&b=2")[0] == 404
    assert post(pictures, PICTURE, "direction=a_to_b")[0] == 400
    assert post(pictures, PICTURE, Host="evil.example")[0] == 403


def test_a_server_that_is_gone_is_told_of_a_picture(explore, rest, serve_translator):
    serve_translator("colour")
    explorer = explore(model_at(rest, "colour", retries=0))
    rest.stop()
    explorer.model._session.close()
    assert post(explorer, PICTURE)[0] == 502


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


GIVE = """<script>
addEventListener("load", () => setTimeout(() => {{
  const bytes = Uint8Array.from(atob("{content}"), (character) => character.charCodeAt(0));
  give(new File([bytes], "flower.jpg"));
}}, 500));
</script>"""


def test_a_picture_in_a_browser(browse, explore, translators):
    explorer = explore(translators["both"])
    explorer.page += GIVE.format(content=base64.b64encode(PICTURE).decode()).encode()
    page, console = browse(explorer.url)
    assert page.count('src="blob:') == 2
    assert 'download="flower-output.png"' in page
    assert "Input (A)" in page
    assert '<p id="error" role="alert"></p>' in page
    assert console == []


def test_a_hostile_picture_in_a_browser(browse, explore, translators):
    explorer = explore(translators["both"])
    explorer.page += GIVE.format(content=base64.b64encode(b"GIF89a").decode()).encode()
    page, _ = browse(explorer.url)
    assert "the picture: is neither PNG nor JPEG." in page
    assert page.count('aria-disabled="true"') == 2
