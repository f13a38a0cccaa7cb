"""The same client against the real `tensorflow_model_server`, where there is one."""

import os
import shutil
import socket
import subprocess
import time

import numpy as np
import pytest

from tests.serving.conftest import need_serving_api
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connect import connect
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.model_config import Model, model_config

BINARY = os.environ.get("TF_SERVING_BIN") or shutil.which("tensorflow_model_server")
pytestmark = pytest.mark.skipif(
    BINARY is None, reason="no tensorflow_model_server is on the PATH, and TF_SERVING_BIN names none"
)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module", params=["alone", "batching"])
def addresses(request, bright_export, tmp_path_factory):
    """Starts the server on both interfaces and waits until it answers."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "models.config").write_text(
        model_config([Model("bright", str(bright_export), {"stable": 1, "canary": 2})])
    )
    rest_port, grpc_port = free_port(), free_port()
    batching = ["--enable_batching", "--enable_per_model_batching_parameters"] if request.param == "batching" else []
    command = [
        BINARY,
        f"--rest_api_port={rest_port}",
        f"--port={grpc_port}",
        f"--model_config_file={folder / 'models.config'}",
        "--allow_version_labels_for_unavailable_models",
        *batching,
    ]
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", rest_port)) == 0:
                break
        time.sleep(0.2)
    assert process.poll() is None, (folder / "log").read_text()
    yield {"rest": f"http://127.0.0.1:{rest_port}", "grpc": f"grpc://127.0.0.1:{grpc_port}", "log": folder / "log"}
    process.terminate()
    process.wait()


@pytest.mark.parametrize("interface", ["rest", "grpc"])
def test_it_answers_what_the_export_answers_here(addresses, in_process, interface):
    need_serving_api()
    model = connect(Connection(addresses[interface]), "bright", "stable")
    assert model.class_names == ["dark", "grey", "bright"]
    seeds = np.arange(20)
    np.testing.assert_array_equal(model.generate(seeds), in_process.generate(seeds))
    with pytest.raises(UserError, match="expected labels from 0 to 2"):
        model.generate([1], [9])
    with pytest.raises(UserError, match="serves no such model"):
        connect(Connection(addresses[interface]), "brigth").generate([1])
    with pytest.raises(UserError, match=r"at most 4|batch size"):
        connect(Connection(addresses[interface]), "bright", "canary").generate(np.arange(5))


def test_the_warm_up_ran(addresses):
    assert "finished reading warmup data" in addresses["log"].read_text().lower()
