"""docs/from-python.md: its code runs as it stands, and the names that it calls public are."""

import pathlib
import re

import tfgan_zoo
from tfgan_zoo.common.registries import AUGMENTATIONS, LOSSES, PENALTIES, SCHEDULES

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PAGE = (CHECKOUT / "docs/from-python.md").read_text("utf-8")


def test_the_pages_code_runs(run_python, tmp_path):
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    result = run_python("-c", code, cwd=tmp_path)
    assert result.returncode == 0, result.stderr[-3000:]
    lines = result.stdout.splitlines()
    assert lines[0].endswith(" 6")
    assert "these seem to be in [0, 1]" in lines[1]
    assert (tmp_path / "exports/vanilla/1/saved_model.pb").exists()
    assert (tmp_path / "gan.keras").exists()


def test_the_public_names():
    assert len(tfgan_zoo.__all__) == 15
    for name in tfgan_zoo.__all__:
        assert getattr(tfgan_zoo, name) is not None
        assert f"`{name}`" in PAGE or name == "__version__"
    assert dir(tfgan_zoo) == sorted(tfgan_zoo.__all__)


def test_help_names_what_a_text_may_say():
    for registry in (LOSSES, SCHEDULES, PENALTIES, AUGMENTATIONS):
        for name in registry:
            assert re.search(rf"\b{name}\b", tfgan_zoo.__doc__)
            assert re.search(rf"\b{name}\b", tfgan_zoo.GAN.compile.__doc__)
