"""What a model's source says of it: help and refusals do not wait for TensorFlow."""

import ast
import dataclasses
import importlib.util
import inspect
import pathlib
import re
from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Argument:
    """A keyword-only argument.

    Attributes:
        name: of the argument.
        default: as the source has it, or the value of the constant that it names; None where there is none.
        meaning: of the docstring's `Args`; empty where they do not mention it.
        kind: its annotation, such as `int` or `float | None`; empty where there is none.
    """

    name: str
    default: str | None
    meaning: str
    kind: str = ""


def arguments_of(target: str) -> list[Argument]:
    """Returns a function's keyword-only arguments, and those of the function that a decorator names for its `**rest`.

    Args:
        target: `"package.module:function"`. The module is not imported, the packages above it are.
    """
    module, _, function = target.partition(":")
    return _arguments(Module(module), function)


def summary_of(target: str) -> str:
    """Returns the first line of the docstring of a target's module."""
    return (ast.get_docstring(Module(target.partition(":")[0]).tree) or "").partition("\n")[0]


def takes_two_domains(target: str) -> bool:
    """Returns whether the first argument of a function is annotated as a dict: the shapes of both domains."""
    module, _, function = target.partition(":")
    found = Module(module).find(function)
    arguments = found[0].definition(found[1]).args.args if found else []
    return bool(arguments) and getattr(arguments[0].annotation, "id", None) == "dict"


def dataset_of(target: str) -> str | None:
    """Returns the dataset that a target's module names as the model's own by `DATASET = "…"`; None if it names none."""
    value = Module(target.partition(":")[0]).constant("DATASET")
    return None if value is None else ast.literal_eval(value)


class Module:
    """A module's source.

    Args:
        name: of the module, with dots.
    """

    def __init__(self, name: str):
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise ModuleNotFoundError(f"there is no module {name}")
        self.name = name
        self.source = pathlib.Path(spec.origin).read_text(encoding="utf-8")
        self.tree = ast.parse(self.source)
        self.package = name if spec.submodule_search_locations else name.rpartition(".")[0]

    def definition(self, name: str):
        """Returns the function or class of a name, such as `build` or `Recipe.changed`; None where there is none."""
        node = self.tree
        for part in name.split("."):
            own = [child for child in getattr(node, "body", ()) if getattr(child, "name", None) == part]
            node = own[-1] if own else None
        return node

    def constant(self, name: str) -> ast.expr | None:
        """Returns the expression that is assigned to a name of the module; None where there is none."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and any(getattr(target, "id", None) == name for target in node.targets):
                return node.value
        return None

    def find_constant(self, name: str) -> ast.expr | None:
        """Returns the expression of a constant of this module, or of the one that it is imported from."""
        package, original = self._imported(name)
        return Module(package).constant(original) if package else self.constant(name)

    def text_of(self, value: ast.expr) -> str:
        """Returns a default's text: a constant's value instead of its name."""
        constant = self.constant(value.id) if isinstance(value, ast.Name) else None
        return self.text_of(constant) if constant else ast.get_source_segment(self.source, value)

    def find(self, name: str, within: str = "") -> "tuple[Module, str] | None":
        """Returns the module that defines what has a dotted name here, and its name there; None if it is not found.

        Args:
            name: with dots.
            within: the package beyond which nothing is looked for; empty for everywhere.
        """
        first, _, rest = name.partition(".")
        if self.definition(first):
            return self, name
        package, original = self._imported(first)
        if not package or not f"{package}.".startswith(f"{within}." if within else ""):
            return None
        module = Module(package)
        if module.definition(original):
            return module, f"{original}.{rest}".rstrip(".")
        return (Module(f"{package}.{original}"), rest) if rest else None

    def _imported(self, name: str) -> tuple[str, str]:
        """Returns the package or module that a name is imported from, and its name there; empty if it is not."""
        for node in self.tree.body:
            for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                if (alias.asname or alias.name) == name:
                    relative = "." * node.level + (node.module or "")
                    return importlib.util.resolve_name(relative, self.package).rstrip("."), alias.name
        return "", ""


def _arguments(module: Module, name: str) -> list[Argument]:
    function = module.definition(name)
    meanings = dict(_meanings(ast.get_docstring(function) or ""))
    found = [
        Argument(
            argument.arg,
            default and module.text_of(default),
            meanings.get(argument.arg, ""),
            ast.unparse(argument.annotation) if argument.annotation else "",
        )
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    ]
    names = {argument.name for argument in found}
    return found + [argument for argument in _inherited(module, function) if argument.name not in names]


def _inherited(module: Module, function: ast.FunctionDef) -> list[Argument]:
    """Returns what a function that ends in `**rest` takes for its decorator's argument: `@completed_by(other)`."""
    for decorator in function.decorator_list if function.args.kwarg else ():
        if isinstance(decorator, ast.Call) and len(decorator.args) == 1:
            found = module.find(ast.unparse(decorator.args[0]))
            if found and isinstance(found[0].definition(found[1]), ast.FunctionDef):
                known = _of_the_instance(module, function, *found)
                return [
                    dataclasses.replace(argument, default=known.get(argument.name, argument.default))
                    for argument in _arguments(*found)
                ]
    return []


def _of_the_instance(module: Module, function: ast.FunctionDef, owner: Module, method: str) -> dict[str, str]:
    """Returns the attributes of the one object whose method takes the `**rest`, as in `RECIPE.changed(**rest)`.

    Args:
        module: defines the function, and the object as a constant.
        function: calls the method.
        owner: defines the object's class, a dataclass.
        method: `Class.method`.

    Returns:
        Name → text of what is a plain number or text; nothing where the method is called on any other object.
    """
    rest = function.args.kwarg.arg
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    takers = [c.func for c in calls if any(not k.arg and getattr(k.value, "id", None) == rest for k in c.keywords)]
    name = getattr(getattr(takers[0], "value", None), "id", None) if len(takers) == 1 else None
    instance = module.constant(name) if name else None
    if not isinstance(instance, ast.Call):
        return {}
    fields = owner.definition(method.partition(".")[0]).body
    usual = {field.target.id: owner.text_of(field.value) for field in fields if _is_plain(field)}
    return usual | {k.arg: module.text_of(k.value) for k in instance.keywords if _is_plain(k)}


def _is_plain(node: ast.AST) -> bool:
    return isinstance(getattr(node, "value", None), ast.Constant) and not isinstance(node, ast.Expr)


def _meanings(docstring: str) -> Iterator[tuple[str, str]]:
    """Yields (name, text) of the `Args` of a docstring, where several names may share a text."""
    _, _, section = inspect.cleandoc(docstring).partition("Args:\n")
    section = re.split(r"^\S", section, maxsplit=1, flags=re.MULTILINE)[0]
    for entry in re.split(r"^    (?=\S)", section, flags=re.MULTILINE):
        names, _, text = entry.partition(":")
        for name in names.split(","):
            yield name.strip(), " ".join(text.split())
