"""Where the zoo lies: `models` beside the package in a checkout, `tfgan_zoo.models` in a wheel."""

import importlib.util
import pathlib

PACKAGE = pathlib.Path(__file__).resolve().parent.parent


def zoo_module() -> str:
    """Returns the name that the zoo is imported by.

    A folder `models` elsewhere on the path is not the zoo: the one beside the package is, or else the package's own.
    """
    spec = importlib.util.find_spec("models")
    beside = spec is not None and spec.origin == str(PACKAGE.parent / "models" / "__init__.py")
    return "models" if beside else "tfgan_zoo.models"


def zoo_folder() -> pathlib.Path | None:
    """Returns the folder of the zoo's files; None where there is none."""
    spec = importlib.util.find_spec(zoo_module())
    return spec and pathlib.Path(spec.origin).parent
