"""Generated points over real ones, with a mixture's modes marked."""

import numpy as np
from PIL import Image

from tfgan_zoo.metrics.modes import nearest_modes


def scatter(fake: np.ndarray, real: np.ndarray, mixture=None) -> Image.Image:
    """Draws generated points over real ones, on axes that the real ones fix.

    Args:
        fake, real: float [n, 2].
        mixture: a `tfgan_zoo.data.mixtures.Mixture`, whose modes are marked as found or missed; None for none.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.12, 5.12), dpi=100, layout="tight")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.scatter(*np.transpose(real), s=8, color="0.75", label="real", linewidths=0)
    axes.scatter(*np.transpose(fake), s=4, color="tab:blue", label="generated", linewidths=0)
    if mixture is not None and np.isfinite(fake).all():
        _mark_modes(axes, fake, mixture)
    limit = 1.25 * np.abs(real).max()
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=4, frameon=False)  # not over the points
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _mark_modes(axes, points: np.ndarray, mixture) -> None:
    """Marks each mode as found or missed, by PacGAN's protocol, and writes down the count."""
    nearest, is_good = nearest_modes(points, mixture.centres, mixture.deviation)
    is_found = np.isin(np.arange(len(mixture.centres)), nearest[is_good])
    for chosen, marker, color, label in ((is_found, "+", "black", "found"), (~is_found, "x", "tab:red", "missed")):
        if chosen.any():
            centres = mixture.centres[chosen]
            axes.scatter(*centres.T, s=40, marker=marker, color=color, label=label, linewidths=1)
    axes.set_title(f"{is_found.sum()} of {len(is_found)} modes, {is_good.mean():.1%} of high quality", fontsize=10)
