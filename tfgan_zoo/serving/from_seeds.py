"""The signatures of a model that is given latents: every example has the name of its seed."""

import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.game.forward_pass import logits_of
from tfgan_zoo.game.latents import INTERPOLATIONS
from tfgan_zoo.serving.chunks import in_chunks
from tfgan_zoo.serving.signatures import Signatures, as_floats, as_pngs, example_spec, from_unit_range, spec


class SeedSignatures(Signatures):
    """From seeds.

    - `serving_default`: `latents` float32 [n, latent_dim] → `images` float32 [n, H, W, C] in [0, 1];
    - `generate`: `seed` int64 [n] → `image_bytes` PNG strings [n], each a pure function of its seed alone;
    - `interpolate`: `seed_a`, `seed_b` int64 [n], `position` float32 [n] in [0, 1] → `image_bytes`;
    - `score`: `images` in [0, 1] → `logits` of D, unless D answers something else, or by the whole batch;
    - `classify`: `images` in [0, 1] → `probabilities` float32 [n, K], where the model classifies;
    - `class_names`: `labels` int32 [n] → `class_names` strings [n] and `num_classes` int32 [n], K in each row, where
      there are classes.

    A conditional model takes `labels` int32 [n] in 0 … K − 1 besides. A model of points answers `points` float32 [n, 2]
    instead of `images` and `image_bytes`.
    """

    @staticmethod
    def largest_shape(gan) -> tuple[int, ...]:
        return gan.data_shape

    def computations(self) -> dict:
        gan = self.gan
        labels = spec("labels", [], tf.int32)
        asked_for = labels if gan.num_classes else {}
        data = example_spec(gan.data_shape)
        ends = spec("seed_a", [], tf.int64) | spec("seed_b", [], tf.int64)
        found = {
            "serving_default": (self.from_latents, spec("latents", [gan.latent_dim], tf.float32) | asked_for),
            "generate": (self.generate, spec("seed", [], tf.int64) | asked_for),
            "interpolate": (self.interpolate, ends | spec("position", [], tf.float32) | asked_for),
        }
        if gan.scores_singly and gan.answers == "logits":
            found["score"] = self.score, data | asked_for
        if gan.classifies:
            found["classify"] = self.classify, data
        if self._class_names:
            found["class_names"] = self.class_names, labels
        return found

    def from_latents(self, latents, labels=None) -> dict:
        return as_floats(self.gan.generate(latents, labels, training=False))

    def generate(self, seed, labels=None) -> dict:
        return as_pngs(made_of(self.gan, latents_of(self.gan, seed), labels))

    def interpolate(self, seed_a, seed_b, position, labels=None) -> dict:
        between = INTERPOLATIONS[self.gan.latent_distribution]
        latents = between(latents_of(self.gan, seed_a), latents_of(self.gan, seed_b), position[:, None])
        return as_pngs(made_of(self.gan, latents, labels))

    def score(self, images=None, points=None, labels=None) -> dict:
        data = points if images is None else from_unit_range(images)
        return {"logits": tf.reshape(logits_of(self.gan.discriminate(data, labels, training=False)), [-1])}

    def classify(self, images) -> dict:
        return {"probabilities": self.gan.classify(from_unit_range(images))}

    def class_names(self, labels) -> dict:
        names = tf.gather(tf.constant(self._class_names), labels)
        return {"class_names": names, "num_classes": tf.fill(tf.shape(labels), len(self._class_names))}


def latents_of(gan, seeds) -> tf.Tensor:
    """Draws one latent vector for each seed, whatever other seeds are in the batch."""

    def draw(seed):
        return gan.sample_latents(1, randomness.key(0, seed, "export"))[0]

    return tf.map_fn(draw, seeds, fn_output_signature=tf.TensorSpec([gan.latent_dim], tf.float32))


def made_of(gan, latents, labels=None) -> tf.Tensor:
    """Runs G on 16 rows at a time."""

    def run(latents, labels=None):
        return gan.generate(latents, labels, training=False)

    inputs = {"latents": latents} | ({} if labels is None else {"labels": labels})
    return in_chunks(run, inputs, gan.data_shape)
