"""Data that are all there: arrays and tensors, of one domain or of two, as a dataset with random access."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import UNLABELLED, ArraySource, Source
from tfgan_zoo.data.two_domains import Pairs, TwoDomains
from tfgan_zoo.game.given import Wanted


class Ordered(ArraySource):
    """Examples in the order in which they were given."""

    def positions_in_epoch(self, positions, epochs, order_seed):
        return positions


def is_whole(given) -> bool:
    """Tells whether data are all there, as a `Source` or in arrays, and not a stream of batches."""
    if isinstance(given, Mapping):
        return all(is_whole(part) for part in given.values())
    return (
        given is None or isinstance(given, (Source, list, str)) or (hasattr(given, "shape") and hasattr(given, "dtype"))
    )


def source_of(x, y, wanted: Wanted, *, shuffled: bool) -> Source:
    """Returns checked arrays, or tensors, as a dataset with random access.

    Raises:
        UserError: what is wrong with them.
    """
    wanted.check_form(x, y)
    x = {name: np.asarray(part) for name, part in x.items()} if isinstance(x, Mapping) else np.asarray(x)
    y = {name: part if part is None else np.asarray(part) for name, part in y.items()} if isinstance(y, Mapping) else y
    wanted.check_values(x, y)
    kind = ArraySource if shuffled else Ordered
    if not isinstance(x, Mapping):
        return _array_source("array", x, y, kind)
    a, b = (_array_source("arrays", x[name], y and y[name], kind) for name in ("a", "b"))
    pairs = Pairs("arrays", a, b) if a.num_examples == b.num_examples else None
    return TwoDomains("arrays", a, b, pairs=pairs)


def _array_source(name: str, data: np.ndarray, labels, kind: type[ArraySource]) -> ArraySource:
    if data.dtype not in (np.float16, np.float32, np.float64) and tf.as_dtype(data.dtype).is_floating:
        data = data.astype(np.float32)  # bfloat16, which NumPy does not take for a float
    if labels is None:
        return kind(name, data, np.full(len(data), UNLABELLED))
    labels = np.asarray(labels).astype(np.int32)
    return kind(name, data, labels, [str(label) for label in range(labels.max() + 1)])


def split(x, y, share: float) -> tuple[tuple, tuple]:
    """Cuts arrays in two, as Keras does: the last ones are held out."""
    if not is_whole(x) or isinstance(x, (Source, list, str)) or x is None:
        raise UserError("validation_split: goes with arrays; of other data give validation_data.")
    if not 0.0 < share < 1.0:
        raise UserError(f"validation_split={share}: expected a share between 0 and 1.")

    def cut(part):
        at = int(part.shape[0] * (1.0 - share))
        if at == 0 or at == part.shape[0]:
            raise UserError(f"validation_split={share}: leaves no examples of {part.shape[0]} on one side.")
        return part[:at], part[at:]

    def of_both(data, side: int):
        if isinstance(data, Mapping):
            return {name: of_both(part, side) for name, part in data.items()}
        return None if data is None else cut(data)[side]

    return (of_both(x, 0), of_both(y, 0)), (of_both(x, 1), of_both(y, 1))
