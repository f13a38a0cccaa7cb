"""An HTTP address without Docker: client, curl and explorer ask one export on TensorFlow Serving's own paths."""

import base64
import socket
import threading

import numpy as np
import pytest
import requests

from tests.serving.server import LoadedModel
from tests.serving.server import RestServer as OfficialMessages
from tests.serving.test_remote_model import model_at
from tests.serving.translators import file_of, smooth
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.explorer import Explorer
from tfgan_zoo.serving.rest_server import RestServer


@pytest.fixture
def serve():
    """Serves exports by the name `bright`, each at a port of its own."""
    servers = []

    def start(server):
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(serve, in_process):
    return serve(RestServer(in_process, "bright", port=0))


def post(server, body, path="v1/models/bright:predict"):
    answer = requests.post(server.url + path, json=body, timeout=20)
    return answer.status_code, answer.json()


def test_it_listens_on_the_loopback(server):
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("path", ["", "/versions/1", "/metadata", "/versions/1/metadata"])
def test_state_and_metadata_are_those_of_the_official_messages(server, served, rest, path):
    served.models["bright"].pop(2)
    ours, theirs = (
        requests.get(f"{url.rstrip('/')}/v1/models/bright{path}", timeout=20).json() for url in (server.url, rest.url)
    )
    assert ours == theirs
    assert isinstance(rest, OfficialMessages)
    assert isinstance(served.models["bright"][1], LoadedModel)


def test_the_client_gets_the_exports_images_to_the_bit(server, in_process):
    model = model_at(server)
    seeds = np.array([5, 0, 2**62, *range(20)])
    np.testing.assert_array_equal(model.generate(seeds), in_process.generate(seeds))
    assert model.class_names == in_process.class_names


def test_rows_and_columns_of_curl(server, in_process):
    expected = in_process.ask("generate", {"seed": np.array([7, 8])}, np.array([2, 0])).tolist()
    columns = {"signature_name": "generate", "inputs": {"seed": [7, 8], "labels": [2, 0]}}
    status, answer = post(server, columns)
    assert (status, [base64.b64decode(png["b64"]) for png in answer["outputs"]]) == (200, expected)
    rows = {"signature_name": "generate", "instances": [{"seed": 7, "labels": 2}, {"seed": 8, "labels": 0}]}
    status, answer = post(server, rows, "v1/models/bright/versions/1:predict")
    assert (status, [base64.b64decode(png["b64"]) for png in answer["predictions"]]) == (200, expected)


def test_the_default_signature(server):
    latents = np.zeros((2, 3)).tolist()
    status, answer = post(server, {"inputs": {"latents": latents, "labels": [0, 1]}})
    assert (status, np.shape(answer["outputs"])) == (200, (2, 8, 8, 1))


def test_pictures_travel(serve, translators):
    model = model_at(serve(RestServer(translators["both"], "both", port=0)), "both")
    picture = [file_of(smooth(9, 12, 3), "JPEG")]
    expected = translators["both"].translate(picture, "b_to_a")
    np.testing.assert_array_equal(model.translate(picture, "b_to_a"), expected)


def test_the_explorer_shows_it(server, serve, in_process):
    explorer = serve(Explorer(model_at(server), port=0))
    png = requests.get(explorer.url + "image?a=1&b=2&label=1", timeout=20).content
    inputs = {"seed_a": np.array([1]), "seed_b": np.array([2]), "position": np.array([0.0], np.float32)}
    assert png == in_process.ask("interpolate", inputs, np.array([1]))[0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"signature_name": "paint", "inputs": [1]}, 'Serving signature key "paint" not found.'),
        ({"signature_name": "generate", "inputs": {"seed": [1]}}, "inputs: "),
        (
            {"signature_name": "generate", "inputs": {"seed": [1], "labels": [9]}},
            "generate: expected labels from 0 to 2",
        ),
        ({"signature_name": "generate", "inputs": {"seed": [1, 2], "labels": [1]}}, "generate: "),
        (
            {"signature_name": "generate", "inputs": {"seed": 1, "labels": [1]}},
            "is not compatible with expected shape [?]",
        ),
        ({"signature_name": "generate", "inputs": {"seed": [0] * 2000, "labels": [0] * 2000}}, "1024"),
        ({}, 'Missing "inputs" or "instances"'),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_it_refuses(server, in_process, body, message):
    status, answer = post(server, body)
    assert status == 400
    assert message in answer["error"]
    assert str(in_process.path) not in answer["error"]


@pytest.mark.parametrize("path", ["v1/models/dark:predict", "v1/models/bright/versions/2:predict", "v1/models", "x"])
def test_other_models_and_versions_are_not_found(server, path):
    assert post(server, {"inputs": [1]}, path)[0] == 404
    assert requests.get(server.url + path.removesuffix(":predict"), timeout=5).status_code == 404


def test_the_client_is_told_of_another_model(server):
    with pytest.raises(UserError, match=r"--model=dark: .* serves no such model\."):
        model_at(server, "dark").generate([1])


def test_a_body_is_refused_by_its_length_before_it_is_read(server):
    for length, status in ((32 * 2**20 + 1, 413), (10**12, 413), ("x", 411), (-1, 411)):
        with socket.create_connection(server.server_address, timeout=5) as connection:
            header = f"POST /v1/models/bright:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
            connection.sendall(header.encode())
            connection.shutdown(socket.SHUT_WR)
            assert f" {status} ".encode() in connection.recv(100).splitlines()[0]


def test_another_sites_name_for_this_machine_is_refused_and_a_proxys_answered(serve, in_process):
    server = serve(RestServer(in_process, "bright", port=0, trusted_hosts=["hub.example.org"]))
    address = server.url + "v1/models/bright"
    assert requests.get(address, headers={"Host": "evil.example"}, timeout=5).status_code == 403
    assert requests.post(address + ":predict", headers={"Host": "evil.example"}, json={}, timeout=5).status_code == 403
    assert requests.get(address, headers={"Host": "hub.example.org"}, timeout=5).status_code == 200
