"""The few labelled examples of semi-supervised learning."""

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import purpose_id
from tfgan_zoo.data.source import PartOfSource, Source


def labelled_subset(source: Source, labels_per_class: int, seed: int) -> PartOfSource:
    """Picks the same number of examples of each class.

    Args:
        source: a labelled dataset with random access.
        labels_per_class: how many of each.
        seed: picks which.

    Returns:
        The picked examples, ordered by class.

    Raises:
        UserError: the dataset has no labels, has no random access, or has too few examples of a class; none are asked
            for.
    """
    if not source.class_names:
        raise UserError(f"--dataset={source.name}: labels are needed; expected a dataset such as mnist.")
    if source.labels is None:
        raise UserError(f"--dataset={source.name}: labels are not known while it is streamed; accepted: --in_memory.")
    if labels_per_class < 1:
        raise UserError(f"labels_per_class={labels_per_class}: expected at least 1.")
    labels = source.labels.numpy()
    order = np.random.Generator(np.random.Philox([seed, purpose_id("labelled subset")])).permutation(len(labels))
    picked = [order[labels[order] == label][:labels_per_class] for label in range(len(source.class_names))]
    smallest = min(map(len, picked))
    if smallest < labels_per_class:
        raise UserError(f"labels_per_class={labels_per_class}: {source.name} has a class of {smallest} examples.")
    name = f"{source.name}, {labels_per_class} labels a class"
    return PartOfSource(source, np.concatenate(picked), name)
