"""`python -m tfgan_zoo.client`: pictures from a server, and its mistakes in one line."""

import functools

import numpy as np
import pytest

from tests.serving.conftest import *  # noqa: F403  the servers
from tests.serving.translators import file_of, smooth
from tfgan_zoo import client
from tfgan_zoo.serving.served_model import decode


@pytest.fixture
def run(monkeypatch, run_main, tmp_path):
    """Runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return functools.partial(run_main, client.main)


def test_an_array_of_samples(run, server, in_process, tmp_path):
    arguments = [f"--url={server.url}", "--model=bright", "--version=stable", "--num=20", "--seed=3", "--out=a.npy"]
    assert run(*arguments) == (0, "a.npy: 20 samples of shape (8, 8, 1)\n", "")
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), in_process.generate(np.arange(3, 23)))


def test_a_picture_of_a_walk_through_one_class(run, rest, in_process, tmp_path):
    arguments = [f"--url={rest.url}", "--model=bright", "--version=1", "--num=10", "--interpolate", "--labels=grey"]
    assert run(*arguments, "--out=walk.png")[0] == 0
    assert (tmp_path / "walk.png").read_bytes()[:4] == b"\x89PNG"
    assert run(*arguments, "--out=walk.npy")[0] == 0
    expected = in_process.interpolate([0] * 10, [1] * 10, np.arange(10) / 9, [1] * 10)
    np.testing.assert_array_equal(np.load(tmp_path / "walk.npy"), expected)


def test_files_in_files_out(run, server, serve_translator, translators, tmp_path):
    serve_translator("both")
    (tmp_path / "in").mkdir()
    contents = [file_of(smooth(9, 12, 3, seed)) for seed in range(3)]
    for name, content in zip("abc", contents, strict=True):
        (tmp_path / "in" / f"{name}.png").write_bytes(content)
    arguments = [f"--url={server.url}", "--model=both", "--images=in", "--direction=b_to_a", "--batch_size=2"]
    assert run(*arguments, "--out=out/") == (0, "out: 3 images\n", "")
    found = decode([(tmp_path / "out" / f"{name}.png").read_bytes() for name in "abc"])
    np.testing.assert_array_equal(found, translators["both"].translate(contents, "b_to_a"))
    status, _, error = run(f"--url={server.url}", "--model=both", "--num=3")
    assert status == 2
    assert "--num: " in error
    assert "model both is given images; give --images=FOLDER" in error


def test_the_authorization_is_read_from_a_file(run, rest, served, tmp_path):
    served.authorization = "Bearer right"
    (tmp_path / "token").write_text("Bearer right\n")
    arguments = [f"--url={rest.url}", "--model=bright", "--num=1", "--out=one.png"]
    assert run(*arguments, "--authorization_file=token")[0] == 0
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--model=bright"], 2, "--url is missing"),
        (["--url=URL"], 2, "--model is missing"),
        (["--url=localhost:8501", "--model=bright"], 2, "--url=localhost:8501: accepted: http://HOST:PORT"),
        (["--url=http://127.0.0.1:9", "--model=bright", "--retries=0"], 1, "cannot be reached (Connection refused)"),
        (["--url=URL", "--model=brigth"], 2, "--model=brigth: URL serves no such model."),
        (["--url=URL", "--model=loading", "--retries=0"], 1, "--model=loading: not ready yet: version 1 is LOADING."),
        (["--url=URL", "--model=bright", "--labels=green"], 2, "--labels=green: expected 0 to 2, or the names"),
        (["--url=URL", "--model=bright", "--timeout=0"], 2, "--timeout=0"),
        (["--url=URL", "--model=bright", "--authorization_file=no"], 2, "--authorization_file=no: cannot be read"),
        (["--url=URL", "--model=bright", "--authorization_file=two"], 2, "expected one line of ASCII"),
        (["--url=URL", "--model=bright", "--out=x.jpg"], 2, "--out=x.jpg"),
        (["--url=URL", "--model=bright", "--num=5", "--batch_size=5"], 2, "expected at most 4 rows in a request"),
    ],
)
def test_mistakes_and_failures_are_told_in_one_line(run, rest, served, tmp_path, arguments, status, message):
    served.models["loading"] = {1: "LOADING"}
    (tmp_path / "two").write_text("one\ntwo\n")
    found, out, error = run(*(argument.replace("URL", rest.url) for argument in ["--out=x.png", *arguments]))
    assert (found, out) == (status, "")
    assert error.startswith("tfgan_zoo.client: error: ")
    assert message.replace("URL", rest.url) in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["two"]


def test_a_time_out_is_told(run, rest, served):
    served.faults.append(("slow", 1.0))
    status, _, error = run(f"--url={rest.url}", "--model=bright", "--timeout=0.2")
    assert status == 1
    assert error.endswith("no answer within --timeout=0.2 seconds.\n")


def test_over_rest_it_needs_no_tensorflow(run_python, rest, tmp_path):
    code = "import sys; sys.modules.update(tensorflow=None, keras=None); sys.argv[0] = 'client'; import runpy; "
    code += "runpy.run_module('tfgan_zoo.client', run_name='__main__')"
    result = run_python("-c", code, f"--url={rest.url}", "--model=bright", "--num=2", f"--out={tmp_path / 'two.npy'}")
    assert result.returncode == 0, result.stderr


def test_grpc_without_the_extra(run_python):
    code = "import sys; sys.modules.update(tensorflow_serving=None); sys.argv[0] = 'client'; import runpy; "
    code += "runpy.run_module('tfgan_zoo.client', run_name='__main__')"
    result = run_python("-c", code, "--url=grpc://127.0.0.1:9", "--model=bright")
    assert result.returncode == 2
    assert "grpc:// needs the extra: pip install 'tfgan_zoo[serving]'" in result.stderr.splitlines()[-1]
