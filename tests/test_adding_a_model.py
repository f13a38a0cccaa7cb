"""docs/adding-a-model.md, as it stands: its three models are built, trained, saved, exported and asked."""

import pathlib
import re
import shutil

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs/adding-a-model.md"

TRY = """
import sys, keras, numpy as np, tensorflow as tf
from models import ZOO
from tfgan_zoo import data
from tfgan_zoo.machine.distribution import make_train_steps
from tfgan_zoo.serving.export import export
import pathlib

for name, dataset in (("ralsgan", "digits"), ("small_bigan", "digits"), ("small_translator", "edges:digits")):
    source = data.load(dataset)
    gan = ZOO[name](source.element_shape, width=4)
    source = gan.admit(source)
    make_train_steps(gan)(iter(gan.batches(source, 8)), tf.constant(2))
    assert all(np.isfinite(float(metric.result())) for metric in gan.metrics), name
    gan.save(f"{name}.keras")
    loaded = keras.models.load_model(f"{name}.keras")
    for a, b in zip(loaded.variables, gan.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    folder = export(gan, pathlib.Path(name))
    print(name, sorted(tf.saved_model.load(str(folder)).signatures))
answers = [tf.constant([[0.5]])] * 2
loss = ZOO["ralsgan"]((2,)).loss
from tfgan_zoo.game.losses import Answers
print("losses", float(loss.discriminator(Answers(*answers))), float(loss.generator(Answers(*answers))))
"""


def files_of_the_page():
    """Returns the models of the page: file name → source."""
    return dict(
        re.findall(r"^`models/(\w+)\.py`:\n\n```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    )


def test_the_pages_models_do_what_it_says(run_python, tmp_path):
    zoo = shutil.copytree(CHECKOUT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("__pycache__"))
    files = files_of_the_page()
    assert list(files) == ["ralsgan", "small_bigan", "small_translator"]
    lines = "".join(f'        "{name}": f"{{__name__}}.{name}:build",\n' for name in files)
    registry = zoo / "__init__.py"
    registry.write_text(registry.read_text().replace("    },\n)", f"{lines}    }},\n)"))
    for name, source in files.items():
        (zoo / f"{name}.py").write_text(source)
    result = run_python("-c", TRY, cwd=tmp_path, PYTHONPATH=f"{tmp_path}:{CHECKOUT}")
    assert result.returncode == 0, result.stderr[-3000:]
    found = dict(line.split(" ", 1) for line in result.stdout.splitlines())
    assert found["ralsgan"] == "['generate', 'interpolate', 'score', 'serving_default']"
    assert found["small_bigan"] == "['encode', 'generate', 'interpolate', 'reconstruct', 'serving_default']"
    assert found["small_translator"] == "['serving_default', 'translate']"
    assert found["losses"] == "2.0 2.0"  # the targets are 1 and −1, and both distances are 0


def test_the_pages_models_are_linted(tmp_path):
    for name, source in files_of_the_page().items():
        compile(source, name, "exec")
        assert max(map(len, source.splitlines())) <= 120
