"""Peak memory of the metrics on large sets of features: `python benchmarks/metrics_memory.py [examples] [features]`.

Each metric runs in a process of its own on random float32 features, real and fake, 50,000 × 2,048 of each unless told
otherwise: 0.8 GB before any metric begins. It prints the largest resident set of the process, features and libraries
included.
"""

import resource
import subprocess
import sys
import time

import numpy as np

METRICS = ("frechet_distance", "kernel_distance", "precision_recall", "two_sample_accuracy")


def measure(metric: str, examples: int, width: int) -> None:
    generator = np.random.default_rng(0)
    fake, real = (generator.standard_normal((examples, width), np.float32) for _ in range(2))
    start = time.perf_counter()
    if metric == "frechet_distance":
        from tfgan_zoo.metrics.frechet_distance import Moments, frechet_distance

        result = frechet_distance(Moments(fake), Moments(real))
    elif metric == "kernel_distance":
        from tfgan_zoo.metrics.kernel_distance import kernel_distance

        result = kernel_distance(fake, real)
    elif metric == "precision_recall":
        from tfgan_zoo.metrics.precision_recall import precision_recall

        result = precision_recall(fake, real)
    else:
        from tfgan_zoo.metrics.nearest_neighbour import two_sample_accuracy

        result = two_sample_accuracy(fake, real)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # kilobytes, on Linux
    print(f"{metric} of {examples} x {width}: peak {peak:.2f} GiB, {seconds:.0f} s, {result}", flush=True)


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in METRICS:
        measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
        return
    examples, width = ([int(argument) for argument in sys.argv[1:]] + [50_000, 2_048][len(sys.argv) - 1 :])[:2]
    for metric in METRICS:
        subprocess.run([sys.executable, __file__, metric, str(examples), str(width)], check=True)


if __name__ == "__main__":
    main()
