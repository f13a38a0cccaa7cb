"""Pictures of samples: grids of images, points over the data, and the animation of a run."""

import io
import math
import pathlib

import numpy as np
from PIL import Image

from tfgan_zoo.files import write_whole
from tfgan_zoo.metrics.modes import nearest_modes

LONGEST_ANIMATION = 200
GRID_SIDE = 640


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Maps float images in [−1, 1] to uint8."""
    return np.clip(np.round((np.asarray(images) + 1.0) * 127.5), 0, 255).astype(np.uint8)


def grid(images: np.ndarray, columns: int | None = None) -> Image.Image:
    """Lays images out in rows, with a margin of two pixels, small ones enlarged by a whole factor.

    Args:
        images: uint8 [n, H, W, C] with 1 or 3 channels.
        columns: images in a row; None for a square.
    """
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    margin = 2
    canvas = np.full((rows * (height + margin) + margin, columns * (width + margin) + margin, channels), 255, np.uint8)
    for index, image in enumerate(images):
        top = margin + index // columns * (height + margin)
        left = margin + index % columns * (width + margin)
        canvas[top : top + height, left : left + width] = image
    picture = Image.fromarray(canvas[:, :, 0] if channels == 1 else canvas)
    factor = max(1, round(GRID_SIDE / max(picture.size)))
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)


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


def save(picture: Image.Image, path: pathlib.Path) -> None:
    """Writes a PNG whole or not at all."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    write_whole(path, content.getvalue())


def animate(pictures: list[pathlib.Path], path: pathlib.Path) -> None:
    """Joins PNG files into a WebP animation of at most 200 frames, the last one shown for two seconds."""
    if not pictures:
        return
    chosen = np.unique(np.linspace(0, len(pictures) - 1, LONGEST_ANIMATION).round().astype(int))
    frames = [Image.open(pictures[index]).convert("RGB") for index in chosen]
    content = io.BytesIO()
    durations = [120] * (len(frames) - 1) + [2000]
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=80)
    write_whole(path, content.getvalue())
