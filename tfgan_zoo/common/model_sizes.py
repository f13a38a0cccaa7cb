"""Sizes that a model's source names: what does not fit them is refused before TensorFlow is imported."""

import ast
from collections.abc import Iterator

from tfgan_zoo.common.arguments import Module

SIZES = "IMAGE_SIZES"


def sizes_of(target: str) -> list[int] | None:
    """Returns the sides of the images that a model makes; None where its source does not list them.

    Args:
        target: `"package.module:function"`. If the function, or one of the same package that it calls, refers to a
            literal constant `IMAGE_SIZES`, those are the sizes.
    """
    for module, name in _reached(target):
        used = {node.id for node in ast.walk(module.definition(name)) if isinstance(node, ast.Name)}
        found = module.find_constant(SIZES) if SIZES in used else None
        if found is not None:
            return list(ast.literal_eval(found))
    return None


def least_batch_of(target: str) -> int | None:
    """Returns the smallest batch size that a model's module names, or else the first module that it is built by.

    Args:
        target: as for `sizes_of`.
    """
    for module, _ in _reached(target):
        given = [value for node in ast.walk(module.tree) for name, value in _named(node) if name == "batch_size"]
        found = [node.value for node in given if isinstance(getattr(node, "value", None), int)]
        if found:
            return min(found)
    return None


def _named(node: ast.AST) -> Iterator[tuple[str | None, ast.AST]]:
    """Yields name and value of the keywords of a call, and of the entries of a dict."""
    if isinstance(node, ast.Call):
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords)
    if isinstance(node, ast.Dict):
        yield from zip((getattr(key, "value", None) for key in node.keys), node.values, strict=True)


def _reached(target: str) -> list[tuple[Module, str]]:
    """Returns a function and those of the same package that it calls, as (module, name)."""
    module, _, function = target.partition(":")
    return list(_calls(Module(module), function, set()))


def _calls(module: Module, name: str, seen: set) -> Iterator[tuple[Module, str]]:
    if (module.name, name) in seen or not isinstance(module.definition(name), ast.FunctionDef):
        return
    seen.add((module.name, name))
    yield module, name
    for node in ast.walk(module.definition(name)):
        if isinstance(node, ast.Call):
            found = module.find(ast.unparse(node.func), within=module.package)
            if found:
                yield from _calls(*found, seen)
