"""The signatures of a model that is given images: they are translated, in one direction or in both."""

import math

import tensorflow as tf

from tfgan_zoo.game.translation import Translation
from tfgan_zoo.serving.chunks import in_chunks
from tfgan_zoo.serving.decoding import decode, decode_masks
from tfgan_zoo.serving.guards import finite
from tfgan_zoo.serving.signatures import Signatures, as_floats, as_pngs, example_spec, from_unit_range, spec


class ImageSignatures(Signatures):
    """From images.

    - `serving_default`: `images` float32 [n, H, W, C] in [0, 1] → `images`, by the first translation;
    - `translate`, or `translate_a_to_b` and `translate_b_to_a`: `image_bytes` PNG or JPEG strings [n] of any size →
      `image_bytes` PNG strings [n].

    A model that fills what a mask covers takes it besides: `mask` float32 [n, H, W, 1] in [0, 1], 1 where pixels are to
    be filled; `mask_bytes` PNG or JPEG strings [n], white there. Models of points take and answer `points` float32
    [n, 2]. Each row is a pure function of its input.
    """

    @staticmethod
    def largest_shape(gan) -> tuple[int, ...]:
        shapes = [shape for t in gan.translations() for shape in (t.input_shape, t.output_shape)]
        return max(shapes, key=math.prod)

    def computations(self) -> dict:
        translations = self.gan.translations()
        return {
            "serving_default": _of_floats(translations[0]),
            **{t.name: _of_points(t) if len(t.input_shape) == 1 else _of_bytes(t) for t in translations},
        }


def _of_floats(translation: Translation) -> tuple:
    """Returns the computation of `serving_default`, and its specs."""
    if len(translation.input_shape) == 1:
        return _of_points(translation)
    masks = spec("mask", (*translation.input_shape[:2], 1), tf.float32) if translation.mask else {}

    def translate(images, **masks):
        return as_floats(_run(translation, from_unit_range(images), **masks))

    return translate, example_spec(translation.input_shape) | masks


def _of_bytes(translation: Translation) -> tuple:
    shape = translation.input_shape
    masks = spec("mask_bytes", [], tf.string) if translation.mask else {}

    def translate(image_bytes, mask_bytes=None):
        masks = {} if mask_bytes is None else {"mask": decode_masks(mask_bytes, shape)}
        return as_pngs(_run(translation, from_unit_range(decode(image_bytes, shape)), **masks))

    return translate, spec("image_bytes", [], tf.string) | masks


def _of_points(translation: Translation) -> tuple:
    return lambda points: as_floats(_run(translation, points)), example_spec(translation.input_shape)


def _run(translation: Translation, examples: tf.Tensor, **masks: tf.Tensor) -> tf.Tensor:
    def run(examples, **masks):
        return translation.function(examples, *masks.values())

    return finite(in_chunks(run, {"examples": examples, **masks}, translation.output_shape))
