"""What the scripts on translators measure, by hand."""

import numpy as np
import pytest

from benchmarks import rings, translations
from tfgan_zoo.data.mixtures import RING8


def test_partner_errors():
    partners = np.stack([np.full((2, 2, 1), value) for value in (0.2, 0.6)])
    found = translations.partner_errors(partners + 0.1, partners * 0.5, partners)
    assert found == pytest.approx({"output": 0.1, "black": 0.4, "mean partner": 0.2, "input": 0.2})


def test_hole_figures():
    images = np.zeros((1, 8, 8, 1))
    images[:, 2:6, 2:6] = np.array([0.0, 0.5, 0.0, 0.5])[:, None]
    made = images.copy()
    made[:, 2:6, 2:6] += 0.1
    made[:, :2] = 9.0  # what lies outside of the hole does not count
    found = translations.hole_figures(made, images, np.array([0.25]))
    assert found["PSNR"] == pytest.approx(20.0)  # −10 log₁₀ 0.01
    assert found["PSNR of the mean colour"] == pytest.approx(-10 * np.log10(0.0625))
    assert found["gradient energy"] == pytest.approx(0.25) == found["gradient energy of the truth"]


def test_map_of_modes():
    labels = np.repeat(np.arange(8), 3)
    to, good = rings.map_of_modes(RING8.centres[(labels + 2) % 8], labels, RING8)
    assert to == [2, 3, 4, 5, 6, 7, 0, 1]
    assert good == 1.0
