"""The arguments of a function, read from its source: `--model=NAME --help` does not wait for TensorFlow."""

import ast
import dataclasses
import importlib.util
import inspect
import re
from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Argument:
    """A keyword argument.

    Attributes:
        name: of the argument.
        default: as the source has it, or the value of the constant that it names; None where there is none.
        meaning: of the docstring's `Args`; empty where they do not mention it.
    """

    name: str
    default: str | None
    meaning: str


def arguments_of(target: str) -> list[Argument]:
    """Returns a function's arguments, the first one apart, and those that its `**keywords` take for another function.

    Args:
        target: `"package.module:function"`. The module is not imported, the packages above it are.
    """
    module, _, function = target.partition(":")
    return _arguments(_Module(module), function)


def summary_of(target: str) -> str:
    """Returns the first line of the docstring of a target's module."""
    return _Module(target.partition(":")[0]).docstring.partition("\n")[0]


class _Module:
    """A module's source.

    Args:
        name: of the module, with dots.
    """

    def __init__(self, name: str):
        self.name = name
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise ModuleNotFoundError(f"there is no module {name}")
        self.source = spec.loader.get_source(name)
        self.tree = ast.parse(self.source)
        self.package = name if spec.submodule_search_locations else name.rpartition(".")[0]

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    def function(self, name: str) -> ast.FunctionDef:
        """Returns a function, or a method as `Class.method`."""
        body, parts = self.tree.body, name.split(".")
        for part in parts:
            node = next(node for node in body if getattr(node, "name", None) == part)
            body = node.body
        return node

    def text_of(self, value: ast.expr) -> str:
        """Returns a default's text: a constant's value instead of its name."""
        if isinstance(value, ast.Name):
            for node in self.tree.body:
                if isinstance(node, ast.Assign) and any(getattr(t, "id", None) == value.id for t in node.targets):
                    return self.text_of(node.value)
        return ast.get_source_segment(self.source, value)

    def find(self, called: ast.expr) -> "tuple[_Module, str] | None":
        """Returns the module and the name of a function that is named as `name`, `module.name` or `Class.name`."""
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            return self._find_in(called.value.id, called.attr)
        if not isinstance(called, ast.Name):
            return None
        if any(isinstance(node, ast.FunctionDef) and node.name == called.id for node in self.tree.body):
            return self, called.id
        module, _, name = (self._imported(called.id) or "").rpartition(".")
        return (_Module(module), name) if module else None

    def _find_in(self, owner: str, attribute: str) -> "tuple[_Module, str] | None":
        imported = self._imported(owner)
        if imported is None:
            return None
        package, _, name = imported.rpartition(".")
        parent = _Module(package)
        is_class = any(isinstance(node, ast.ClassDef) and node.name == name for node in parent.tree.body)
        return (parent, f"{name}.{attribute}") if is_class else (_Module(imported), attribute)

    def _imported(self, name: str) -> str | None:
        """Returns the dotted name of what is imported under a name."""
        for node in self.tree.body:
            if not isinstance(node, ast.ImportFrom):
                continue
            package = importlib.util.resolve_name("." * node.level + (node.module or ""), self.package)
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return f"{package.rstrip('.')}.{alias.name}"
        return None


def _arguments(module: _Module, name: str) -> list[Argument]:
    function = module.function(name)
    own = function.args
    defaults = [None] * (len(own.args) - len(own.defaults)) + own.defaults
    pairs = [*zip([*own.args, *own.kwonlyargs], [*defaults, *own.kw_defaults], strict=True)][1:]
    meanings = dict(_meanings(ast.get_docstring(function) or ""))
    found = [
        Argument(argument.arg, default and module.text_of(default), meanings.get(argument.arg, ""))
        for argument, default in pairs
    ]
    collector = own.kwarg and (_completed_by(function) or _called_with(function, own.kwarg.arg))
    further = collector and module.find(collector)
    if not further:
        return found
    module, name = further
    inherited = [argument for argument in _arguments(module, name) if argument.name not in _positional(module, name)]
    own_names = {argument.name for argument in found}
    return found + [argument for argument in inherited if argument.name not in own_names]


def _positional(module: _Module, name: str) -> set[str]:
    """Returns the arguments that a function may be given by their place."""
    return {argument.arg for argument in module.function(name).args.args}


def _completed_by(function: ast.FunctionDef) -> ast.expr | None:
    """Returns what `@completed_by(…)` says that takes the function's `**keywords`."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == "completed_by":
            return decorator.args[0]
    return None


def _called_with(function: ast.FunctionDef, keywords: str) -> ast.expr | None:
    """Returns what a function calls with its own `**keywords`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg is None and getattr(keyword.value, "id", None) == keywords:
                    return node.func
    return None


def _meanings(docstring: str) -> Iterator[tuple[str, str]]:
    """Yields (name, text) of the `Args` of a docstring, where several names may share a text."""
    _, _, section = inspect.cleandoc(docstring).partition("Args:\n")
    section = re.split(r"^\S", section, maxsplit=1, flags=re.MULTILINE)[0]
    for entry in re.split(r"^    (?=\S)", section, flags=re.MULTILINE):
        names, _, text = entry.partition(":")
        for name in names.split(","):
            yield name.strip(), " ".join(text.split())
