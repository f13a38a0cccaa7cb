"""How many examples a metric needs at least: known before the long work begins."""

from collections.abc import Sequence

from tfgan_zoo.evaluation.comparison import Comparison

LEAST = {
    "frechet_distance": 2,
    "kernel_distance": 4,
    "precision_recall": 6,
    "two_sample_accuracy": 2,
    "mind": 2,
    "fid_infinity": 20,
    "inception_score": 10,
}


def too_few(metric: str, comparisons: Sequence[Comparison]) -> str | None:
    """Returns why a metric cannot be measured, if there are too few examples for it; None otherwise."""
    for comparison in comparisons:
        sources = {"training": comparison.train_source, "test": comparison.test_source}
        counts = {"samples": comparison.count}
        counts |= {f"{name} examples": min(comparison.count, source.num_examples) for name, source in sources.items()}
        what = min(counts, key=counts.get)
        if counts[what] < LEAST.get(metric, 1):
            return f"at least {LEAST[metric]} samples are needed. Received: {counts[what]} {what}"
    return None
