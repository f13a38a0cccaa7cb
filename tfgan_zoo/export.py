"""SavedModels: a trained generator that needs neither Keras nor this package, only TensorFlow or TensorFlow Serving."""

import json
import pathlib

import tensorflow as tf

from tfgan_zoo import randomness
from tfgan_zoo.files import whole_folder
from tfgan_zoo.forward_pass import logits_of
from tfgan_zoo.latents import INTERPOLATIONS

ROWS_AT_ONCE = 16  # a convolution's last bit may change with the size of its batch: `generate` never changes it


class Exported(tf.Module):
    """The signatures of an export.

    - `serving_default`: `latents` float32 [n, latent_dim] → `images` float32 [n, H, W, C] in [0, 1];
    - `generate`: `seed` int64 [n] → `image_bytes` PNG strings [n], each a pure function of its seed alone;
    - `interpolate`: `seed_a`, `seed_b` int64 [n], `position` float32 [n] in [0, 1] → `image_bytes`;
    - `score`: `images` in [0, 1] → `logits` of D, unless D's answer depends on the whole batch;
    - `classify`: `images` in [0, 1] → `probabilities` float32 [n, K], where the model classifies.

    A conditional model takes `labels` int32 [n] besides. A model of points answers `points` float32 [n, 2] instead of
    `images` and `image_bytes`.

    Args:
        gan: the trained `GAN`.
    """

    def __init__(self, gan):
        super().__init__(name="exported")
        self._gan = gan
        self._makes_points = len(gan.data_shape) == 1
        self.functions = self._make_functions()
        # A SavedModel holds the variables that its module can reach, and a module cannot look into Keras objects.
        self.weights = list({v.ref(): v for f in self.functions.values() for v in f.graph.variables}.values())

    def _make_functions(self) -> dict:
        gan = self._gan
        labels = {"labels": tf.TensorSpec([None], tf.int32, "labels")} if gan.num_classes else {}
        latents = tf.TensorSpec([None, gan.latent_dim], tf.float32, "latents")
        images = tf.TensorSpec([None, *gan.data_shape], tf.float32, "points" if self._makes_points else "images")
        seed, seed_a, seed_b = (tf.TensorSpec([None], tf.int64, name) for name in ("seed", "seed_a", "seed_b"))
        position = tf.TensorSpec([None], tf.float32, "position")
        signatures = {
            "serving_default": _concrete(self.from_latents, latents=latents, **labels),
            "generate": _concrete(self.generate, seed=seed, **labels),
            "interpolate": _concrete(self.interpolate, seed_a=seed_a, seed_b=seed_b, position=position, **labels),
        }
        if gan.scores_singly:
            signatures["score"] = _concrete(self.score, **{images.name: images}, **labels)
        if gan.classifies:
            signatures["classify"] = _concrete(self.classify, images=images)
        return signatures

    def from_latents(self, latents, labels=None) -> dict:
        data = self._gan.generate(latents, labels, training=False)
        return {"points": data} if self._makes_points else {"images": _to_unit_range(data)}

    def generate(self, seed, labels=None) -> dict:
        return self._encoded(self._latents(seed), labels)

    def interpolate(self, seed_a, seed_b, position, labels=None) -> dict:
        between = INTERPOLATIONS[self._gan.latent_distribution]
        return self._encoded(between(self._latents(seed_a), self._latents(seed_b), position[:, None]), labels)

    def score(self, images=None, points=None, labels=None) -> dict:
        data = points if self._makes_points else 2.0 * images - 1.0
        return {"logits": tf.reshape(logits_of(self._gan.discriminate(data, labels, training=False)), [-1])}

    def classify(self, images) -> dict:
        return {"probabilities": self._gan.classify(2.0 * images - 1.0)}

    def _latents(self, seeds) -> tf.Tensor:
        """Draws one latent vector for each seed, whatever other seeds are in the batch."""

        def draw(seed):
            return self._gan.sample_latents(1, randomness.key(0, seed, "export"))[0]

        spec = tf.TensorSpec([self._gan.latent_dim], tf.float32)
        return tf.map_fn(draw, seeds, fn_output_signature=spec)

    def _encoded(self, latents, labels) -> dict:
        data = self._in_chunks(latents, labels)
        if self._makes_points:
            return {"points": data}
        pixels = tf.cast(tf.round(_to_unit_range(data) * 255.0), tf.uint8)
        return {"image_bytes": tf.io.encode_png(pixels)}

    def _in_chunks(self, latents, labels) -> tf.Tensor:
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


def export(gan, folder: pathlib.Path, class_names: list[str] = ()) -> pathlib.Path:
    """Writes `folder/<version>/`, the next free version, whole or not at all; averaged weights where there are some.

    Args:
        gan: the trained `GAN`.
        folder: holds one numeric sub-folder for each version.
        class_names: names of the classes, where the model is conditional.

    Returns:
        The folder of the new version.
    """
    versions = [int(path.name) for path in folder.glob("*") if path.name.isdigit()]
    target = folder / str(max(versions, default=0) + 1)
    with gan.inference_weights(), whole_folder(target) as temporary:
        module = Exported(gan)
        tf.saved_model.save(module, str(temporary), signatures=module.functions)
        extra = temporary / "assets.extra"
        extra.mkdir()
        description = {
            "model": type(gan).__name__,
            "num_classes": gan.num_classes,
            "class_names": list(class_names) if gan.num_classes or gan.classifies else [],
        }
        (extra / "description.json").write_text(json.dumps(description, indent=2) + "\n")
    return target


def _concrete(function, **specs):
    return tf.function(function).get_concrete_function(**specs)


def _to_unit_range(images: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value((images + 1.0) / 2.0, 0.0, 1.0)
