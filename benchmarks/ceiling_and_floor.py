"""What the metrics say of images whose worth is known: real test images, shuffled pixels, one repeated image.

    python benchmarks/ceiling_and_floor.py [--dataset=mnist] [--num=10000]

Each kind takes the samples' place beside training images, by the classifier of the dataset.
"""

import pathlib
import sys

import numpy as np
from absl import flags

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo.common.command import run_command
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec, Wanted
from tfgan_zoo.evaluation.table import short
from tfgan_zoo.machine.runtime import start_tensorflow

METRICS = ("frechet_distance", "kernel_distance", "precision_recall", "two_sample_accuracy", "inception_score", "modes")


class Planted:
    """An export that answers with given images."""

    makes_points = classifies = False
    num_classes = 0

    def __init__(self, images):
        self.generate = images.__getitem__


def define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("dataset", "digits", "One with labels.", flag_values=values)
    flags.DEFINE_string("data_dir", None, "As in training.", flag_values=values)
    flags.DEFINE_integer("num", 10_000, "Images of each kind, or all test images.", 2, flag_values=values)


def main(values: flags.FlagValues) -> None:
    start_tensorflow()
    from tfgan_zoo.evaluation.comparison import Comparison
    from tfgan_zoo.evaluation.measure import choose_extractor
    from tfgan_zoo.evaluation.of_images import METRICS as MEASURES
    from tfgan_zoo.pictures.grids import to_pixels

    train, test = DatasetSpec(values.dataset, None, values.data_dir).open()
    extract = choose_extractor(train, test, Wanted())
    count = min(values.num, test.num_examples)
    pixels = to_pixels(np.concatenate([images for images, _ in test.once(500, count=count)]))
    shuffled = np.random.default_rng(0).permuted(pixels.reshape(count, -1), axis=1).reshape(pixels.shape)
    kinds = {"shuffled": shuffled, "repeated": np.repeat(pixels[:1], count, axis=0)}
    print(f"{values.dataset}, {count} images of each kind, by {extract.name}")
    rows = {}
    for kind, images in kinds.items():
        comparison = Comparison(Planted(images), train, test, extract, count=count, seed=0)
        for metric in METRICS:
            result = MEASURES[metric](comparison)
            for figure, value in result.figures.items():
                rows.setdefault((metric, figure), {"real": result.reference[figure]})[kind] = value
    for (metric, figure), row in rows.items():
        print(
            f"| {metric} | {figure} | " + " | ".join(short(row[kind]) for kind in ("real", *kinds)) + " |", flush=True
        )


if __name__ == "__main__":
    sys.exit(run_command("ceiling_and_floor.py", __doc__.splitlines()[0], define, main))
