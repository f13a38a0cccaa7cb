"""Keras finds the package's classes, and the zoo's, by their names in a `.keras` file, before anything is imported.

Keras loads a class of somebody else's only if it has been registered, which happens where its module is imported.
Importing all of them takes seconds; so their names are registered instead, each with a stand-in that imports its module
when a file asks for it.
"""

import importlib
import importlib.abc
import importlib.util
import re
import sys

from tfgan_zoo.common.zoo import PACKAGE, zoo_folder, zoo_module

REGISTERED = re.compile(
    r'^@keras\.saving\.register_keras_serializable\(package="tfgan_zoo"\)\nclass (\w+)', re.MULTILINE
)


def introduce() -> None:
    """Registers the names as soon as Keras is imported, or now if it is."""
    if hasattr(sys.modules.get("keras"), "saving"):
        register_names()
    elif not any(isinstance(finder, _OnceKerasIsImported) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OnceKerasIsImported())


def register_names() -> None:
    """Registers a stand-in for each class that Keras does not know yet."""
    import keras

    known = keras.saving.get_custom_objects()
    for name, module in registered_classes().items():
        known.setdefault(f"tfgan_zoo>{name}", _stand_in(name, module))


def registered_classes() -> dict[str, str]:
    """Returns the classes that the package and the zoo register, name → module, as their files say."""
    roots = {"tfgan_zoo": PACKAGE, zoo_module(): zoo_folder()}
    found = {}
    for package, folder in roots.items():
        for path in sorted(folder.rglob("*.py")) if folder else ():
            module = ".".join((package, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__")
            found |= dict.fromkeys(REGISTERED.findall(path.read_text("utf-8")), module)
    return found


def _stand_in(name: str, module: str) -> type:
    def from_config(config, *arguments, **keywords):
        return getattr(importlib.import_module(module), name).from_config(config, *arguments, **keywords)

    return type(name, (), {"from_config": staticmethod(from_config), "__module__": module})


class _OnceKerasIsImported(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "keras":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("keras")
        if spec is not None:
            execute = spec.loader.exec_module

            def execute_and_register(module):
                execute(module)
                register_names()

            spec.loader.exec_module = execute_and_register
        return spec
