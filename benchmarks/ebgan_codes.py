"""Measures the energies and codes of EBGAN runs, such as one with and one without the pulling-away term.

    python benchmarks/ebgan_codes.py RUN

Prints, of the run's newest checkpoint, E e(x) of test images, E e(G(z)), and the mean squared cosine of two codes of as
many fakes (the pulling-away term, Zhao et al. 2017, arXiv:1609.03126, equation 7).
"""

import pathlib
import sys

from absl import flags

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
if str(CHECKOUT) not in sys.path:  # as a script Python puts this folder there, not the one above
    sys.path.insert(0, str(CHECKOUT))

from tfgan_zoo import data  # noqa: E402
from tfgan_zoo.common.command import run_command  # noqa: E402
from tfgan_zoo.common.errors import UserError  # noqa: E402
from tfgan_zoo.training.folder import RunFolder, checkpoint_steps  # noqa: E402

SUMMARY = "Measures the energies and codes of an EBGAN run."


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder.", flag_values=values)


def _measure(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("RUN is missing: give a run's folder.")
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.training.rebuild import rebuild

    folder = RunFolder(values.export)
    settings, step = folder.read_settings(), checkpoint_steps(folder.checkpoints)[-1]
    gan = rebuild(folder, step)
    test = data.load(
        settings["dataset"], split="test", image_size=settings["image_size"], data_dir=settings["data_dir"]
    )
    images, _ = next(test.once(test.num_examples))
    found = ", ".join(f"{name} {value:.4f}" for name, value in figures_of(gan, images).items())
    print(f"{folder}, step {step}, margin {gan.loss.margin}: {found}")


def figures_of(gan, images) -> dict[str, float]:
    """Returns the mean energies of images [n, H, W, C] in [−1, 1] and of as many fakes, and their codes' cosines."""
    import tensorflow as tf

    from models.ebgan import pulling_away_term

    with gan.inference_weights():
        forward = gan.forward_pass(gan, tf.constant(images), None, "figures", training=False)
        return {
            "e(x)": float(tf.reduce_mean(forward.real_output["energies"])),
            "e(G)": float(tf.reduce_mean(forward.fake_output["energies"])),
            "cos²": float(pulling_away_term(forward.fake_output["codes"])),
        }


def main() -> int:
    """Runs the command."""
    return run_command("benchmarks/ebgan_codes.py", SUMMARY, _define, _measure, operand="export")


if __name__ == "__main__":
    sys.exit(main())
