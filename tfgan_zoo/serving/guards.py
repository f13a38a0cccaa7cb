"""What a served graph checks: its inputs before it computes anything, and that its samples are numbers."""

import tensorflow as tf

from tfgan_zoo.serving.headers import check_headers


def guard(inputs: dict, specs: dict, *, max_batch: int, num_classes: int = 0) -> dict:
    """Returns the inputs behind their checks: whatever depends on them runs only once all checks have passed.

    Args:
        inputs: name → tensor.
        specs: name → `tf.TensorSpec`. A server feeds tensors of any shape, whatever the signature says.
        max_batch: rows that one request may have.
        num_classes: K of `labels` in 0 … K − 1.

    Raises:
        tf.errors.InvalidArgumentError: when the graph runs.
    """
    shaped = {name: tf.ensure_shape(tensor, specs[name].shape) for name, tensor in inputs.items()}
    rows = {name: tf.shape(tensor)[0] for name, tensor in shaped.items()}
    count = next(iter(rows.values()))
    checks = [_accept(count <= max_batch, f"expected at most {max_batch} rows in a request, received:", count)]
    if len(rows) > 1:
        names, counts = ", ".join(rows), list(rows.values())
        same = tf.reduce_all(tf.equal(counts, count))
        checks.append(_accept(same, f"expected as many rows in each of {names}, received:", counts))
    with tf.control_dependencies(checks):
        first = {name: tf.identity(tensor) for name, tensor in shaped.items()}
    with tf.control_dependencies(_check_values(first, num_classes)):
        return {name: tf.identity(tensor) for name, tensor in first.items()}


def finite(samples: tf.Tensor) -> tf.Tensor:
    """Returns the samples of a model, none of which is NaN or infinite: as pixels they would look like black ones.

    Raises:
        tf.errors.InvalidArgumentError: when the graph runs.
    """
    is_finite = tf.reduce_all(tf.math.is_finite(samples), axis=tf.range(1, tf.rank(samples)))
    broken = tf.math.count_nonzero(~is_finite)
    with tf.control_dependencies([_accept(broken == 0, "samples that are NaN or infinite:", broken)]):
        return tf.identity(samples)


def _check_values(inputs: dict, num_classes: int) -> list:
    checks = []
    if "labels" in inputs:
        labels = inputs["labels"]
        inside = (labels >= 0) & (labels < num_classes)
        checks.append(_accept_all(inside, f"expected labels from 0 to {num_classes - 1}, received:", labels))
    for name, what in {"position": "positions", "images": "pixels", "mask": "masks"}.items():
        if name in inputs:
            inside = (inputs[name] >= 0.0) & (inputs[name] <= 1.0)
            checks.append(_accept_all(inside, f"expected {what} from 0 to 1, received:", inputs[name]))
    for name in ("image_bytes", "mask_bytes"):
        if name in inputs:
            checks += check_headers(inputs[name], name)
    return checks


def _accept(condition, message: str, value):
    return tf.debugging.Assert(condition, [message, value])


def _accept_all(inside, message: str, values):
    """Accepts values that are all inside; the message has the first that is not."""
    return _accept(tf.reduce_all(inside), message, tf.boolean_mask(values, ~inside)[:1])
