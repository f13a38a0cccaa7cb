"""Nothing is unpickled, evaluated or handed to a shell, and `.keras` files run no code of their own."""

import ast
import pathlib
import shutil

import keras
import numpy as np
import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = sorted([*(CHECKOUT / "tfgan_zoo").rglob("*.py"), *(CHECKOUT / "models").rglob("*.py"), CHECKOUT / "train.py"])
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "subprocess", "pty"}
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",  # the built-in; methods of that name are Keras's
    "__import__",
    "os.system",
    "os.popen",
    "os.execv",
    "os.execvp",
    "os.spawnv",
    "yaml.load",
    "torch.load",
    "keras.config.enable_unsafe_deserialization",
}
FORBIDDEN_KEYWORDS = {"shell": True, "allow_pickle": True, "safe_mode": False}


def dotted(node):
    """Returns `a.b.c` of an expression of names, or None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return inner and f"{inner}.{node.attr}"
    return None


def dangers_in(source):
    """Lists what in a Python source could run what it reads."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in FORBIDDEN_MODULES]
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FORBIDDEN_MODULES:
            found.append(node.module)
        if isinstance(node, ast.Call):
            found += [name for name in [dotted(node.func)] if name in FORBIDDEN_CALLS]
            found += [
                keyword.arg
                for keyword in node.keywords
                if keyword.arg in FORBIDDEN_KEYWORDS
                and not (
                    isinstance(keyword.value, ast.Constant)
                    and keyword.value.value is not FORBIDDEN_KEYWORDS[keyword.arg]
                )
            ]
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pickle", ["pickle"]),
        ("from subprocess import run", ["subprocess"]),
        ("eval('1')", ["eval"]),
        ("import os; os.system('ls')", ["os.system"]),
        ("np.load(f, allow_pickle=True)", ["allow_pickle"]),
        ("keras.models.load_model(f, safe_mode=flag)", ["safe_mode"]),
        ("keras.models.load_model(f, safe_mode=True); model.compile(); ast.literal_eval('1')", []),
    ],
)
def test_the_search_finds_what_it_looks_for(source, found):
    assert dangers_in(source) == found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_no_source_runs_what_it_reads(path):
    assert dangers_in(path.read_text()) == []


def test_a_keras_file_with_code_in_it_is_refused(tiny_networks, tmp_path, monkeypatch):
    from tfgan_zoo.game.gan import GAN

    ran = tmp_path / "ran"
    generator, discriminator = tiny_networks()
    monkeypatch.setenv("RAN", str(ran))
    # A file holds a function without what it refers to.
    code = keras.layers.Lambda(
        lambda x: __import__("os").makedirs(__import__("os").environ["RAN"], exist_ok=True) or x, output_shape=(2,)
    )
    with_code = keras.Sequential([keras.Input((3,)), *generator.layers, code], name="generator")
    gan = GAN(with_code, discriminator, latent_dim=3)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    shutil.rmtree(ran, ignore_errors=True)
    with pytest.raises(ValueError, match=r"[Ll]ambda"):
        keras.models.load_model(tmp_path / "gan.keras")
    assert not ran.exists()
    # What it would have done:
    keras.models.load_model(tmp_path / "gan.keras", safe_mode=False).generate(np.zeros((1, 3), np.float32))
    assert ran.exists()
