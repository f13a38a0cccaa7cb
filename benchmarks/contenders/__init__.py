"""Ways of training the same GAN, each in a file of its own and, when they are timed, in a process of its own.

A contender's `run(work, turns)` trains for ever, as its users would write it, and says after each step
`turns.finished()`, which returns when the next step may begin.
"""

import dataclasses
import importlib
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Contender:
    """One way of training.

    Attributes:
        module: the file in this package.
        title: as the tables have it.
        schedule: the order of the players' updates that it takes, or None for the one that was asked for.
        onednn: what TensorFlow is told about oneDNN before it is imported; None where it decides by itself.
    """

    module: str
    title: str
    schedule: str | None = None
    onednn: bool | None = None

    def load(self) -> Callable:
        """Returns the function `run` of its module."""
        return importlib.import_module(f"{__name__}.{self.module}").run


# The first is what the others are compared with. `…_plain` is what users of x86 processors without AVX-512 VNNI get.
CONTENDERS = {
    "zoo": Contender("zoo", "`train.py`"),
    "zoo_sequential": Contender("zoo", "`train.py --schedule=sequential`", schedule="sequential"),
    "zoo_fit": Contender("zoo_fit", "`GAN.fit`"),
    "keras": Contender("keras_loop", "Keras's two-step loop, `fit`"),
    "keras_plain": Contender("keras_loop", "Keras's two-step loop, oneDNN off", onednn=False),
    "tutorial": Contender("two_tapes", "TensorFlow's two-tape loop"),
    "tutorial_plain": Contender("two_tapes", "TensorFlow's two-tape loop, oneDNN off", onednn=False),
    "pytorch": Contender("pytorch", "PyTorch's loop, channels last"),
    "floor": Contender("floor", "the step's own kernels alone"),
}
