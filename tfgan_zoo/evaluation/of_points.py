"""The metrics of 2-D mixtures."""

import dataclasses

from tfgan_zoo.data.source import Source
from tfgan_zoo.evaluation import by_features
from tfgan_zoo.evaluation.comparison import Comparison, Result
from tfgan_zoo.metrics.modes import count_modes

SAMPLES = 2500  # PacGAN's protocol


def modes(comparison: Comparison) -> Result:
    """Modes found, high-quality share and reverse KL, by PacGAN's protocol."""
    mixture = comparison.train_source.mixture

    def figures(examples):
        count = dataclasses.asdict(count_modes(examples.data, mixture.centres, mixture.deviation))
        return {**count, "modes_of_data": len(mixture.centres)}

    return Result(
        figures(comparison.fake),
        figures(comparison.test),
        "PacGAN's protocol",
        len(comparison.fake),
        len(comparison.test),
    )


METRICS = {"modes": modes, **by_features.METRICS}


def defaults(comparison: Comparison) -> list[str]:
    """Returns the metrics that make sense for any mixture."""
    return ["modes", "precision_recall", "two_sample_accuracy"]


def default_count(train: Source, test: Source) -> int:
    """Returns how many samples the protocol asks for."""
    return SAMPLES
