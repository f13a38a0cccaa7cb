import keras
import numpy as np

from tfgan_zoo.layers import LearnedImage


def test_each_channel_is_multiplied_by_its_input(reloaded):
    model = keras.Sequential([keras.Input((2,)), LearnedImage(3, keras.initializers.RandomNormal(seed=1))])
    image = model.get_weights()[0]
    assert image.shape == (3, 3, 2)
    for network in (model, reloaded(model)):
        found = network(np.array([[2.0, 0.0], [0.0, -1.0]], np.float32)).numpy()
        np.testing.assert_allclose(found[0], image * [2.0, 0.0])
        np.testing.assert_allclose(found[1], image * [0.0, -1.0])
