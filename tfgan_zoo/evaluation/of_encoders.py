"""The metric of models that have an encoder beside their generator."""

import numpy as np

from tfgan_zoo.evaluation.comparison import Comparison, Result
from tfgan_zoo.evaluation.of_translators import translate
from tfgan_zoo.metrics.modes import nearest_modes
from tfgan_zoo.pictures.grids import to_pixels


def reconstruction_error(comparison: Comparison) -> Result:
    """Mean Euclidean distance of a test example to its reconstruction, and its ratio to that of another test example.

    Pixels are in [0, 1]. Of points also the share of reconstructions that lie nearest to their own mode.

    Reference: Donahue et al. 2017, BiGAN, arXiv:1605.09782, and its code's log for the ratio.
    """
    source = comparison.test_source
    count = min(comparison.count, source.num_examples)
    examples, labels = next(source.once(count, count=count, seed=comparison.seed))
    again = translate(comparison.export, examples)
    figures = {}
    if source.has_points and source.mixture is not None:
        nearest, _ = nearest_modes(again, source.mixture.centres, source.mixture.deviation)
        figures["own_mode"] = float(np.mean(nearest == labels))
    if not source.has_points:
        examples, again = to_pixels(examples) / 255.0, again / 255.0
    flat, again = examples.reshape(count, -1), again.reshape(count, -1)
    distance = np.linalg.norm(flat - again, axis=1).mean()
    to_others = np.linalg.norm(np.roll(flat, -1, axis=0) - again, axis=1).mean()
    figures = {"distance": float(distance), "ratio": float(distance / to_others), **figures}
    return Result(figures, None, "the points themselves" if source.has_points else "pixels", count)


METRICS = {"reconstruction_error": reconstruction_error}
