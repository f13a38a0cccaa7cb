"""A function's arguments, read from its source."""

import sys
import textwrap

import pytest

from models import ZOO
from tfgan_zoo.common.arguments import Argument, arguments_of, dataset_of, summary_of, takes_two_domains


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

        def pour(cup, ice=2, *, sugar: int = 2, milk: bool = False, heat: float = HOT, kind="green", spoon, lid=None):
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
        Argument("sugar", "2", pieces, "int"),
        Argument("milk", "False", "on top.", "bool"),
        Argument("heat", "9e1", "", "float"),
        Argument("kind", '"green"', "of tea."),
        Argument("spoon", None, pieces),
        Argument("lid", "None", ""),
    ]
    assert summary_of("pots.tea:pour") == "Pours tea."


def test_keywords_that_are_passed_on(package):
    """To a function of another module, and from there to a method of a class of a third; the outer function wins."""
    package(
        outer="""
        from . import middle as between
        from .tools import completed_by

        @print
        @completed_by(between.make)
        def build(shape, *, pack=2, rate=0.5, **further): ...
        """,
        middle='''
        from pots.inner import Recipe as Book

        @completed_by(Book.changed)
        def make(model, shape, changes={}, *, width=8, rate=0.1, **options):
            """Makes.

            Args:
                changes: no keyword.
                width: of all.
            """
        ''',
        inner='''
        class Recipe:
            pages = 3

            def changed(self, *, seed=0):
                """Returns.

                Args:
                    seed: of tea.
                """
        ''',
    )
    assert [(a.name, a.default, a.meaning) for a in arguments_of("pots.outer:build")] == [
        ("pack", "2", ""),
        ("rate", "0.5", ""),
        ("width", "8", "of all."),
        ("seed", "0", "of tea."),
    ]


@pytest.mark.parametrize(
    ("body", "rate"),
    [
        ("return PAPERS.changed(**rest)", "2e-4"),
        ("return PAPERS.changed(**rest) if shape else OTHERS.changed(**rest)", "None"),
        ("return make().changed(**rest)", "None"),
    ],
)
def test_defaults_are_those_of_the_instance_that_is_changed(package, body, rate):
    package(
        recipe='''
        class Recipe:
            """A recipe."""

            rate: float
            depth: int
            loss: str = "hinge"
            penalties: list = field(default_factory=list)

            def changed(self, *, rate=None, penalties=None, width=3, loss=None): ...
        ''',
        model=f"""
        from .recipe import Recipe

        PAPERS = Recipe(rate=2e-4, penalties=[1], depth=4)
        OTHERS = Recipe(rate=3)

        @completed_by(Recipe.changed)
        def build(shape, **rest):
            {body}
        """,
    )
    found = {argument.name: argument.default for argument in arguments_of("pots.model:build")}
    loss = "None" if rate == "None" else '"hinge"'
    assert found == {"rate": rate, "penalties": "None", "width": "3", "loss": loss}


@pytest.mark.parametrize("decorator", ["", "@unknown", "@unknown(other)", "@unknown(1, 2)", "@unknown(pots)"])
def test_keywords_that_go_nowhere_known(package, decorator):
    package(odd=f"import pots\n{decorator}\ndef build(shape, *, width=3, **rest): ...")
    assert [argument.name for argument in arguments_of("pots.odd:build")] == ["width"]


@pytest.mark.parametrize("name", ZOO)
def test_what_is_read_of_a_model_is_what_it_accepts(name):
    """All parameters of its signature but the first, with a meaning each."""
    import inspect

    parameters = list(inspect.signature(ZOO[name]).parameters.values())[1:]
    found = arguments_of(ZOO.targets[name])
    assert {argument.name for argument in found} == {parameter.name for parameter in parameters}
    assert all(argument.meaning for argument in found)


def test_the_first_argument_says_how_many_domains_there_are(package):
    package(
        one="def build(image_shape: tuple, *, width=3): ...",
        two="def build(shapes: dict, *, width=3): ...",
        silent="def build(shapes): ...",
        elsewhere="from pots.two import build as make\nfrom . import one",
    )
    found = {name: takes_two_domains(f"pots.{name}:build") for name in ("one", "two", "silent")}
    assert found == {"one": False, "two": True, "silent": False}
    assert takes_two_domains("pots.elsewhere:make")
    assert not takes_two_domains("pots.elsewhere:unknown")


def test_a_module_names_the_dataset_of_its_own(package):
    package(named='DATASET = "edges:digits"', silent="OTHER = 3")
    assert dataset_of("pots.named:build") == "edges:digits"
    assert dataset_of("pots.silent:build") is None
