"""`python -m tfgan_zoo.explorer`: which model it shows, and its mistakes in one line."""

import functools
import signal
import subprocess
import sys

import pytest
import requests

from tests.serving.conftest import bright_export  # noqa: F401
from tfgan_zoo import explorer


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "accepted: either RUN or --url=http://HOST:8501 --model=NAME."),
        (["--export=a", "--url=http://localhost:1", "--model=b"], "accepted: either RUN or --url"),
        (["--export=missing"], "--export=missing: there is no such folder"),
        (["--url=http://localhost:1"], "--model is missing"),
        (["--export=a", "--port=65536"], "--port=65536"),
    ],
)
def test_mistakes_are_told_in_one_line(run_main, arguments, message):
    status, out, error = run_main(explorer.main, *arguments)
    assert (status, out) == (2, "")
    assert error.startswith("tfgan_zoo.explorer: error: ")
    assert message in error
    assert error.count("\n") == 1


def test_an_export_in_its_own_process_until_ctrl_c(bright_export):  # noqa: F811
    command = [sys.executable, "-m", "tfgan_zoo.explorer", f"--export={bright_export / '1'}", "--port=0"]
    # What runs the tests may ignore Ctrl-C; a child would inherit that.
    take_ctrl_c = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=take_ctrl_c) as process:
        try:
            address = process.stdout.readline().split()[1]
            assert address.startswith("http://127.0.0.1:")
            assert requests.get(address + "image?a=1&b=2&label=1", timeout=20).content[:4] == b"\x89PNG"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()
