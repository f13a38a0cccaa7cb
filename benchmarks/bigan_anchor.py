"""The figures of BiGAN's authors on MNIST: `python benchmarks/bigan_anchor.py RUN/export`.

    NND     mean distance of 10,000 test images to the nearest of 100,000 samples
    recon   mean distance of a test image to its reconstruction G(E(x)), and of the next test image to it

Distances are Euclidean, of pixels in [0, 1]. The authors' log of `train_mnist.sh` has NND 13.44 at random weights, 7.19
after an epoch, 4.61 after 25 and 4.14 after 400; recon 13.64 / 13.64, 8.70 / 9.55, 7.29 / 9.51 and 5.95 / 9.60.
"""

import sys

import numpy as np

from tfgan_zoo import data
from tfgan_zoo.serving.exported import ExportedModel

SAMPLES, IMAGES, AT_ONCE = 100_000, 10_000, 1_000


def nearest_distances(images: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Returns the distance of each image [n, d] to the nearest of the samples [m, d]."""
    squares = np.einsum("ij,ij->i", samples, samples)
    found = []
    for start in range(0, len(images), AT_ONCE):
        rows = images[start : start + AT_ONCE]
        squared = np.einsum("ij,ij->i", rows, rows) + (squares[:, None] - 2.0 * samples @ rows.T).min(axis=0)
        found.append(np.sqrt(np.maximum(squared, 0.0)))
    return np.concatenate(found)


def figures_of(model, images: np.ndarray, latents: np.ndarray) -> dict[str, float]:
    """Returns NND and the reconstruction errors.

    Args:
        model: has `predict`, with the signatures `serving_default` and `encode` of an export with an encoder.
        images: float32 [n, H, W, C] in [0, 1].
        latents: float32 [m, latent_dim], of the samples.
    """
    samples, flat = _generate(model, latents), images.reshape(len(images), -1)
    again = _generate(model, _in_parts(lambda rows: model.predict("encode", {"images": rows})["latents"], images))
    recon = np.linalg.norm(flat - again, axis=1).mean()
    baseline = np.linalg.norm(np.roll(flat, -1, axis=0) - again, axis=1).mean()
    nearest = nearest_distances(flat, samples).mean()
    return {"NND": nearest, "recon": recon, "baseline": baseline, "ratio": recon / baseline}


def _generate(model, latents: np.ndarray) -> np.ndarray:
    images = _in_parts(lambda rows: model.predict("serving_default", {"latents": rows})["images"], latents)
    return images.reshape(len(images), -1)


def _in_parts(function, rows: np.ndarray) -> np.ndarray:
    return np.concatenate([function(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)])


def main() -> None:
    model = ExportedModel(sys.argv[1])
    source = data.load("mnist", split="test")
    examples, _ = next(source.once(IMAGES, count=IMAGES))
    latents = np.random.default_rng(0).uniform(-1.0, 1.0, (SAMPLES, 50)).astype(np.float32)
    found = figures_of(model, (np.asarray(examples) + 1.0) / 2.0, latents)
    print(", ".join(f"{name} {value:.3f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
