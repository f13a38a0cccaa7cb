"""By hand."""

import numpy as np
import pytest

from tfgan_zoo.metrics.pixels import gradient_energy, l1, psnr


def test_distances():
    true = np.stack([np.full((2, 2, 1), value) for value in (0.2, 0.6)])
    assert l1(true + 0.1, true) == pytest.approx(0.1)
    assert l1(0.0, true) == pytest.approx(0.4)
    assert psnr(true + 0.1, true) == pytest.approx(20.0)  # −10 log₁₀ 0.01
    assert psnr(true, true) == float("inf")


def test_gradient_energy():
    stripes = np.tile(np.array([0.0, 0.5, 0.0, 0.5])[:, None], (1, 4))[None, :, :, None]
    assert gradient_energy(stripes) == pytest.approx(0.25)  # rows differ by 0.5, columns do not
    assert gradient_energy(np.full((1, 4, 4, 1), 0.3)) == 0.0
