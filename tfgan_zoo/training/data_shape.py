"""The shape of a run's examples as `config.json` holds it: a list, or one for each of two domains."""


def to_json(shape: tuple | dict) -> list | dict:
    """Returns the shape as JSON has it."""
    return {name: list(sizes) for name, sizes in shape.items()} if isinstance(shape, dict) else list(shape)


def from_json(written) -> tuple | dict:
    """Returns the shape that a model's `build` is given.

    Args:
        written: what `to_json` returned: [16, 16, 1], or {"a": [16, 16, 1], "b": [16, 16, 3]}.

    Raises:
        ValueError: it is no shape.
    """
    if isinstance(written, dict) and set(written) == {"a", "b"}:
        return {name: _sizes(sizes) for name, sizes in written.items()}
    return _sizes(written)


def _sizes(written) -> tuple:
    if not isinstance(written, list) or not all(type(size) is int and size > 0 for size in written):
        raise ValueError(f"data_shape is {written}; expected whole numbers")
    return tuple(written)
