"""Draws docs/generator-gradients.png: how strongly each loss pushes on the logit of one fake.

Run it from a checkout: `python docs/plots/generator_gradients.py`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import matplotlib
import tensorflow as tf
from matplotlib import pyplot as plt

from tfgan_zoo.game.losses import Answers, Hinge, LeastSquares, Loss, Minimax, NonSaturating, Wasserstein

PICTURE = Path(__file__).resolve().parents[1] / "generator-gradients.png"


def gradient(loss: Loss, logits: tf.Tensor) -> tf.Tensor:
    """Returns the derivative of G's loss on a single fake by that fake's logit, for each of `logits`: float32 [n]."""
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss.generator(Answers(fake_logits=logits))
    # The loss is a mean over the batch, here of n fakes.
    return len(logits) * tape.gradient(value, logits)


def draw() -> None:
    """Computes the gradients and writes the picture."""
    matplotlib.use("Agg")
    logits = tf.linspace(-6.0, 6.0, 241)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")

    left.plot(logits, gradient(Minimax(), logits), linewidth=2.5, label="minimax: −σ($\\ell$)")
    left.plot(logits, gradient(NonSaturating(), logits), linewidth=2.5, label="non-saturating: −σ(−$\\ell$)")
    left.set(title="The two losses of Goodfellow et al. 2014", ylim=(-1.1, 0.1))
    left.legend(loc="center right")

    right.plot(logits, gradient(LeastSquares(), logits), "C2", linewidth=2.5, label="least squares: $\\ell$ − 1")
    right.plot(logits, gradient(Wasserstein(), logits), "C3", linewidth=4.5, alpha=0.5, label="Wasserstein: −1")
    right.plot(logits, gradient(Hinge(), logits), "k--", linewidth=1.5, label="hinge: −1")
    right.set(title="The other three")
    right.legend(loc="upper left")

    for axes in (left, right):
        axes.axhline(0.0, color="0.6", linewidth=0.8)
        axes.axvline(0.0, color="0.6", linewidth=0.8)
        axes.set_xlabel("logit $\\ell$ = D(G(z))\n← D is sure: fake   |   D is fooled →")
        axes.set_ylabel("d loss_G / d $\\ell$")
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    draw()
