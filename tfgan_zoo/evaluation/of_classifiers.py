"""The metric of models that classify."""

from collections.abc import Sequence

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import Source
from tfgan_zoo.evaluation.comparison import Result
from tfgan_zoo.metrics.classification import count_errors
from tfgan_zoo.serving.exported import ExportedModel


def test_error(exports: Sequence[ExportedModel], test: Source, is_cut: bool) -> Result:
    """The errors of a classifier on the test set; several exports vote with their mean probability.

    Real images are all that it sees, so there is no reference.

    Raises:
        UserError: the test set has no labels, or `is_cut`: it is a part of what the models were trained on.
    """
    if not test.class_names or is_cut:
        raise UserError(f"--metrics=test_error: {test.name} has no labelled test split, which the model has not seen.")
    errors = count_errors([export.classify for export in exports], test)
    figures = {"test_error": errors / test.num_examples, "errors": errors}
    return Result(figures, None, "the model itself", test.num_examples)
