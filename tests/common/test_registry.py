"""Names that resolve to code on use."""

import ast
import pathlib
import sys

import pytest

import tfgan_zoo
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_SCHEMES, DATASETS, LOSSES, PENALTIES, SCHEDULES
from tfgan_zoo.common.registry import Registry, checking_keywords, resolve, unknown


@pytest.fixture
def shapes():
    return Registry("shape", {"circle": "fractions:Fraction", "square": "no.such.module:thing"})


def test_a_name_resolves_on_use(shapes):
    from fractions import Fraction

    assert shapes["circle"](1, 2) == Fraction(1, 2)
    assert resolve("math:pi") == pytest.approx(3.14159265)


def test_nothing_is_imported_before(shapes):
    assert list(shapes) == ["circle", "square"]
    assert len(shapes) == 2
    assert "square" in shapes
    assert shapes.check("square") == "square"
    assert "no.such.module" not in sys.modules


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("squaer", r"^unknown shape 'squaer'\. Did you mean 'square'\? Valid: circle, square\.$"),
        ("xyz", r"^unknown shape 'xyz'\. Valid: circle, square\.$"),
        ("", r"^unknown shape ''\. Valid: circle, square\.$"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(shapes, name, message):
    with pytest.raises(UserError, match=message):
        shapes.check(name)
    with pytest.raises(UserError, match=message):
        shapes[name]
    assert name not in shapes


def test_get_returns_the_default_for_an_unknown_name(shapes):
    from fractions import Fraction

    assert shapes.get("circle")(1, 2) == Fraction(1, 2)
    assert shapes.get("squaer") is None
    assert shapes.get("squaer", 3) == 3


def test_it_shows_its_kind_and_names(shapes):
    assert repr(shapes) == "<registry of shapes: circle, square>"


def test_a_misspelt_keyword_names_the_valid_ones():
    def build(shape, *, width=1, depth=2):
        return shape, width, depth

    assert checking_keywords(build)(0, depth=3) == (0, 1, 3)
    with pytest.raises(UserError, match=r"unknown argument of build 'widht'\. Did you mean 'width'\? Valid: shape, w"):
        checking_keywords(build)(0, widht=3)


def test_keywords_that_a_function_collects_are_named_too():
    assert "Valid: one, two" in str(unknown("key", "three", ["one", "two"]))


@pytest.mark.parametrize("registry", [LOSSES, PENALTIES, SCHEDULES, DATASETS, DATASET_SCHEMES], ids=lambda r: r.kind)
def test_every_name_of_the_library_resolves(registry):
    assert all(callable(registry[name]) for name in registry)


def test_no_module_of_the_library_imports_the_zoo():
    for path in pathlib.Path(tfgan_zoo.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "models"], path
