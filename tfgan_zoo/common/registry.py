"""Names that resolve to code on use, so that a misspelt one is refused before TensorFlow is imported."""

import difflib
import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping

from tfgan_zoo.common.errors import UserError


def unknown(kind: str, name: str, valid: Iterable[str]) -> UserError:
    """Returns the error for a name that is none of `valid`, with the nearest one suggested."""
    valid = list(valid)
    nearest = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
    return UserError(f"unknown {kind} '{name}'.{hint} Valid: {', '.join(valid)}.")


def resolve(target: str):
    """Imports `"package.module:attribute"` and returns the attribute."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def checking_keywords(function: Callable) -> Callable:
    """Wraps `function` so that a misspelt keyword is an error that names the valid ones."""
    valid = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]

    @functools.wraps(function)
    def checked(*arguments, **keywords):
        for name in keywords:
            if name not in valid:
                raise unknown(f"argument of {function.__name__}", name, valid)
        return function(*arguments, **keywords)

    return checked


class Registry(Mapping):
    """A read-only mapping of names to code given as `"package.module:attribute"`, imported on use.

    Args:
        kind: what the names are names of, for messages: `"model"`, `"loss"` …
        targets: name → dotted target.
    """

    def __init__(self, kind: str, targets: Mapping[str, str]):
        self.kind = kind
        self.targets = dict(targets)

    def check(self, name: str) -> str:
        """Returns `name` if it is registered; imports nothing.

        Raises:
            UserError: it is not; the message has the nearest valid name.
        """
        if name not in self.targets:
            raise unknown(self.kind, name, self.targets)
        return name

    def __getitem__(self, name: str) -> Callable:
        return checking_keywords(resolve(self.targets[self.check(name)]))

    def get(self, name: str, default=None):
        return self[name] if name in self.targets else default  # Mapping's own waits for a KeyError

    def __repr__(self) -> str:
        return f"<registry of {self.kind}s: {', '.join(self.targets)}>"

    def __contains__(self, name) -> bool:
        return name in self.targets

    def __iter__(self) -> Iterator[str]:
        return iter(self.targets)

    def __len__(self) -> int:
        return len(self.targets)
