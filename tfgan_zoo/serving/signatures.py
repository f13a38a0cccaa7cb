"""The graph of an export: a trained model that needs neither Keras nor this package, only TensorFlow."""

import abc
from collections.abc import Callable

import tensorflow as tf

from tfgan_zoo.serving.guards import finite, guard


class Signatures(abc.ABC):
    """The signatures of an export. What kind of model it is, its subclasses know.

    `guard` refuses inputs of other shapes, too many rows, labels that are none, positions and pixels outside of 0 to 1,
    and pictures that are none or too large.

    Args:
        gan: the trained model.
        max_batch: rows that one request may have.
        class_names: of the K classes that the model is conditioned on or tells apart.

    Attributes:
        functions: name of a signature → concrete function.
        specs: name of a signature → its inputs, name → `tf.TensorSpec`.
    """

    def __init__(self, gan, max_batch: int, class_names: list[str] = ()):
        self.gan = gan
        self._max_batch = max_batch
        self._class_names = list(class_names)
        computations = self.computations()
        self.specs = {name: specs for name, (_, specs) in computations.items()}
        self.functions = {name: self._concrete(*computation) for name, computation in computations.items()}

    @abc.abstractmethod
    def computations(self) -> dict[str, tuple[Callable, dict]]:
        """Returns name of a signature → (function of its inputs by name, its specs)."""

    @staticmethod
    @abc.abstractmethod
    def largest_shape(gan) -> tuple[int, ...]:
        """Returns the shape of the largest example that goes in or comes out."""

    def module(self) -> tf.Module:
        """Returns what is saved: the functions by their names, and the variables that they read."""
        module = tf.Module(name="exported")
        for name, function in self.functions.items():
            setattr(module, name, function)
        # A SavedModel holds the variables that its module can reach, and a module cannot look into Keras objects.
        module.weights = list({v.ref(): v for f in self.functions.values() for v in f.graph.variables}.values())
        return module

    def _concrete(self, compute: Callable, specs: dict):
        num_classes = self.gan.num_classes or len(self._class_names)

        # The arguments are positional, since `saved_model_cli show` prints the type and shape of those alone.
        def guarded(*arguments):
            inputs = dict(zip(specs, arguments, strict=True))
            inputs = guard(inputs, specs, max_batch=self._max_batch, num_classes=num_classes)
            with tf.control_dependencies(list(inputs.values())):
                return compute(**inputs)

        return tf.function(guarded).get_concrete_function(*specs.values())


def spec(name: str, shape: tuple, dtype: tf.DType) -> dict[str, tf.TensorSpec]:
    """Returns the spec of one input with any number of rows, by its name."""
    return {name: tf.TensorSpec([None, *shape], dtype, name)}


def example_spec(shape: tuple) -> dict[str, tf.TensorSpec]:
    """Returns the spec of `images`, or of `points` where the shape is that of a point."""
    return spec("points" if len(shape) == 1 else "images", shape, tf.float32)


def to_unit_range(images: tf.Tensor) -> tf.Tensor:
    """Maps images from [−1, 1] to [0, 1]."""
    return tf.clip_by_value((images + 1.0) / 2.0, 0.0, 1.0)


def to_pixels(images: tf.Tensor) -> tf.Tensor:
    """Maps images from [−1, 1] to uint8."""
    return tf.cast(tf.round(to_unit_range(images) * 255.0), tf.uint8)


def from_unit_range(images: tf.Tensor) -> tf.Tensor:
    """Maps images from [0, 1] to [−1, 1]."""
    return 2.0 * images - 1.0


def as_floats(data: tf.Tensor) -> dict:
    """Returns a network's examples as an output: `images` in [0, 1], or `points`."""
    return {"points": data} if data.shape.rank == 2 else {"images": to_unit_range(data)}


def as_pngs(data: tf.Tensor) -> dict:
    """Returns a network's examples, all of them finite, as an output: `image_bytes`, PNGs; or `points`."""
    data = finite(data)
    if data.shape.rank == 2:
        return {"points": data}
    return {"image_bytes": tf.io.encode_png(to_pixels(data))}
