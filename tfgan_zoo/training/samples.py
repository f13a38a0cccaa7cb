"""The sample pictures of a run: always of the same inputs, so that one sees the model change."""

import pathlib

import numpy as np
from PIL import Image

from tfgan_zoo.data.source import Source
from tfgan_zoo.game.fixed_inputs import FixedInputs
from tfgan_zoo.pictures import animation, columns, grids, points
from tfgan_zoo.training.folder import RunFolder

IMAGES = 64
POINTS = 2500


class Samples:
    """Draws `samples/step-000500.png`: what G makes of latents, and what the model makes of held-out examples.

    Images are laid out in a grid, those of held-out examples in columns beside each other: input, output, and the true
    partner where there is one. Generated points are drawn over real ones and a mixture's modes.

    Args:
        gan: the compiled `GAN`; its averaged weights are used where there are some.
        source: the dataset, for the real points.
        folder: of the run.
        held_out: examples for a model that shows some; None for the dataset's own.
    """

    def __init__(self, gan, source: Source, folder: RunFolder, held_out: Source | None = None):
        self.folder = folder
        self._gan = gan
        self._has_points = source.has_points
        count = POINTS if source.has_points else IMAGES
        shows_examples = gan.takes == "images" or gan.encodes
        self._inputs = FixedInputs(gan, count, "samples", (held_out or source) if shows_examples else None)
        self._source = source
        if source.has_points:
            self._real = self._inputs.targets() if shows_examples else next(source.once(count, count=count))[0]

    def draw(self, step: int) -> np.ndarray:
        """Writes the picture of a step and returns it, uint8 [H, W, C]."""
        panels = self._points() if self._has_points else self._images()
        picture = panels[0] if len(panels) == 1 else grids.side_by_side(panels)
        grids.save(picture, self.folder.samples / f"step-{step:06d}.png")
        return np.atleast_3d(np.asarray(picture))

    def _images(self) -> list[Image.Image]:
        panels = [grids.grid(grids.to_pixels(self._inputs.fakes()))] if self._gan.takes == "latents" else []
        views = {title: grids.to_pixels(images) for title, images in self._inputs.views().items()}
        return panels + ([columns.table(views)] if views else [])

    def _points(self) -> list[Image.Image]:
        fakes = self._inputs.fakes()
        if not isinstance(fakes, dict):
            return [points.scatter(fakes, self._real, getattr(self._source, "b", self._source).mixture)]
        domains = {"a": self._source.a, "b": self._source.b}
        return [points.scatter(fakes[name], self._real[name], domain.mixture) for name, domain in domains.items()]

    def cut(self, step: int) -> None:
        """Removes the pictures of later steps."""
        for path in self._paths():
            if _step_of(path) > step:
                path.unlink()

    def animate(self) -> None:
        """Joins all pictures of the run into `samples.webp`."""
        animation.animate(self._paths(), self.folder.animation)

    def _paths(self) -> list[pathlib.Path]:
        return sorted(self.folder.samples.glob("step-*.png"), key=_step_of)


def _step_of(path: pathlib.Path) -> int:
    return int(path.stem.removeprefix("step-"))
