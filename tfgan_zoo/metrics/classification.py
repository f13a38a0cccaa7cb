"""Test errors of a classifier, or of several that vote with their probabilities."""

from collections.abc import Callable, Sequence

import numpy as np

ROWS_AT_ONCE = 500


def count_errors(classifiers: Sequence[Callable], source) -> int:
    """Counts the examples of a dataset whose most probable class is not their label.

    Args:
        classifiers: functions from images float32 [n, H, W, C] in [−1, 1] to probabilities [n, K]; of several, the
            mean probability decides, as in the ensembles of Salimans et al. 2016, §6.1.
        source: a labelled `tfgan_zoo.data.source.Source`.
    """
    errors = 0
    for images, labels in source.once(ROWS_AT_ONCE):
        probabilities = np.mean([classify(images) for classify in classifiers], axis=0)
        errors += int(np.sum(probabilities.argmax(axis=1) != labels))
    return errors
