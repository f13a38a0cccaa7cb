"""How many images one request may ask for, and how a server gathers several requests into one batch."""

import math

MOST_ROWS = 1024
# As many values as 1,024 images of 32 × 32 × 3 have: 12 MB of floats, and some five times that as JSON.
MOST_VALUES = 1024 * 32 * 32 * 3
LARGEST_GATHERED = 128


def default_max_batch(data_shape: tuple) -> int:
    """Returns how many rows a request may have unless it is said at the export: 1,024, fewer of larger images."""
    return max(1, min(MOST_ROWS, MOST_VALUES // math.prod(data_shape)))


def allowed_batch_sizes(max_batch: int) -> list[int]:
    """Returns the sizes that a gathered batch is padded to: powers of two up to 128, none above the export's limit."""
    largest = min(LARGEST_GATHERED, max_batch)
    return [2**k for k in range(largest.bit_length()) if 2**k < largest] + [largest]


def batching_parameters(max_batch: int) -> str:
    """Returns the text of a `BatchingParameters` message: a short wait and a short queue.

    Reference: TensorFlow Serving, `session_bundle_config.proto`.
    """
    sizes = allowed_batch_sizes(max_batch)
    lines = [
        "# tensorflow_model_server --enable_batching --enable_per_model_batching_parameters reads this file;",
        "# --enable_batching --batching_parameters_file=FILE makes it that of all models.",
        f"max_batch_size {{ value: {sizes[-1]} }}",
        "batch_timeout_micros { value: 2000 }  # how long a request waits for company",
        "max_enqueued_batches { value: 32 }  # beyond them requests are refused as UNAVAILABLE, which clients retry",
        *(f"allowed_batch_sizes: {size}" for size in sizes),
    ]
    return "\n".join(lines) + "\n"
