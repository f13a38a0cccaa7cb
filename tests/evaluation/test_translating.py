"""What is measured of exports that are given images or points, planted ones of which the figures are known."""

import io

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.rings import rings
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.two_domains import Pairs, TwoDomains
from tfgan_zoo.evaluation.dataset_spec import Wanted
from tfgan_zoo.evaluation.examples import PointsThemselves
from tfgan_zoo.evaluation.suites import suite_of
from tfgan_zoo.serving.kind import Kind

BOTH = ("translate_a_to_b", "translate_b_to_a")


class Planted:
    """An export whose answers are computed by a function of decoded images in [0, 1], or of points, and a direction."""

    path = "planted"
    num_classes = 0
    classifies = False

    def __init__(self, function, translations=BOTH, *, makes_points=False, takes_masks=False, encodes=False):
        self.kind = Kind("latents" if encodes else "images", encodes=encodes, translations=translations)
        self.function, self.makes_points, self.takes_masks = function, makes_points, takes_masks

    def __str__(self):
        return self.path

    def translate(self, examples, direction=None, masks=None):
        if self.makes_points:
            return self.function(examples, direction)
        images = np.stack([np.atleast_3d(np.asarray(Image.open(io.BytesIO(png)))) for png in examples]) / 255.0
        inputs = (images, direction) if masks is None else (images, [Image.open(io.BytesIO(mask)) for mask in masks])
        return np.round(self.function(*inputs) * 255.0).astype(np.uint8)


class BrightOrDark:
    """An extractor that puts images into class 1 where they are brighter than half."""

    knows_classes = True
    name = "brightness"

    @property
    def description(self):
        return {"extractor": self.name}

    def __call__(self, images):
        bright = (images.mean(axis=(1, 2, 3), keepdims=True)[:, 0, 0] > 0).astype(np.float32)
        return images.reshape(len(images), -1), np.concatenate([1.0 - bright, bright], axis=1)


def pixels(values):
    """Gray images of 4 × 4 pixels of one value each."""
    return np.repeat(np.array(values, np.uint8), 16).reshape(-1, 4, 4, 1)


def source(name, values):
    return ArraySource(name, pixels(values), (np.array(values) > 127).astype(np.int32), ["dark", "bright"])


@pytest.fixture
def negatives():
    """Gray images and their negatives; a dark one's partner is bright."""
    a, b = source("A", [51, 204]), source("B", [204, 51])
    return TwoDomains("negatives", a, b, pairs=Pairs("negatives", a, b))


def figures(export, data, *names, extractor=None, **wanted):
    suite = suite_of(export, data, data, lambda train, test: extractor, Wanted(**wanted))
    return {name: suite.metrics[name]() for name in names or suite.defaults()}


def test_a_partner_is_missed_by_a_fifth(negatives):
    found = figures(Planted(lambda images, _: 0.2 + 0.0 * images, ("translate",)), negatives, "partner_error")
    assert found["partner_error"].figures == pytest.approx(
        # Partners 0.8 and 0.2 are answered by 0.2: differences 0.6 and 0, mean square 0.18.
        {"l1": 0.3, "psnr": -10 * np.log10(0.18), "l1_of_black": 0.5, "l1_of_input": 0.6}
    )
    assert found["partner_error"].samples == 2


def test_the_cycle_is_measured_in_both_directions(negatives):
    def translate(images, direction):
        return images / 2 if direction == "a_to_b" else images

    found = figures(Planted(translate), negatives, "cycle_error")["cycle_error"].figures
    # There and back halves an image: 0.2 → 0.1 and 0.8 → 0.4.
    assert found == pytest.approx({"a_to_b/l1": 0.25, "b_to_a/l1": 0.25}, abs=2e-3)


def test_classes_agree_where_the_classifier_of_the_other_domain_says_so(negatives):
    found = figures(
        Planted(lambda images, _: images, ("translate",)), negatives, "class_agreement", extractor=BrightOrDark()
    )
    assert found["class_agreement"].figures == {"agreement": 1.0}
    found = figures(Planted(lambda images, _: 1.0 - images), negatives, "class_agreement", extractor=BrightOrDark())
    assert found["class_agreement"].figures == {"a_to_b/agreement": 0.0, "b_to_a/agreement": 0.0}
    assert found["class_agreement"].reference == {"a_to_b/agreement": 1.0, "b_to_a/agreement": 1.0}


def test_what_fits_is_measured(negatives):
    paired = suite_of(Planted(lambda images, _: images), negatives, negatives, lambda *_: BrightOrDark(), Wanted())
    expected = ["partner_error", "cycle_error", "frechet_distance", "precision_recall", "class_agreement"]
    assert paired.defaults() == expected
    paired.metrics["class_agreement"]()
    assert paired.extractors == [{"extractor": "brightness"}] * 2
    one_way = Planted(lambda images, _: images, ("translate",))
    unlabelled = TwoDomains("plain", *(ArraySource(name, pixels([1, 2]), np.full(2, -1), []) for name in "ab"))
    assert suite_of(one_way, unlabelled, unlabelled, None, Wanted()).defaults() == []


def test_figures_that_cannot_be_had_are_refused(negatives):
    one_way = Planted(lambda images, _: images, ("translate",))
    with pytest.raises(UserError, match="translates in one direction only"):
        figures(one_way, negatives, "cycle_error")
    apart = TwoDomains("apart", negatives.a, negatives.b)
    with pytest.raises(UserError, match="which examples of A and B belong together is not known"):
        figures(one_way, apart, "partner_error")
    with pytest.raises(UserError, match="planted makes 2 × 2 × 1; --image_size=2"):
        figures(Planted(lambda images, _: images[:, :2, :2]), negatives, "partner_error")
    with pytest.raises(UserError, match="--dataset=A: has one domain, planted translates between two"):
        figures(Planted(None), negatives.a)


def test_a_turned_ring_is_a_permutation_of_modes():
    data = rings(split="test")
    turn = [data.a.mixture.centres, data.b.mixture.centres]

    def translate(points, direction):
        here, there = turn if direction == "a_to_b" else turn[::-1]
        nearest = np.linalg.norm(points[:, None] - here, axis=-1).argmin(axis=1)
        return (there[nearest] + (points - here[nearest])).astype(np.float32)

    found = figures(Planted(translate, makes_points=True), data, count=500, extractor=PointsThemselves())
    modes = found["modes"].figures
    assert [modes[f"{way}/different_targets"] for way in ("a_to_b", "b_to_a")] == [8, 8]
    assert [modes[f"{way}/modes_of_input"] for way in ("a_to_b", "b_to_a")] == [8, 8]
    assert modes["a_to_b/high_quality"] > 0.95
    assert found["cycle_error"].figures["a_to_b/rms"] == pytest.approx(0.0, abs=1e-3)
    # One σ along x on the way there is 1/√2 σ a coordinate after the way back.
    shifted = Planted(
        lambda points, way: translate(points, way) + data.a.mixture.deviation * np.array([way == "a_to_b", 0]),
        makes_points=True,
    )
    found = figures(shifted, data, "cycle_error", count=500)["cycle_error"].figures
    assert found["a_to_b/rms"] == pytest.approx(np.sqrt(0.5), rel=0.05)


@pytest.mark.parametrize("takes_masks", [False, True])
def test_a_hole_is_measured_where_it_is(takes_masks):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (3, 8, 8, 1), np.uint8)
    data = ArraySource("noise", images, np.full(3, -1), [])

    def fill(images, masks):
        if takes_masks:
            assert all(np.asarray(mask).mean() == 255 / 4 for mask in masks)
        filled = np.ones_like(images)  # what lies outside of the hole does not count
        filled[:, 2:6, 2:6] = 0.25
        return filled

    export = Planted(fill, ("translate",), takes_masks=takes_masks)
    result = figures(export, data)["hole"]
    true = images[:, 2:6, 2:6] / 255.0
    made = round(0.25 * 255) / 255
    assert result.figures["l1"] == pytest.approx(np.abs(true - made).mean())
    assert result.figures["psnr"] == pytest.approx(-10 * np.log10(np.square(true - made).mean()))
    colour = images.mean() / 255.0
    assert result.figures["psnr_of_mean_colour"] == pytest.approx(
        -10 * np.log10(np.square(true - colour).mean()), abs=1e-4
    )
    assert result.figures["gradient_energy"] == 0.0
    across, down = (np.square(np.diff(true, axis=axis)).mean() for axis in (1, 2))
    assert result.reference == {"gradient_energy": pytest.approx(across + down)}


def test_a_reconstruction_is_compared_with_its_image_and_with_another():
    data = source("two", [0, 255])
    export = Planted(lambda images, _: 0.25 + images / 2, (), encodes=True)
    found = figures(export, data, "reconstruction_error", count=2)["reconstruction_error"].figures
    # Black comes back as a quarter, white as three quarters: 16 pixels are 0.25 √16 away, and 0.75 √16 from the other.
    assert found == pytest.approx({"distance": 1.0, "ratio": 1 / 3}, abs=0.01)


def test_reconstructed_points_stay_in_their_mode():
    data = rings(split="test").a
    export = Planted(lambda points, _: -points, (), makes_points=True, encodes=True)
    found = figures(export, data, "reconstruction_error", count=200)["reconstruction_error"].figures
    assert found["own_mode"] == 0.0  # the opposite one
    export.function = lambda points, _: points
    assert figures(export, data, "reconstruction_error", count=200)["reconstruction_error"].figures["own_mode"] == 1.0
