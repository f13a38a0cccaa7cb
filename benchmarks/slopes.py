"""Measures how steep a run's discriminator is on the paths between real and fake data.

    python benchmarks/slopes.py RUN [--num=10000]

Prints the mean of ‖∇ D(x̂)‖ over x̂ = αx + (1 − α)G(z), α ~ U(0, 1), of the run's newest checkpoint. With a gradient
penalty of weight 10 it should be near 1 (Gulrajani et al. 2017, arXiv:1704.00028, §4).
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

SUMMARY = "Measures the slope of a run's discriminator between real and fake data."


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder.", flag_values=values)
    flags.DEFINE_integer("num", 10_000, "How many points on the paths.", 2, flag_values=values)


def _measure(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("RUN is missing: give a run's folder.")
    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    from tfgan_zoo.training.rebuild import rebuild

    folder = RunFolder(values.export)
    settings, step = folder.read_settings(), checkpoint_steps(folder.checkpoints)[-1]
    gan = rebuild(folder, step)
    source = data.load(settings["dataset"], image_size=settings["image_size"], data_dir=settings["data_dir"])
    print(f"{folder}, step {step}: mean slope {mean_slope(gan, source, values.num):.3f}")


def mean_slope(gan, source, count: int) -> float:
    """Returns the mean of ‖∇ D‖ over points between real examples and fakes."""
    import tensorflow as tf

    real, labels = next(gan.admit(source).once(count, count=count))
    forward = gan.forward_pass(gan, tf.constant(real), tf.constant(labels), "slopes", training=False)
    alpha = tf.random.stateless_uniform([len(real)] + [1] * (real.ndim - 1), [0, 0], alg="philox")
    between = alpha * forward.shown_real + (1.0 - alpha) * forward.shown_fake
    return float(tf.reduce_mean(tf.sqrt(forward.squared_slopes_at(between))))


def main() -> int:
    """Runs the command."""
    return run_command("benchmarks/slopes.py", SUMMARY, _define, _measure, operand="export")


if __name__ == "__main__":
    sys.exit(main())
