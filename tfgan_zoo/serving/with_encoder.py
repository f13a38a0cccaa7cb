"""The signatures of a model that has an encoder besides its generator."""

import tensorflow as tf

from tfgan_zoo.serving.chunks import in_chunks
from tfgan_zoo.serving.decoding import decode
from tfgan_zoo.serving.from_seeds import SeedSignatures, made_of
from tfgan_zoo.serving.guards import finite
from tfgan_zoo.serving.signatures import as_pngs, example_spec, from_unit_range, spec


class EncoderSignatures(SeedSignatures):
    """From seeds, and back from images.

    - `encode`: `images` float32 [n, H, W, C] in [0, 1] → `latents` float32 [n, latent_dim];
    - `reconstruct`: `image_bytes` PNG or JPEG strings [n] of any size → `image_bytes` PNG strings [n].

    A model of points takes and answers `points` float32 [n, 2] instead. Each row is a pure function of its input.
    """

    def computations(self) -> dict:
        data = example_spec(self.gan.data_shape)
        given = data if "points" in data else spec("image_bytes", [], tf.string)
        return {
            **super().computations(),
            "encode": (self.encode, data),
            "reconstruct": (self.reconstruct, given),
        }

    def encode(self, images=None, points=None) -> dict:
        return {"latents": self._latents(points if images is None else from_unit_range(images))}

    def reconstruct(self, image_bytes=None, points=None) -> dict:
        data = points if image_bytes is None else from_unit_range(decode(image_bytes, self.gan.data_shape))
        return as_pngs(made_of(self.gan, self._latents(data)))

    def _latents(self, data) -> tf.Tensor:
        return finite(in_chunks(lambda data: self.gan.encode(data), {"data": data}, (self.gan.latent_dim,)))
