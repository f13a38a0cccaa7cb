"""A property that is computed when it is first asked for, by any number of threads at once."""

from collections.abc import Callable


class computed_once:
    """As `functools.cached_property`, without its lock.

    Up to Python 3.11 that lock is one for all objects of a class. The replicas of a strategy are threads, each with a
    forward pass of its own, and wait for each other wherever they exchange something: under the lock, for ever.
    """

    def __init__(self, function: Callable):
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance, owner: type | None = None):
        if instance is None:
            return self
        value = vars(instance)[self.name] = self.function(instance)
        return value
