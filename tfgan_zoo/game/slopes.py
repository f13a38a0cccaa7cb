"""How steep the discriminator is at what it is shown."""

import contextlib
from collections.abc import Callable, Iterator

import tensorflow as tf


@contextlib.contextmanager
def recording_slopes(shown, loss_scale: tf.Tensor | None) -> Iterator[Callable[[tf.Tensor], tf.Tensor]]:
    """Records a run of D in the block, so that the slope at each example can be read afterwards.

    Args:
        shown: what D is shown: a tensor float32 [n, …], or a structure of such.
        loss_scale: the factor by which D's player computes its gradients too large, or None. The gradient of the slope
            passes through D's layers as that of the loss does, and would vanish in float16 likewise.

    Yields:
        A function from D's logits, computed in the block, to ‖∇ D‖² at each example, float32 [n], over all tensors that
        D is shown.
    """
    inputs = tf.nest.flatten(shown)

    def squared(logits):
        output_gradients = None if loss_scale is None else tf.fill(tf.shape(logits), loss_scale)
        gradients = tape.gradient(logits, inputs, output_gradients, unconnected_gradients="zero")
        if loss_scale is not None:
            gradients = [gradient / loss_scale for gradient in gradients]
        return tf.add_n([tf.reduce_sum(tf.square(g), axis=tf.range(1, tf.rank(g))) for g in gradients])

    # Persistent, since more than one penalty may read the slopes.
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        yield squared
