"""The house's plan: which room may import which, and what may be imported before anything heavy is."""

import ast
import json
import pathlib

import pytest

HEAVY = {"tensorflow", "keras", "tensorflow_datasets", "tensorboard", "matplotlib", "scipy", "sklearn"}
COMMANDS = ("client", "evaluate", "explorer", "export", "report", "sample", "serve", "train")
PARTS = (
    *(f"common.{name}" for name in ("command", "errors", "penalty_text", "randomness", "registries")),
    *(f"machine.{name}" for name in ("cluster", "fast_path", "runtime")),
    "data",
    "training.folder",
    "training.request",
)
LIGHT = ("tfgan_zoo", *(f"tfgan_zoo.{name}" for name in COMMANDS + PARTS), "models", "train")


@pytest.mark.parametrize("module", LIGHT)
def test_it_waits_with_what_is_heavy(run_python, module):
    code = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    modules = json.loads(run_python("-c", code).stdout)
    assert module in modules
    assert HEAVY & set(modules) == set()


def test_an_attribute_of_the_package_is_fetched_when_it_is_asked_for(run_python):
    code = "import sys, tfgan_zoo; assert 'tensorflow' not in sys.modules; tfgan_zoo.GAN; print('keras' in sys.modules)"
    assert run_python("-c", code).stdout == "True\n"


# Each room may import those above it in this list, and nothing else of the package. The commands come last.
ROOMS = (
    ("common",),
    ("machine",),
    ("layers", "data", "metrics"),
    ("pictures",),
    ("game",),
    ("serving",),
    ("extractors",),
    ("training",),
    ("evaluation",),
    ("reporting",),
    ("commands",),
)
RANKS = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
PACKAGE = pathlib.Path(__file__).resolve().parent.parent / "tfgan_zoo"
MOST_LOOSE = 12


def room_of(module):
    """Returns the room of a module's dotted name; that of the package itself, which is no room, is None."""
    parts = module.split(".")
    if len(parts) == 1:
        return None
    return parts[1] if (PACKAGE / parts[1]).is_dir() else "commands"


def imports_of(path):
    """Returns the package's modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            is_module = {
                name for name in inside if (PACKAGE.parent / name.replace(".", "/")).with_suffix(".py").exists()
            }
            is_module |= {name for name in inside if (PACKAGE.parent / name.replace(".", "/")).is_dir()}
            found |= is_module or {node.module}
    return {name for name in found if name.partition(".")[0] in ("tfgan_zoo", "models")}


ARROWS = {
    (".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"), imported)
    for path in PACKAGE.rglob("*.py")
    for imported in imports_of(path)
}


def test_every_room_has_its_place():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms | {"commands"} == set(RANKS)


def test_the_library_does_not_know_the_zoo():
    assert [arrow for arrow in ARROWS if arrow[1].partition(".")[0] == "models"] == []


def test_no_arrow_between_rooms_points_upwards_or_sideways():
    between = {(a, b) for a, b in ARROWS if room_of(a) and room_of(b) and room_of(a) != room_of(b)}
    assert sorted((a, b) for a, b in between if RANKS[room_of(a)] <= RANKS[room_of(b)]) == []


def test_no_circle_within_a_room():
    """An import within a function counts too."""
    arrows = {(a, b) for a, b in ARROWS if room_of(a) == room_of(b) and a != b}
    modules = {module for arrow in arrows for module in arrow}
    while modules:
        leaves = {module for module in modules if not any(a == module and b in modules for a, b in arrows)}
        assert leaves, f"a circle among {sorted(modules)}"
        modules -= leaves


def test_few_files_lie_loose():
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_LOOSE


def test_a_file_is_read_in_one_sitting():
    long = {path.name: len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: lines for name, lines in long.items() if lines > 350} == {}
