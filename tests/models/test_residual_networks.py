"""What `r3gan` and `r3gan_lite` share: blocks that begin as nothing, sizes, and a scale that follows from depth."""

import keras
import numpy as np
import pytest

from models import ZOO, residual_networks
from tfgan_zoo.common.errors import UserError


@pytest.mark.parametrize("name", ["r3gan", "r3gan_lite"])
def test_every_residual_branch_is_0_at_the_start(name):
    gan = ZOO[name]((16, 16, 3), width=8)
    rng = np.random.default_rng(0)
    for network, blocks in zip(gan.networks, {"r3gan": (6, 6), "r3gan_lite": (2, 2)}[name], strict=True):
        sums = [layer for layer in network.layers if isinstance(layer, keras.layers.Add)]
        assert len(sums) == blocks
        branches = keras.Model(network.input, [layer.input for layer in sums])
        for trunk, branch in branches(rng.normal(size=(3, *network.input_shape[1:]))):
            assert np.abs(trunk).max() > 1e-3
            np.testing.assert_array_equal(branch, np.zeros(branch.shape))


def test_nothing_is_normalized():
    for name in ("r3gan", "r3gan_lite"):
        for network in ZOO[name]((32, 32, 3), width=4).networks:
            assert not any("Normalization" in type(layer).__name__ for layer in network.layers)


@pytest.mark.parametrize("name", ["r3gan", "r3gan_lite"])
@pytest.mark.parametrize("shape", [(8, 8, 1), (10, 10, 4), (28, 28, 3), (64, 64, 4), (256, 256, 3)])
def test_sizes_and_channels(name, shape):
    gan = ZOO[name](shape, width=2)
    assert gan.data_shape == shape
    assert gan.discriminator.input_shape[1:] == shape


@pytest.mark.parametrize("name", ["r3gan", "r3gan_lite"])
@pytest.mark.parametrize("shape", [(30, 30, 1), (512, 512, 3), (16, 32, 1), (16, 16, 2)])
def test_shapes_that_are_refused(name, shape):
    with pytest.raises(
        UserError, match=f"{name} makes square images of side 8, 10, 12, .* 256 with 1, 3 or 4 channels"
    ):
        ZOO[name](shape)


def test_fixup_by_hand():
    # 16 blocks of three convolutions: 16^(−1/4) = ½; of two: 16^(−1/2) = ¼.
    assert residual_networks.fixup_gain(16, depth=3) == pytest.approx(0.5 * np.sqrt(2 / 1.04))
    assert residual_networks.fixup_gain(16, depth=2) == pytest.approx(0.25 * np.sqrt(2 / 1.04))


@pytest.mark.parametrize("name", ["r3gan", "r3gan_lite"])
def test_pictures_stay_in_range_though_the_last_layer_is_linear(name):
    gan = ZOO[name]((8, 8, 1), width=4)
    latents = 30.0 * gan.draw_latents(4, "test")
    in_training, at_inference = (gan.generate(latents, training=mode).numpy() for mode in (True, False))
    assert np.abs(in_training).max() > 1.0
    np.testing.assert_array_equal(at_inference, np.clip(in_training, -1.0, 1.0))
