"""Measures what an export makes of held-out images, where the truth is known.

    python benchmarks/translations.py RUN

Of a translator: the mean distance of a pixel in [0, 1] to the true partner, beside that of a black image, of the mean
partner and of the input itself. Of a context encoder with a hole in the centre: the hole's PSNR in dB, beside that of
the mean colour, and the mean square difference of neighbouring pixels in it, beside that of the true content.
"""

import pathlib
import sys

import numpy as np
from absl import flags

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
if str(CHECKOUT) not in sys.path:  # as a script Python puts this folder there, not the one above
    sys.path.insert(0, str(CHECKOUT))

from tfgan_zoo.common.command import run_command  # noqa: E402
from tfgan_zoo.training.folder import RunFolder  # noqa: E402

SUMMARY = "Measures translations of held-out images, or holes filled."
MOST_IMAGES, ROWS_AT_ONCE = 1000, 100


def partner_errors(made: np.ndarray, given: np.ndarray, partners: np.ndarray) -> dict[str, float]:
    """Returns mean absolute distances of pixels to the partners, all images float [n, H, W, C] in [0, 1]."""
    others = {"output": made, "black": 0.0, "mean partner": partners.mean(axis=0), "input": given}
    return {name: float(np.abs(images - partners).mean()) for name, images in others.items()}


def hole_figures(made: np.ndarray, images: np.ndarray, mean_colour: np.ndarray) -> dict[str, float]:
    """Returns the figures of the centre half of each side, of images float [n, H, W, C] in [0, 1]."""
    border = images.shape[1] // 4
    made, true = (array[:, border:-border, border:-border] for array in (made, images))
    return {
        "PSNR": _psnr(made - true),
        "PSNR of the mean colour": _psnr(mean_colour - true),
        "gradient energy": _gradient_energy(made),
        "gradient energy of the truth": _gradient_energy(true),
    }


def _psnr(error: np.ndarray) -> float:
    return float(-10.0 * np.log10(np.mean(error**2)))


def _gradient_energy(images: np.ndarray) -> float:
    return float(sum(np.mean(np.diff(images, axis=axis) ** 2) for axis in (1, 2)))


def _measure(values: flags.FlagValues, run: str) -> None:
    from tfgan_zoo import data
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.serving.exported import ExportedModel

    model, settings = ExportedModel(run), RunFolder(run).read_settings()
    place = {"image_size": settings["image_size"], "data_dir": settings["data_dir"]}
    test = data.load(settings["dataset"], split="test", **place)
    count = min(MOST_IMAGES, test.num_examples)
    if test.has_pairs:
        examples = next(test.paired().once(count, count=count))[0]
        given, partners = ((examples[domain] + 1.0) / 2.0 for domain in ("a", "b"))
        figures = partner_errors(_translated(model, given), given, partners)
    else:
        images, known = (
            (next(source.once(count, count=count))[0] + 1.0) / 2.0
            for source in (test, data.load(settings["dataset"], **place))
        )
        figures = hole_figures(_translated(model, images), images, known.mean(axis=(0, 1, 2)))
    print(f"{run}, {count} held-out images: " + ", ".join(f"{name} {value:.4f}" for name, value in figures.items()))


def _translated(model, images: np.ndarray) -> np.ndarray:
    starts = range(0, len(images), ROWS_AT_ONCE)
    parts = (images[start : start + ROWS_AT_ONCE].astype(np.float32) for start in starts)
    return np.concatenate([model.predict("serving_default", {"images": part})["images"] for part in parts])


def main() -> int:
    """Runs the command."""
    return run_command("benchmarks/translations.py", SUMMARY, lambda values: None, _measure, operand="RUN")


if __name__ == "__main__":
    sys.exit(main())
