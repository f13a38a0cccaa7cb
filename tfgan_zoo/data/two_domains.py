"""Two domains, which image-to-image models translate between: read in pairs, or each in an order of its own."""

from collections.abc import Sequence

import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.names import MODELS_OF_TWO
from tfgan_zoo.data.source import Source, as_written


def together(a: tuple, b: tuple) -> tuple[dict, dict]:
    """Joins (examples, labels) of A and of B to ({"a": …, "b": …}, {"a": …, "b": …})."""
    return {"a": a[0], "b": b[0]}, {"a": a[1], "b": b[1]}


class OfTwoDomains(Source):
    """A dataset whose batches are `({"a": …, "b": …}, {"a": labels, "b": labels})`.

    Args:
        name: as given on the command line.
        a, b: the domains.

    Attributes:
        num_examples: of the larger domain.
        element_shape, class_names: of each domain: `{"a": …, "b": …}`.
        order: `"permuted"` if that of both domains is.
    """

    def __init__(self, name: str, a: Source, b: Source):
        self.name = name
        self.a, self.b = a, b
        self.num_examples = max(a.num_examples, b.num_examples)
        self.element_shape = {"a": a.element_shape, "b": b.element_shape}
        self.class_names = {"a": a.class_names, "b": b.class_names}
        self.in_memory = a.in_memory and b.in_memory
        self.order = a.order if a.order == b.order else "streamed"

    @property
    def has_points(self):
        return self.a.has_points

    def alone(self):
        raise UserError(f"--dataset={self.name}: has two domains, and the model makes examples of one. {MODELS_OF_TWO}")

    def unpaired(self):
        return self

    @property
    def all_labelled(self):
        return self.a.all_labelled and self.b.all_labelled


class Unpaired(OfTwoDomains):
    """Two domains, of which each has an order of its own. The smaller one begins anew while the larger is read.

    Where both have random access, `fetch` takes indices of the larger one, and goes round in the smaller.
    """

    def fetch(self, indices):
        return together(*(domain.fetch(indices % domain.num_examples) for domain in (self.a, self.b)))

    def batches(self, batch_size, *, seed, start_step=0, purpose="data"):
        options = {"seed": seed, "start_step": start_step}
        a = self.a.batches(batch_size, purpose=f"{purpose}/a", **options)
        b = self.b.batches(batch_size, purpose=f"{purpose}/b", **options)
        return as_written(tf.data.Dataset.zip(a, b).map(together))


class Pairs(OfTwoDomains):
    """Two domains with random access, whose examples of the same index belong together."""

    has_pairs = True

    def paired(self):
        return self

    def fetch(self, indices):
        return together(self.a.fetch(indices), self.b.fetch(indices))


class TwoDomains(OfTwoDomains):
    """Two domains, to be read in pairs or unpaired; as it is, unpaired.

    Args:
        name: as given on the command line.
        a, b: all examples of each domain.
        pairs: those whose partners are known, a dataset of two domains; None where none are.
        apart: examples of A and of B among which there are no partners; None for `a` and `b` themselves.
    """

    def __init__(
        self,
        name: str,
        a: Source,
        b: Source,
        *,
        pairs: OfTwoDomains | None = None,
        apart: Sequence[Source] | None = None,
    ):
        super().__init__(name, a, b)
        self._pairs = pairs
        self._unpaired = Unpaired(name, *(apart or (a, b)))

    @property
    def has_pairs(self) -> bool:
        """Whether it is known which examples belong together."""
        return self._pairs is not None

    def paired(self) -> OfTwoDomains:
        """Returns the pairs, in one order for both domains.

        Raises:
            UserError: which examples belong together is not known.
        """
        if self._pairs is None:
            raise UserError(
                f"--dataset={self.name}: which examples of A and B belong together is not known; accepted where pairs "
                "are needed: edges:NAME, reduced:NAME, or domains:PATH with equal file names in both domains."
            )
        return self._pairs

    def unpaired(self) -> Unpaired:
        """Returns both domains, each in an order of its own."""
        return self._unpaired

    def fetch(self, indices):
        return self._unpaired.fetch(indices)

    def batches(self, batch_size, *, seed, start_step=0, purpose="data"):
        return self._unpaired.batches(batch_size, seed=seed, start_step=start_step, purpose=purpose)
