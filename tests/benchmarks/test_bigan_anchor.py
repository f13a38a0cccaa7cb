import numpy as np
import pytest

from benchmarks import bigan_anchor


class Known:
    """Encodes an image by its mean, and generates images of one value."""

    def predict(self, signature, inputs):
        if signature == "encode":
            return {"latents": inputs["images"].mean(axis=(1, 2, 3))[:, None]}
        return {"images": np.broadcast_to(inputs["latents"][:, :, None, None], (len(inputs["latents"]), 2, 2, 1))}


def test_figures_by_hand():
    """Two images of 2 × 2 pixels, of value 0 and 1; samples of value 0.25 and 0.5."""
    images = np.stack([np.zeros((2, 2, 1)), np.ones((2, 2, 1))]).astype(np.float32)
    found = bigan_anchor.figures_of(Known(), images, np.array([[0.25], [0.5]], np.float32))
    # √4 · ¼ and √4 · ½; each reconstruction is exact, and √4 from the other image.
    assert found["NND"] == pytest.approx((0.5 + 1.0) / 2)
    assert (found["recon"], found["baseline"], found["ratio"]) == pytest.approx((0.0, 2.0, 0.0))


def test_nearest_distances_are_those_of_all_pairs():
    rng = np.random.default_rng(0)
    images, samples = rng.uniform(size=(5, 7)), rng.uniform(size=(9, 7))
    expected = np.linalg.norm(images[:, None] - samples[None], axis=2).min(axis=1)
    np.testing.assert_allclose(bigan_anchor.nearest_distances(images, samples), expected, rtol=1e-6)
