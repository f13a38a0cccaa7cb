"""Draws docs/semi-supervised-mnist.png: the test errors of semi-supervised runs, epoch by epoch.

    python docs/plots/test_errors.py runs/A [runs/B …]

The runs are those of the model card in models/semi_supervised.py, any number of them.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import matplotlib
from matplotlib import pyplot as plt

from tfgan_zoo.training.folder import RunFolder
from tfgan_zoo.training.metrics_file import MetricsFile

PICTURE = Path(__file__).resolve().parents[1] / "semi-supervised-mnist.png"
TEST_IMAGES = 10_000
# Salimans et al. 2016, arXiv:1606.03498, table 1: labels → errors of a single model after 300 epochs.
PAPER = {20: 1677, 50: 221, 100: 93, 200: 90}


def draw(folders: list[Path]) -> None:
    """Writes the picture: one curve a run, the paper's figure for as many labels as a dashed line."""
    matplotlib.use("Agg")
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for folder in folders:
        settings = json.loads((folder / "config.json").read_text())["settings"]
        labels = settings["arguments"]["labels_per_class"] * len(settings["class_names"])
        epoch = settings["num_examples"] / settings["batch_size"]
        rows = [row for row in MetricsFile(RunFolder(folder).metrics).read() if "test_error" in row]
        errors = [row["test_error"] * TEST_IMAGES for row in rows]
        (line,) = axes.plot([row["step"] / epoch for row in rows], errors, label=f"{labels} labels: {errors[-1]:.0f}")
        axes.axhline(PAPER[labels], color=line.get_color(), linestyle="--", linewidth=0.8)
    axes.set(yscale="log", xlabel="epoch", ylabel="errors among 10,000 test images", ylim=(60, 8000))
    axes.set_title("Semi-supervised MNIST, averaged weights (dashed: the paper's model after 300 epochs)", fontsize=10)
    axes.grid(alpha=0.3, which="both")
    axes.legend(title="at the end")
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    draw([Path(argument) for argument in sys.argv[1:]])
