"""The metrics of translators between two domains. Each is measured for each direction."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.two_domains import OfTwoDomains
from tfgan_zoo.evaluation import by_features, of_points
from tfgan_zoo.evaluation.comparison import Comparison, Result, check_same_shape
from tfgan_zoo.evaluation.examples import Examples
from tfgan_zoo.metrics import pixels
from tfgan_zoo.metrics.modes import map_of_modes
from tfgan_zoo.pictures.grids import to_pixels
from tfgan_zoo.serving.exported import ExportedModel

IMAGES, POINTS = 1000, 2500


class Direction(Comparison):
    """What a translator makes of held-out examples of one domain, beside the other domain's own.

    Args:
        export: the translator.
        name: `"a_to_b"` or `"b_to_a"`.
        train, test: datasets of two domains.
        open_extractor, count, seed: as for `Comparison`, whose training and test set are those of the target domain.
    """

    def __init__(
        self,
        export: ExportedModel,
        name: str,
        train: OfTwoDomains,
        test: OfTwoDomains,
        open_extractor: Callable,
        *,
        count: int,
        seed: int,
    ):
        self.source, _, self.target = name.split("_")
        targets = getattr(train, self.target), getattr(test, self.target)
        super().__init__(export, *targets, open_extractor, count=count, seed=seed)
        self.name = name
        self.back = f"{self.target}_to_{self.source}"
        self.both_ways = len(export.kind.translations) == 2
        self.source_set = getattr(test, self.source)
        self._test = test

    @functools.cached_property
    def pairs(self) -> tuple[dict, dict] | None:
        """Held-out examples of both domains that belong together, and their labels; None where none are known."""
        return _first(self._test.paired(), self.count, self.seed) if self._test.has_pairs else None

    @functools.cached_property
    def given(self) -> tuple[np.ndarray, np.ndarray]:
        """Held-out examples of the domain that is translated, and their labels."""
        if self.pairs is None:
            return _first(self.source_set, self.count, self.seed)
        examples, labels = self.pairs
        return examples[self.source], labels[self.source]

    @functools.cached_property
    def translated(self) -> np.ndarray:
        """uint8 images [n, H, W, C], or points."""
        made = translate(self.export, self.given[0], self.name if self.both_ways else None)
        check_same_shape(self.export, made, self.test_source)
        return made

    @functools.cached_property
    def fake(self) -> Examples:
        return Examples(self.translated, self.given[1], self._extractor, "translations")


def translate(export: ExportedModel, examples: np.ndarray, direction: str | None = None, masks=None) -> np.ndarray:
    """Returns what an export makes of examples: uint8 images, or points.

    Args:
        examples: images float [n, H, W, C] in [−1, 1], or points [n, 2].
        direction, masks: as for `ExportedModel.translate`.
    """
    if not export.makes_points:
        examples = [tf.io.encode_png(image).numpy() for image in to_pixels(examples)]
    return export.translate(examples, direction, masks)


def _first(source, count: int, seed: int) -> tuple:
    count = min(count, source.num_examples)
    return next(source.once(count, count=count, seed=seed))


def partner_error(direction: Direction) -> Result:
    """Mean absolute difference of pixels in [0, 1] to the true partner, that of a black image and of the input itself,
    and the peak signal-to-noise ratio in dB."""
    if direction.pairs is None:
        raise UserError("--metrics=partner_error: which examples of A and B belong together is not known.")
    true = _unit(direction.pairs[0][direction.target])
    made, given = direction.translated / 255.0, _unit(direction.given[0])
    figures = {"l1": pixels.l1(made, true), "psnr": pixels.psnr(made, true), "l1_of_black": pixels.l1(0.0, true)}
    if given.shape == true.shape:
        figures["l1_of_input"] = pixels.l1(given, true)
    return Result(figures, None, "pixels", len(made))


def cycle_error(direction: Direction) -> Result:
    """The difference after the way there and back: mean absolute of pixels in [0, 1], or root mean square in σ."""
    if not direction.both_ways:
        raise UserError(f"--metrics=cycle_error: {direction.export} translates in one direction only.")
    given, made = direction.given[0], direction.translated
    if direction.export.makes_points:
        again = translate(direction.export, made, direction.back)
        rms = np.sqrt(np.mean(np.square(again - given))) / direction.source_set.mixture.deviation
        return Result({"rms": float(rms)}, None, "the points themselves", len(made))
    again = translate(direction.export, made / 127.5 - 1.0, direction.back)
    return Result({"l1": pixels.l1(again / 255.0, _unit(given))}, None, "pixels", len(made))


def class_agreement(direction: Direction) -> Result:
    """The share of translations that the target domain's classifier puts into their input's class; the reference is its
    accuracy on the domain's own test examples."""
    if not direction.extract.knows_classes:
        raise UserError("--metrics=class_agreement: needs an extractor that knows the classes of the target domain.")
    fake, test = direction.fake, direction.test

    def figures(examples):
        return {"agreement": float(np.mean(examples.classes == examples.labels))}

    return Result(figures(fake), figures(test), direction.extract.name, len(fake), len(test))


def modes(direction: Direction) -> Result:
    """As for samples; and how many different modes the modes of the input go to, by the majority of their points."""
    result = of_points.modes(direction)
    mixture, (_, labels) = direction.train_source.mixture, direction.given
    targets = map_of_modes(direction.translated, labels, mixture.centres, mixture.deviation)
    figures = {**result.figures, "modes_of_input": len(targets), "different_targets": len(set(targets.tolist()))}
    return dataclasses.replace(result, figures=figures)


IMAGE_METRICS = {
    "partner_error": partner_error,
    "cycle_error": cycle_error,
    "class_agreement": class_agreement,
    **by_features.METRICS,
}
POINT_METRICS = {"modes": modes, "cycle_error": cycle_error, **by_features.METRICS}


def defaults(direction: Direction) -> list[str]:
    """Returns the metrics that fit a translator and its dataset: those by features where there are classes to learn."""
    names = ["cycle_error"] if direction.both_ways else []
    if direction.export.makes_points:
        return ["modes", *names]
    if direction.pairs is not None:
        names.insert(0, "partner_error")
    if len(direction.train_source.class_names) > 1:
        names += ["frechet_distance", "precision_recall"]
        if direction.extract.knows_classes:
            names.append("class_agreement")
    return names


def of_each(metric: Callable[[Direction], Result], directions: list[Direction]) -> Result:
    """Measures each direction; where there are two, figures carry its name."""
    results = {direction.name: metric(direction) for direction in directions}
    first = next(iter(results.values()))
    if len(results) == 1:
        return first
    return dataclasses.replace(
        first,
        figures=_named({name: result.figures for name, result in results.items()}),
        reference=_named({name: result.reference or {} for name, result in results.items()}) or None,
        extractor="; ".join(dict.fromkeys(result.extractor for result in results.values())),
    )


def _named(figures: dict[str, dict]) -> dict:
    return {f"{direction}/{name}": value for direction, values in figures.items() for name, value in values.items()}


def _unit(images: np.ndarray) -> np.ndarray:
    return to_pixels(images) / 255.0
