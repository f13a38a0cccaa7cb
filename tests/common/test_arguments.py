"""A function's arguments, read from its source."""

import sys
import textwrap

import pytest

from models import ZOO
from tfgan_zoo.common.arguments import Argument, arguments_of, summary_of


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes modules of a package `pots`, none of which can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "pots"
    folder.mkdir()
    (folder / "__init__.py").touch()

    def write(**modules):
        for name, source in modules.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(source) + "\nraise ImportError")

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "pots"]:
        del sys.modules[name]


def test_names_defaults_and_meanings(package):
    package(
        tea='''
        """Pours tea.

        And more.
        """

        HOT = 9e1

        def pour(cup, sugar=2, *, milk: bool = False, heat: float = HOT, kind="green", spoon, lid=None):
            """Pours.

            Args:
                cup: where to.
                sugar, spoon: pieces, of
                    either: brown or white.
                milk: on top.
                kind: of tea.

            Raises:
                ValueError: lid: none.
            """
        '''
    )
    pieces = "pieces, of either: brown or white."
    assert arguments_of("pots.tea:pour") == [
        Argument("sugar", "2", pieces),
        Argument("milk", "False", "on top."),
        Argument("heat", "9e1", ""),
        Argument("kind", '"green"', "of tea."),
        Argument("spoon", None, pieces),
        Argument("lid", "None", ""),
    ]
    assert summary_of("pots.tea:pour") == "Pours tea."


def test_keywords_that_are_passed_on(package):
    """Through a function of another module to one of a third; what is named twice is the outer function's."""
    package(
        outer="""
        from . import middle as between

        def build(shape, *, pack=2, rate=0.5, **further):
            gan = between.make(type, shape, **further)
            return gan
        """,
        middle='''
        from pots.inner import assemble as put_together

        def make(model, shape, *, width=8, rate=0.1, **options):
            """Makes.

            Args:
                width: of all.
            """
            return helper(put_together(model, **options))

        def helper(*arguments): ...
        ''',
        inner="""
        def assemble(model, seed=0): ...
        """,
    )
    assert [(a.name, a.default, a.meaning) for a in arguments_of("pots.outer:build")] == [
        ("pack", "2", ""),
        ("rate", "0.5", ""),
        ("width", "8", "of all."),
        ("seed", "0", ""),
    ]


@pytest.mark.parametrize("body", ["return unknown(**rest)", "return dict(rest)", "return (lambda **x: x)(**rest)"])
def test_keywords_that_go_nowhere_known(package, body):
    package(odd=f"def build(shape, *, width=3, **rest):\n    {body}")
    assert [argument.name for argument in arguments_of("pots.odd:build")] == ["width"]


@pytest.mark.parametrize("name", ZOO)
def test_what_is_read_of_a_model_is_what_it_accepts(name):
    """All parameters of its signature but the first, with a meaning each."""
    import inspect

    parameters = list(inspect.signature(ZOO[name]).parameters.values())[1:]
    found = arguments_of(ZOO.targets[name])
    assert {argument.name for argument in found} == {parameter.name for parameter in parameters}
    assert all(argument.meaning for argument in found)
