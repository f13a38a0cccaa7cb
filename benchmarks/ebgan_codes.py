"""EBGAN's energies and codes, with and without the pulling-away term: `python benchmarks/ebgan_codes.py`.

Trains on `digits` and prints E e(x) of test images, E e(G(z)) and the mean squared cosine of two codes, of 360 fakes.
Options: --steps=3000 --seed=0, and those of the model as key=value, such as width=32.
"""

import argparse
import ast
import pathlib
import sys

import tensorflow as tf

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
if str(CHECKOUT) not in sys.path:  # as a script Python puts this folder there, not the one above
    sys.path.insert(0, str(CHECKOUT))

from models import ZOO  # noqa: E402
from models.ebgan import pulling_away_term  # noqa: E402
from tfgan_zoo import data  # noqa: E402
from tfgan_zoo.machine.distribution import make_train_steps  # noqa: E402

WEIGHTS = (0.1, 0.0)
AT_ONCE = 100  # steps of one execution


def train(steps: int, **options):
    """Returns the trained model."""
    source = data.load("digits")
    gan = ZOO["ebgan"](source.element_shape, **options)
    gan.prepare(source)
    run, batches = make_train_steps(gan), iter(gan.batches(source, gan.batch_size))
    for start in range(0, steps, AT_ONCE):
        run(batches, tf.constant(min(AT_ONCE, steps - start)))
    return gan


def figures_of(gan, images: tf.Tensor) -> dict[str, float]:
    """Returns the mean energies of images [n, H, W, C] in [−1, 1] and of as many fakes, and their codes' cosines."""
    with gan.inference_weights():
        forward = gan.forward_pass(gan, images, None, "figures", training=False)
        return {
            "e(x)": float(tf.reduce_mean(forward.real_output["energies"])),
            "e(G)": float(tf.reduce_mean(forward.fake_output["energies"])),
            "cos²": float(pulling_away_term(forward.fake_output["codes"])),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("options", nargs="*")
    given = parser.parse_args()
    options = {name: ast.literal_eval(value) for name, value in (option.split("=") for option in given.options)}
    source = data.load("digits", split="test")
    images, _ = next(source.once(source.num_examples, count=source.num_examples))
    for weight in WEIGHTS:
        gan = train(given.steps, seed=given.seed, pulling_away_weight=weight, **options)
        found = ", ".join(f"{name} {value:.4f}" for name, value in figures_of(gan, tf.constant(images)).items())
        print(f"margin {gan.loss.margin}, pulling_away_weight {weight}: {found}", flush=True)


if __name__ == "__main__":
    main()
