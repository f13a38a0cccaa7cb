"""The graph of an export: a trained generator that needs neither Keras nor this package, only TensorFlow."""

import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.game.forward_pass import logits_of
from tfgan_zoo.game.latents import INTERPOLATIONS
from tfgan_zoo.serving.guards import finite, guard

ROWS_AT_ONCE = 16  # a convolution's last bit may change with the size of its batch: `generate` never changes it


class Signatures:
    """The signatures of an export.

    - `serving_default`: `latents` float32 [n, latent_dim] → `images` float32 [n, H, W, C] in [0, 1];
    - `generate`: `seed` int64 [n] → `image_bytes` PNG strings [n], each a pure function of its seed alone;
    - `interpolate`: `seed_a`, `seed_b` int64 [n], `position` float32 [n] in [0, 1] → `image_bytes`;
    - `score`: `images` in [0, 1] → `logits` of D, unless D's answer depends on the whole batch;
    - `classify`: `images` in [0, 1] → `probabilities` float32 [n, K], where the model classifies;
    - `class_names`: `labels` int32 [n] → `class_names` strings [n] and `num_classes` int32 [n], K in each row, where
      there are classes.

    A conditional model takes `labels` int32 [n] in 0 … K − 1 besides. A model of points answers `points` float32 [n, 2]
    instead of `images` and `image_bytes`. `guard` refuses other shapes, too many rows, labels that are none and
    positions outside of 0 to 1.

    Args:
        gan: the trained `GAN`.
        max_batch: rows that one request may have.
        class_names: of the K classes that the model is conditioned on or tells apart.

    Attributes:
        functions: name of a signature → concrete function.
        specs: name of a signature → its inputs, name → `tf.TensorSpec`.
    """

    def __init__(self, gan, max_batch: int, class_names: list[str] = ()):
        self._gan = gan
        self._max_batch = max_batch
        self._class_names = list(class_names)
        self._makes_points = len(gan.data_shape) == 1
        self.specs = self._make_specs()
        self.functions = {name: self._concrete(name) for name in self.specs}

    def module(self) -> tf.Module:
        """Returns what is saved: the functions by their names, and the variables that they read."""
        module = tf.Module(name="exported")
        for name, function in self.functions.items():
            setattr(module, name, function)
        # A SavedModel holds the variables that its module can reach, and a module cannot look into Keras objects.
        module.weights = list({v.ref(): v for f in self.functions.values() for v in f.graph.variables}.values())
        return module

    def _make_specs(self) -> dict:
        gan = self._gan

        def spec(name, shape, dtype):
            return {name: tf.TensorSpec([None, *shape], dtype, name)}

        labels = spec("labels", [], tf.int32)
        asked_for = labels if gan.num_classes else {}
        data = spec("points" if self._makes_points else "images", gan.data_shape, tf.float32)
        ends = spec("seed_a", [], tf.int64) | spec("seed_b", [], tf.int64)
        specs = {
            "serving_default": spec("latents", [gan.latent_dim], tf.float32) | asked_for,
            "generate": spec("seed", [], tf.int64) | asked_for,
            "interpolate": ends | spec("position", [], tf.float32) | asked_for,
        }
        if gan.scores_singly:
            specs["score"] = data | asked_for
        if gan.classifies:
            specs["classify"] = data
        if self._class_names:
            specs["class_names"] = labels
        return specs

    def _concrete(self, signature: str):
        specs = self.specs[signature]
        compute = self.from_latents if signature == "serving_default" else getattr(self, signature)
        num_classes = self._gan.num_classes or len(self._class_names)

        # The arguments are positional, since `saved_model_cli show` prints the type and shape of those alone.
        def guarded(*arguments):
            inputs = dict(zip(specs, arguments, strict=True))
            inputs = guard(inputs, specs, max_batch=self._max_batch, num_classes=num_classes)
            with tf.control_dependencies(list(inputs.values())):
                return compute(**inputs)

        return tf.function(guarded).get_concrete_function(*specs.values())

    def from_latents(self, latents, labels=None) -> dict:
        data = self._gan.generate(latents, labels, training=False)
        return {"points": data} if self._makes_points else {"images": _to_unit_range(data)}

    def generate(self, seed, labels=None) -> dict:
        return self.encode(self.in_chunks(self.draw_latents(seed), labels))

    def interpolate(self, seed_a, seed_b, position, labels=None) -> dict:
        between = INTERPOLATIONS[self._gan.latent_distribution]
        latents = between(self.draw_latents(seed_a), self.draw_latents(seed_b), position[:, None])
        return self.encode(self.in_chunks(latents, labels))

    def score(self, images=None, points=None, labels=None) -> dict:
        data = points if self._makes_points else 2.0 * images - 1.0
        return {"logits": tf.reshape(logits_of(self._gan.discriminate(data, labels, training=False)), [-1])}

    def classify(self, images) -> dict:
        return {"probabilities": self._gan.classify(2.0 * images - 1.0)}

    def class_names(self, labels) -> dict:
        names = tf.gather(tf.constant(self._class_names), labels)
        return {"class_names": names, "num_classes": tf.fill(tf.shape(labels), len(self._class_names))}

    # The parts of `generate`.

    def draw_latents(self, seeds) -> tf.Tensor:
        """Draws one latent vector for each seed, whatever other seeds are in the batch."""

        def draw(seed):
            return self._gan.sample_latents(1, randomness.key(0, seed, "export"))[0]

        spec = tf.TensorSpec([self._gan.latent_dim], tf.float32)
        return tf.map_fn(draw, seeds, fn_output_signature=spec)

    def in_chunks(self, latents, labels=None) -> tf.Tensor:
        """Runs G on 16 rows at a time, the last rows padded with zeros."""
        count = tf.shape(latents)[0]
        padding = -count % ROWS_AT_ONCE

        def chunks(rows):
            rows = tf.pad(rows, [[0, padding]] + [[0, 0]] * (rows.shape.rank - 1))
            return tf.reshape(rows, [-1, ROWS_AT_ONCE, *rows.shape[1:]])

        def run(chunk):
            return self._gan.generate(chunk["latents"], chunk.get("labels"), training=False)

        inputs = {"latents": chunks(latents)} | ({} if labels is None else {"labels": chunks(labels)})
        spec = tf.TensorSpec([ROWS_AT_ONCE, *self._gan.data_shape], tf.float32)
        data = tf.map_fn(run, inputs, parallel_iterations=1, fn_output_signature=spec)
        return tf.reshape(data, [-1, *self._gan.data_shape])[:count]

    def encode(self, data) -> dict:
        """Turns G's images into PNGs; points stay what they are."""
        data = finite(data)
        if self._makes_points:
            return {"points": data}
        pixels = tf.cast(tf.round(_to_unit_range(data) * 255.0), tf.uint8)
        return {"image_bytes": tf.io.encode_png(pixels)}


def _to_unit_range(images: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value((images + 1.0) / 2.0, 0.0, 1.0)
