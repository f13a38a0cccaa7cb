"""`python -m tfgan_zoo.serve`: its name in the paths, its mistakes in one line, and the command itself."""

import functools
import pathlib
import signal
import subprocess
import sys

import pytest
import requests

from tests.serving.conftest import bright_export  # noqa: F401
from tfgan_zoo import client, serve


@pytest.mark.parametrize(
    ("export", "name"),
    [("runs/dcgan-digits/export/1", "dcgan-digits"), ("elsewhere/bright/3", "bright"), ("elsewhere/bright", "bright")],
)
def test_the_models_name_is_that_of_its_run(export, name):
    assert serve._name_of(pathlib.Path(export)) == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "RUN is missing"),
        (["missing"], "--export=missing: there is no such folder"),
        (["--export=missing"], "--export=missing: there is no such folder"),
        (["missing", "--rest_api_port=8501"], "unknown flag '--rest_api_port'. Instead: --port=8501."),
        (["missing", "--port=65536"], "--port=65536"),
    ],
)
def test_mistakes_are_told_in_one_line(run_main, arguments, message):
    status, out, error = run_main(serve.main, *arguments)
    assert (status, out) == (2, "")
    assert error.startswith("tfgan_zoo.serve: error: ")
    assert message in error
    assert error.count("\n") == 1


def test_an_export_is_served_until_ctrl_c(bright_export, run_main, tmp_path):  # noqa: F811
    command = [sys.executable, "-m", "tfgan_zoo.serve", str(bright_export / "1"), "--port=0", "--model=bright"]
    # What runs the tests may ignore Ctrl-C; a child would inherit that.
    take_ctrl_c = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=take_ctrl_c) as process:
        try:
            address = process.stdout.readline().split()[1]
            assert requests.get(address, timeout=20).json()["model_version_status"][0]["state"] == "AVAILABLE"
            url, out = address.partition("/v1/")[0], tmp_path / "grid.png"
            assert run_main(client.main, f"--url={url}", "--model=bright", "--num=4", f"--out={out}")[0] == 0
            assert out.read_bytes()[:4] == b"\x89PNG"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()
