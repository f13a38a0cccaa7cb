"""The cheaper ways do the same as Keras's layers."""

import numpy as np
import tensorflow as tf

from benchmarks import layer_costs

SHAPE = (8, 5, 5, 4)


def test_sixteen_bits_drop_as_many_units_and_keep_the_mean():
    dropout, _ = layer_costs.dropout_of_16_bits(SHAPE)
    first, second = (dropout(tf.ones((1000, 100))).numpy() for _ in range(2))
    assert set(np.unique(first)) == {0.0, np.float32(1 / 0.7)}
    assert abs((first == 0).mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / first.size)
    assert abs((first == second).mean() - (0.3**2 + 0.7**2)) < 0.01


def test_the_fused_kernel_normalizes_as_keras_does():
    x = tf.random.stateless_normal(SHAPE, [1, 2], mean=3.0, stddev=2.0)
    fused, keras_own = (
        make(SHAPE)[0](x) for make in (layer_costs.fused_normalization, layer_costs.keras_normalization)
    )
    np.testing.assert_allclose(fused, keras_own, atol=1e-5)
