"""The animation of a run."""

import io
import pathlib

import numpy as np
from PIL import Image

from tfgan_zoo.common.files import write_whole
from tfgan_zoo.pictures.grids import over_white

LONGEST_ANIMATION = 200


def animate(pictures: list[pathlib.Path], path: pathlib.Path) -> None:
    """Joins PNG files into a WebP animation of at most 200 frames, the last one shown for two seconds."""
    if not pictures:
        return
    chosen = np.unique(np.linspace(0, len(pictures) - 1, LONGEST_ANIMATION).round().astype(int))
    frames = [over_white(Image.open(pictures[index])) for index in chosen]
    content = io.BytesIO()
    durations = [120] * (len(frames) - 1) + [2000]
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=80)
    write_whole(path, content.getvalue())
