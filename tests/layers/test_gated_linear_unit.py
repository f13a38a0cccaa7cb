import keras
import numpy as np

from tfgan_zoo.layers import GatedLinearUnit


def test_the_second_half_gates_the_first():
    inputs = np.array([[2.0, 3.0, 0.0, -np.log(3.0)]], np.float32)  # gates σ(0) = ½ and σ(−ln 3) = ¼
    np.testing.assert_allclose(GatedLinearUnit()(inputs), [[1.0, 0.75]], rtol=1e-6)


def test_its_shape_is_known():
    assert GatedLinearUnit()(keras.Input((4, 5, 6))).shape == (None, 4, 5, 3)
